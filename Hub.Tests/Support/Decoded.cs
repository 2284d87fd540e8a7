using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hub.Tests.Support;

/// <summary>Every text that somebody could get out of some bytes: as they are, JSON and HTML unescaped, HL7 unescaped, base64 and gzip decoded, and that again.</summary>
internal static partial class Decoded
{
    private const int Depth = 4;

    public static IReadOnlyCollection<string> Texts(ReadOnlyMemory<byte> bytes)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        Add(bytes.ToArray(), texts, Depth);
        return texts;
    }

    public static IReadOnlyCollection<string> Texts(string text) => Texts(Encoding.UTF8.GetBytes(text));

    private static void Add(byte[] bytes, HashSet<string> texts, int depth)
    {
        if (depth == 0)
        {
            return;
        }

        if (bytes is [0x1F, 0x8B, ..])
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            Add(plain.ToArray(), texts, depth - 1);
        }

        Add(Encoding.UTF8.GetString(bytes), texts, depth);
    }

    private static void Add(string text, HashSet<string> texts, int depth)
    {
        if (depth == 0 || !texts.Add(text))
        {
            return;
        }

        Add(WebUtility.HtmlDecode(text), texts, depth - 1);
        Add(Hl7(text), texts, depth - 1);
        foreach (var inner in Json(text))
        {
            Add(inner, texts, depth - 1);
        }

        foreach (Match match in Base64().Matches(text))
        {
            var buffer = new byte[match.Length];
            if (Convert.TryFromBase64String(match.Value, buffer, out var length))
            {
                Add(buffer[..length], texts, depth - 1);
            }
        }
    }

    private static string Hl7(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? text.Replace("\\F\\", "|", StringComparison.Ordinal).Replace("\\S\\", "^", StringComparison.Ordinal).Replace("\\R\\", "~", StringComparison.Ordinal)
            .Replace("\\T\\", "&", StringComparison.Ordinal).Replace("\\E\\", "\\", StringComparison.Ordinal)
        : text;

    private static List<string> Json(string text)
    {
        if (text.TrimStart() is not ['{' or '[', ..])
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return [string.Join('\n', Strings(document.RootElement))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value).Prepend(p.Name)),
        _ => [],
    };

    [GeneratedRegex("[A-Za-z0-9+/]{24,}={0,2}")]
    private static partial Regex Base64();
}
