using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>Why bytes are not a message. Never holds anything of their content.</summary>
/// <param name="Code">Stable name, such as <c>undecodable-character</c>.</param>
/// <param name="Location">A field or a byte offset.</param>
/// <param name="Text">What is wrong, in plain English.</param>
public sealed record Hl7Fault(string Code, string Location, string Text);

/// <summary>One HL7 v2 message as segments, fields, repetitions, components and sub-components; it knows no meaning.</summary>
public sealed class Hl7Message
{
    public const int MaxSegments = 5_000;
    public const int MaxFields = 1_000;

    private Hl7Message(IReadOnlyList<Hl7Segment> segments, Hl7Context context)
    {
        Segments = segments;
        Delimiters = context.Delimiters;
        Encoding = context.Encoding;
    }

    public IReadOnlyList<Hl7Segment> Segments { get; }
    public Hl7Delimiters Delimiters { get; }
    public Encoding Encoding { get; }
    public Hl7Segment Header => Segments[0];

    /// <summary>Reads a whole message. Segments may end in CR (HL7), LF or CRLF (what some senders write).</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, Hl7CharsetRule charset, [NotNullWhen(true)] out Hl7Message? message, [NotNullWhen(false)] out Hl7Fault? fault)
    {
        ArgumentNullException.ThrowIfNull(charset);
        message = null;
        if (!Hl7Header.TryRead(bytes, out var header))
        {
            fault = new Hl7Fault("not-hl7", "MSH", "The content does not begin with an MSH segment that declares its delimiters.");
            return false;
        }

        var name = charset.Force || header.CharacterSet.Length == 0 ? charset.Name : header.CharacterSet;
        if (Hl7Charset.Find(name) is not { } encoding)
        {
            fault = new Hl7Fault("unknown-character-set", "MSH-18", "The character set named in MSH-18 is not supported.");
            return false;
        }

        if (!TryDecode(bytes, encoding, out var text, out fault))
        {
            return false;
        }

        return TryCut(text, new Hl7Context(header.Delimiters, encoding), out message, out fault);
    }

    /// <summary>The first segment of a name; null where there is none.</summary>
    public Hl7Segment? First(string segment) => Segments.FirstOrDefault(s => s.Name == segment);

    public IEnumerable<Hl7Segment> All(string segment) => Segments.Where(s => s.Name == segment);

    /// <summary>A field of the first segment of a name; an empty one where there is none.</summary>
    public Hl7Field Field(string segment, int number) => First(segment)?[number] ?? default;

    /// <summary>
    /// Cuts the segments into groups, each from one segment of this name up to the next. What stands before the first belongs to no group.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Hl7Segment>> Groups(string starter)
    {
        var groups = new List<IReadOnlyList<Hl7Segment>>();
        List<Hl7Segment>? open = null;
        foreach (var segment in Segments)
        {
            if (segment.Name == starter)
            {
                groups.Add(open = []);
            }

            open?.Add(segment);
        }

        return groups;
    }

    /// <summary>Type and event, nothing of the content.</summary>
    public override string ToString() => $"{Header[9][1]}^{Header[9][2]}";

    private static bool TryDecode(ReadOnlySpan<byte> bytes, Encoding encoding, out string text, [NotNullWhen(false)] out Hl7Fault? fault)
    {
        fault = null;
        text = "";
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            text = encoding.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException ex)
        {
            fault = new Hl7Fault(
                "undecodable-character", $"byte {Math.Max(ex.Index, 0)}", $"A byte is no character of the set {encoding.WebName} in which the message is read.");
            return false;
        }
    }

    private static bool TryCut(string text, Hl7Context context, [NotNullWhen(true)] out Hl7Message? message, [NotNullWhen(false)] out Hl7Fault? fault)
    {
        message = null;
        fault = null;
        var segments = new List<Hl7Segment>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateSegments())
        {
            if (line.IsWhiteSpace())
            {
                continue;
            }

            var parts = line.ToString().Split(context.Delimiters.Field, MaxFields + 2);
            if (parts[0].Length != 3 || !parts[0].All(char.IsAsciiLetterOrDigit) || !char.IsAsciiLetterUpper(parts[0][0]))
            {
                fault = new Hl7Fault("bad-segment", $"segment {segments.Count + 1}", "A segment does not begin with a three-letter name.");
                return false;
            }

            if (segments.Count == MaxSegments || parts.Length > MaxFields + 1)
            {
                fault = new Hl7Fault("too-many-parts", $"segment {segments.Count + 1}", $"More than {MaxSegments} segments, or {MaxFields} fields in one.");
                return false;
            }

            if (segments.Count > 0 && parts[0] == "MSH")
            {
                fault = new Hl7Fault("bad-segment", $"segment {segments.Count + 1}", "A second MSH segment stands inside the message.");
                return false;
            }

            seen[parts[0]] = seen.GetValueOrDefault(parts[0]) + 1;
            segments.Add(new Hl7Segment(parts, seen[parts[0]], context));
        }

        message = new Hl7Message(segments, context);
        return true;
    }
}
