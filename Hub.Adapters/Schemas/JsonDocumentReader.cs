using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace Hub.Adapters.Schemas;

/// <summary>Reads a JSON document from a stranger: UTF-8, bounded depth, every text decodable. And its canonical hash.</summary>
public static class JsonDocumentReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <returns>False where the bytes are no such document; <paramref name="where"/> and <paramref name="why"/> then say so without quoting them.</returns>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, JsonDocumentOptions options, out JsonElement document, [NotNullWhen(false)] out string? where, [NotNullWhen(false)] out string? why)
    {
        document = default;
        var text = bytes.Span.StartsWith(ByteOrderMark) ? bytes[3..] : bytes;
        if (text.IsEmpty || !Utf8.IsValid(text.Span))
        {
            where = text.IsEmpty ? "byte 0" : $"byte {FirstUndecodable(text.Span)}";
            why = text.IsEmpty ? "The body is empty." : "The body holds a character that is not UTF-8.";
            return false;
        }

        try
        {
            using var parsed = JsonDocument.Parse(text, options);
            TouchEveryText(parsed.RootElement);
            document = parsed.RootElement.Clone();
            where = why = null;
            return true;
        }
        catch (JsonException ex)
        {
            where = $"line {ex.LineNumber + 1}, byte {ex.BytePositionInLine + 1}";
            why = $"The body is not JSON, or is nested deeper than {options.MaxDepth} levels.";
            return false;
        }
        catch (InvalidOperationException) // how System.Text.Json says that an escape is half a surrogate pair
        {
            where = "body";
            why = "A text holds half of a surrogate pair.";
            return false;
        }
    }

    /// <summary>
    /// SHA-256 of the document with members in order and without white space: the same content written otherwise hashes the same. Members of the
    /// root named in <paramref name="leftOut"/> do not count.
    /// </summary>
    public static byte[] CanonicalHash(JsonElement document, string kind, params IReadOnlyCollection<string> leftOut)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(kind);
            WriteCanonical(document, writer, leftOut);
            writer.WriteEndArray();
        }

        return SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void WriteCanonical(JsonElement value, Utf8JsonWriter writer, IReadOnlyCollection<string> leftOut)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(m => !leftOut.Contains(m.Name)).OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteCanonical(member.Value, writer, []);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteCanonical(item, writer, []);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number when value.TryGetDecimal(out var number):
                writer.WriteNumberValue(number / 1.000000000000000000000000000000000m); // 5.0 and 5 are one number
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void TouchEveryText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    TouchEveryText(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    TouchEveryText(item);
                }

                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }

    private static int FirstUndecodable(ReadOnlySpan<byte> text)
    {
        var start = 0;
        while (start < text.Length && System.Text.Rune.DecodeFromUtf8(text[start..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            start += length;
        }

        return start;
    }
}
