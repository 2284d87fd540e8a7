using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>Takes a batch apart (HL7 v2.9, 2.10.3): one frame or file may hold FHS, BHS, several messages, BTS and FTS.</summary>
public static class Hl7Batch
{
    /// <summary>
    /// The messages as they stand, each with its own MSH. Content that begins with anything but FHS or BHS comes back whole, as one.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        if (!StartsWith(content.Span, "FHS") && !StartsWith(content.Span, "BHS"))
        {
            return [content];
        }

        var messages = new List<ReadOnlyMemory<byte>>();
        int at = 0, open = -1;
        while (at < content.Length)
        {
            var rest = content.Span[at..];
            if (StartsWith(rest, "MSH") || IsBatchSegment(rest))
            {
                if (open >= 0)
                {
                    messages.Add(content[open..at]);
                }

                open = StartsWith(rest, "MSH") ? at : -1;
            }

            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            at = end < 0 ? content.Length : at + end + 1;
        }

        if (open >= 0)
        {
            messages.Add(content[open..]);
        }

        return messages;
    }

    private static bool IsBatchSegment(ReadOnlySpan<byte> line) =>
        StartsWith(line, "FHS") || StartsWith(line, "BHS") || StartsWith(line, "BTS") || StartsWith(line, "FTS");

    private static bool StartsWith(ReadOnlySpan<byte> line, string name) =>
        line.Length >= 3 && Encoding.ASCII.GetString(line[..3]) == name;
}
