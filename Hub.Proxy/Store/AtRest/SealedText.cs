using System.Text;

namespace Hub.Proxy.Store.AtRest;

/// <summary>A short text in a column of text, such as what a partner said when it refused: sealed, in base64, behind a word that says so and the key's name.</summary>
internal static class SealedText
{
    private const string Mark = "sealed:";

    /// <summary>With what every text begins that lies under a key.</summary>
    public static string BeginningUnder(string keyId) => $"{Mark}{keyId}:";

    public static bool IsSealed(string text) => text.StartsWith(Mark, StringComparison.Ordinal);

    public static string? Seal(this ContentKeys keys, string? text, ContentPlace place)
    {
        if (text is null)
        {
            return null;
        }

        var whole = keys.Seal(Encoding.UTF8.GetBytes(text), StoredContent.Identity, place, out var keyId);
        return BeginningUnder(keyId) + Convert.ToBase64String(whole);
    }

    /// <exception cref="InvalidDataException">It is not as it was written. Names no content.</exception>
    public static string? Read(this ContentKeys keys, string? text, ContentPlace place)
    {
        if (text is null)
        {
            return null;
        }

        if (!IsSealed(text))
        {
            return Encoding.UTF8.GetString(keys.Read(new StoredContent(StoredContent.Identity, Encoding.UTF8.GetBytes(text)), place));
        }

        var end = text.IndexOf(':', Mark.Length);
        var whole = new byte[text.Length];
        return end > 0 && Convert.TryFromBase64Chars(text.AsSpan(end + 1), whole, out var length)
            ? Encoding.UTF8.GetString(keys.Read(new StoredContent(StoredContent.Identity, whole[..length], text[Mark.Length..end]), place))
            : throw new InvalidDataException($"Stored content ({place}) is not as it was written: it was changed or cut.");
    }
}
