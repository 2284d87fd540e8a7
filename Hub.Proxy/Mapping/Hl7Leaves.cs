using System.Globalization;
using System.Text;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Proxy.Mapping;

/// <summary>Every value of an HL7 v2 message by its path. Works on the bytes, so that what is changed goes through the whole reader as it came.</summary>
internal static class Hl7Leaves
{
    // One character a byte: delimiters are ASCII in every character set that the reader takes, and no value is looked into.
    private static readonly Encoding Bytes = Encoding.Latin1;

    public static IReadOnlyList<SourceLeaf> Of(ReadOnlyMemory<byte> message)
    {
        var text = Bytes.GetString(message.Span);
        var start = text.IndexOf("MSH", StringComparison.Ordinal);
        if (start < 0 || !Hl7Delimiters.TryRead(text.AsSpan(start), out var delimiters))
        {
            return [];
        }

        var segments = Lines(text, start).ToList();
        var many = segments.GroupBy(s => Name(text, s)).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var leaves = new List<SourceLeaf>();
        foreach (var segment in segments)
        {
            var name = Name(text, segment);
            seen[name] = seen.GetValueOrDefault(name) + 1;
            var label = many.Contains(name) ? string.Create(CultureInfo.InvariantCulture, $"{name}[{seen[name]}]") : name;
            leaves.AddRange(Fields(text, segment, name, label, delimiters));
        }

        return leaves;
    }

    private static IEnumerable<SourceLeaf> Fields(string text, Range segment, string name, string label, Hl7Delimiters by)
    {
        // MSH-1 is the separator itself, and MSH-2 declares the others: neither is a value.
        var (number, first) = name == "MSH" ? (2, 3) : (1, 1);
        foreach (var field in Cut(text, segment, by.Field).Skip(1))
        {
            if (number >= first)
            {
                foreach (var leaf in Values(text, field, $"{label}-{number}", by))
                {
                    yield return leaf;
                }
            }

            number++;
        }
    }

    private static IEnumerable<SourceLeaf> Values(string text, Range field, string path, Hl7Delimiters by)
    {
        var repetitions = Cut(text, field, by.Repetition).ToList();
        for (var r = 0; r < repetitions.Count; r++)
        {
            var components = Cut(text, repetitions[r], by.Component).ToList();
            for (var c = 0; c < components.Count; c++)
            {
                var parts = Cut(text, components[c], by.SubComponent).ToList();
                for (var s = 0; s < parts.Count; s++)
                {
                    if (text[parts[s]] is { Length: > 0 } value)
                    {
                        var place = $"{path}{(repetitions.Count > 1 ? $"[{r + 1}]" : "")}{(components.Count > 1 || parts.Count > 1 ? $".{c + 1}" : "")}{(parts.Count > 1 ? $".{s + 1}" : "")}";
                        var range = parts[s];
                        yield return new SourceLeaf(place, Shown(value), other => Bytes.GetBytes(string.Concat(text.AsSpan(..range.Start.Value), other, text.AsSpan(range.End.Value..))));
                    }
                }
            }
        }
    }

    // What people and readers see of it; a set other than UTF-8 keeps its bytes, one character each.
    private static string Shown(string value) => new UTF8Encoding(false, false).GetString(Bytes.GetBytes(value));

    private static string Name(string text, Range segment) => text[segment] is { Length: >= 3 } line ? line[..3] : "";

    private static IEnumerable<Range> Lines(string text, int start)
    {
        for (var at = start; at < text.Length;)
        {
            var end = text.AsSpan(at).IndexOfAny('\r', '\n');
            var stop = end < 0 ? text.Length : at + end;
            if (stop > at)
            {
                yield return at..stop;
            }

            at = stop + 1;
        }
    }

    private static IEnumerable<Range> Cut(string text, Range range, char by)
    {
        var (at, end) = (range.Start.Value, range.End.Value);
        while (true)
        {
            var next = text.IndexOf(by, at, end - at);
            yield return at..(next < 0 ? end : next);
            if (next < 0)
            {
                yield break;
            }

            at = next + 1;
        }
    }
}
