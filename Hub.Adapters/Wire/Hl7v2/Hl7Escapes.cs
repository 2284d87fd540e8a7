using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>Turns escape sequences into the characters they stand for, and back (HL7 v2.9, 2.7).</summary>
public static class Hl7Escapes
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");

    /// <summary>Decodes one value. A sequence that is not known, or not closed, stays as it was written: nothing is ever dropped.</summary>
    public static string Decode(string text, Hl7Delimiters delimiters, Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(delimiters);
        ArgumentNullException.ThrowIfNull(encoding);
        if (!text.Contains(delimiters.Escape))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var close = text[at] == delimiters.Escape ? text.IndexOf(delimiters.Escape, at + 1) : -1;
            if (close > at + 1 && Meaning(text.AsSpan(at + 1, close - at - 1), delimiters, encoding) is { } meaning)
            {
                decoded.Append(meaning);
                at = close;
            }
            else
            {
                decoded.Append(text[at]);
            }
        }

        return decoded.ToString();
    }

    /// <summary>Encodes one value so that no character of it can be taken for a delimiter or a segment end.</summary>
    public static string Encode(string text, Hl7Delimiters delimiters)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(delimiters);
        var encoded = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var code = c == delimiters.Field ? "F"
                : c == delimiters.Component ? "S"
                : c == delimiters.SubComponent ? "T"
                : c == delimiters.Repetition ? "R"
                : c == delimiters.Escape ? "E"
                : c < ' ' || c == 0x7F ? "X" + ((int)c).ToString("X2", CultureInfo.InvariantCulture)
                : null;
            _ = code is null ? encoded.Append(c) : encoded.Append(delimiters.Escape).Append(code).Append(delimiters.Escape);
        }

        return encoded.ToString();
    }

    private static string? Meaning(ReadOnlySpan<char> code, Hl7Delimiters delimiters, Encoding encoding) => code switch
    {
        "F" => delimiters.Field.ToString(),
        "S" => delimiters.Component.ToString(),
        "T" => delimiters.SubComponent.ToString(),
        "R" => delimiters.Repetition.ToString(),
        "E" => delimiters.Escape.ToString(),
        "H" or "N" => "", // highlighting: nothing to read
        ".br" or ".BR" or ".ce" or ".CE" => "\n",
        ['.', 's' or 'S', 'p' or 'P', .. var lines] => LineBreaks(lines),
        ['X' or 'x', .. var hex] => Bytes(hex, encoding),
        _ => null,
    };

    private static string? LineBreaks(ReadOnlySpan<char> count)
    {
        count = count.TrimStart('+');
        return count.IsEmpty ? "\n" : int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 20 ? new string('\n', n) : null;
    }

    // \Xdddd...\ is bytes in the message's own character set.
    private static string? Bytes(ReadOnlySpan<char> hex, Encoding encoding)
    {
        if (hex.IsEmpty || hex.Length % 2 != 0 || hex.ContainsAnyExcept(HexDigits))
        {
            return null;
        }

        try
        {
            return encoding.GetString(Convert.FromHexString(hex));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
