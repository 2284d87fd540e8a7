using System.Text;
using System.Text.Json;

namespace Hub.Proxy.Gateway;

/// <summary>
/// The addresses by which a search is paged (Bundle.link): below the target's base they become the gateway's, so that a caller can turn the page. Every
/// other byte stays as the target wrote it; fullUrl and references are the target's own names of things and are never touched.
/// </summary>
internal static class BundleLinks
{
    /// <summary>The same bytes where nothing is to be changed, or the body is no JSON Bundle.</summary>
    /// <param name="body">The target's answer.</param>
    /// <param name="below">The target's base, with a slash at the end.</param>
    /// <param name="gateway">What stands in its place, with a slash at the end.</param>
    public static ReadOnlyMemory<byte> Map(ReadOnlyMemory<byte> body, string below, string gateway)
    {
        List<(int From, int To, string Address)> found;
        try
        {
            found = Find(body.Span, below);
        }
        catch (JsonException)
        {
            return body; // what it is worth is the caller's to judge
        }

        return found.Count == 0 ? body : Replace(body.Span, found, below, gateway);
    }

    private static List<(int From, int To, string Address)> Find(ReadOnlySpan<byte> body, string below)
    {
        var found = new List<(int, int, string)>();
        var json = new Utf8JsonReader(body);
        var isBundle = false;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return found;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isLink, isType) = (json.ValueTextEquals("link"u8), json.ValueTextEquals("resourceType"u8));
            json.Read();
            isBundle |= isType && json.TokenType == JsonTokenType.String && json.ValueTextEquals("Bundle"u8);
            if (isLink && json.TokenType == JsonTokenType.StartArray)
            {
                FindInLinks(ref json, below, found);
            }
            else
            {
                json.Skip();
            }
        }

        return isBundle ? found : [];
    }

    private static void FindInLinks(ref Utf8JsonReader json, string below, List<(int, int, string)> found)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isUrl = json.ValueTextEquals("url"u8);
                json.Read();
                if (isUrl && json.TokenType == JsonTokenType.String && json.GetString() is { } url && url.StartsWith(below, StringComparison.Ordinal))
                {
                    found.Add(((int)json.TokenStartIndex, (int)json.BytesConsumed, url));
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }

    private static ReadOnlyMemory<byte> Replace(ReadOnlySpan<byte> body, List<(int From, int To, string Address)> found, string below, string gateway)
    {
        using var whole = new MemoryStream(body.Length);
        var at = 0;
        foreach (var (from, to, address) in found)
        {
            whole.Write(body[at..from]);
            whole.Write(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(gateway + address[below.Length..], System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""));
            at = to;
        }

        whole.Write(body[at..]);
        return whole.ToArray();
    }
}
