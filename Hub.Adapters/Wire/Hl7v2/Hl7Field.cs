using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>What a message's text is read with.</summary>
internal sealed record Hl7Context(Hl7Delimiters Delimiters, Encoding Encoding);

/// <summary>One field of a segment: its repetitions, and whether the sender left it alone, deleted it, or valued it.</summary>
public readonly struct Hl7Field
{
    private readonly Hl7Context? _context;

    internal Hl7Field(string raw, Hl7Context context)
    {
        Raw = raw;
        _context = context;
    }

    /// <summary>The text between the field separators, undecoded; empty where the field is absent.</summary>
    public string Raw { get => field ?? ""; }

    /// <summary>Nothing was said: the receiver changes nothing (HL7 v2.9, 2.5.3).</summary>
    public bool IsEmpty => Raw.Length == 0;

    /// <summary>Two double quotes: the sender deleted the value.</summary>
    public bool IsDeleted => Raw == Hl7Repetition.Null;

    public IReadOnlyList<Hl7Repetition> Repetitions
    {
        get
        {
            if (_context is not { } context || IsEmpty)
            {
                return [];
            }

            return [.. Raw.Split(context.Delimiters.Repetition).Select(part => new Hl7Repetition(part, context))];
        }
    }

    /// <summary>The first repetition; an empty one where there is none.</summary>
    public Hl7Repetition First => _context is { } context && !IsEmpty
        ? new Hl7Repetition(Raw.IndexOf(context.Delimiters.Repetition) is var end and >= 0 ? Raw[..end] : Raw, context)
        : default;

    /// <summary>The first component of the first repetition, decoded; null where it is empty or deleted.</summary>
    public string? Text => First.Component(1);

    /// <summary>A component of the first repetition, decoded; null where it is empty or deleted.</summary>
    public string? this[int component] => First.Component(component);

    /// <summary>Every repetition as one text each, component separators and all: for fields of free text whose senders do not escape.</summary>
    public string? WholeText
    {
        get
        {
            var parts = Repetitions.Select(r => r.WholeText).OfType<string>().ToList();
            return parts.Count == 0 ? null : string.Join('\n', parts);
        }
    }
}

/// <summary>One repetition of a field.</summary>
public readonly struct Hl7Repetition
{
    internal const string Null = "\"\"";

    private readonly Hl7Context? _context;

    internal Hl7Repetition(string raw, Hl7Context context)
    {
        Raw = raw;
        _context = context;
    }

    public string Raw { get => field ?? ""; }

    public bool IsEmpty => Raw.Length == 0;

    public bool IsDeleted => Raw == Null;

    /// <summary>The whole text, decoded, with component separators left as they are; null where it is empty or deleted.</summary>
    public string? WholeText => _context is { } c && !IsEmpty && !IsDeleted ? Decode(Raw, c) : null;

    /// <summary>A sub-component, both counted from 1, decoded and trimmed; null where it is empty or deleted.</summary>
    public string? Component(int component, int subComponent = 1) =>
        RawPart(component, subComponent) is { Length: > 0 } raw && raw != Null && _context is { } context ? Decode(raw, context) : null;

    /// <summary>True where the sender deleted this component.</summary>
    public bool IsComponentDeleted(int component) => RawPart(component, 1) == Null;

    private static string? Decode(string raw, Hl7Context context) =>
        Hl7Escapes.Decode(raw, context.Delimiters, context.Encoding).Trim() is { Length: > 0 } text ? text : null;

    private string RawPart(int component, int subComponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(component, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(subComponent, 1);
        return _context is not { } context ? "" : Nth(Nth(Raw, context.Delimiters.Component, component), context.Delimiters.SubComponent, subComponent).ToString();
    }

    private static ReadOnlySpan<char> Nth(ReadOnlySpan<char> text, char separator, int position)
    {
        for (var n = 1; n < position; n++)
        {
            var at = text.IndexOf(separator);
            if (at < 0)
            {
                return default;
            }

            text = text[(at + 1)..];
        }

        var end = text.IndexOf(separator);
        return end < 0 ? text : text[..end];
    }
}
