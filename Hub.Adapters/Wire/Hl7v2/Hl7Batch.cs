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

    /// <summary>BHS-11, or FHS-11 where no batch header follows it: as sent, empty where the sender gave none. False where the content is no batch.</summary>
    public static bool TryReadControlId(ReadOnlySpan<byte> content, out string controlId)
    {
        controlId = "";
        if (!StartsWith(content, "FHS") && !StartsWith(content, "BHS"))
        {
            return false;
        }

        while (StartsWith(content, "FHS") || StartsWith(content, "BHS"))
        {
            var end = content.IndexOfAny((byte)'\r', (byte)'\n');
            var line = Encoding.Latin1.GetString(end < 0 ? content : content[..end]);
            var fields = line.Length > 3 ? line.Split(line[3]) : [];
            controlId = fields.Length > 10 && fields[10].Trim() is { Length: > 0 } id ? id : controlId;
            content = end < 0 ? [] : content[(end + 1)..].TrimStart("\r\n"u8);
        }

        return true;
    }

    private static bool IsBatchSegment(ReadOnlySpan<byte> line) =>
        StartsWith(line, "FHS") || StartsWith(line, "BHS") || StartsWith(line, "BTS") || StartsWith(line, "FTS");

    private static bool StartsWith(ReadOnlySpan<byte> line, string name) =>
        line.Length >= 3 && Encoding.ASCII.GetString(line[..3]) == name;
}
