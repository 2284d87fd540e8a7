namespace Hub.Fhir.Conformance.Rules;

/// <summary>R4 binds Attachment.contentType to BCP 13, a grammar rather than a list.</summary>
internal static class MediaTypes
{
    public static bool IsOne(string? text)
    {
        if (text is null)
        {
            return true;
        }

        var type = text.AsSpan();
        var parameters = type.IndexOf(';');
        if (parameters >= 0)
        {
            type = type[..parameters];
        }

        var slash = type.IndexOf('/');
        return slash > 0 && slash < type.Length - 1 && IsName(type[..slash]) && IsName(type[(slash + 1)..].TrimEnd());
    }

    // RFC 6838 4.2 restricted-name.
    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$&-^_.+".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 127;
    }
}
