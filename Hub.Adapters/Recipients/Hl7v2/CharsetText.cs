using System.Globalization;
using System.Text;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>Fits text into a character set that may lack some of its characters. What cannot be written stays visible, never a question mark.</summary>
internal static class CharsetText
{
    private static readonly Dictionary<int, string> Plain = new()
    {
        [0x2018] = "'", [0x2019] = "'", [0x201C] = "\"", [0x201D] = "\"", [0x2010] = "-", [0x2011] = "-", [0x2013] = "-", [0x2014] = "-", [0x2022] = "-",
        [0x2026] = "...", [0x00A0] = " ", [0x2009] = " ", [0x202F] = " ", [0x2264] = "<=", [0x2265] = ">=", [0x00BD] = "1/2", [0x00BC] = "1/4",
        [0x00BE] = "3/4", [0x00B5] = "micro", [0x03BC] = "micro", [0x00B0] = " degrees ", [0x2192] = "->", [0x20AC] = "EUR", [0x00A3] = "GBP ",
    };

    public static string Fit(string text, Encoding encoding)
    {
        if (encoding is UTF8Encoding)
        {
            return text;
        }

        var fitted = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            fitted.Append(CanWrite(rune, encoding) ? rune.ToString()
                : Plain.TryGetValue(rune.Value, out var plain) ? plain
                : string.Create(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]"));
        }

        return fitted.ToString();
    }

    private static bool CanWrite(Rune rune, Encoding encoding)
    {
        if (rune.IsAscii)
        {
            return true;
        }

        try
        {
            return encoding.GetByteCount(rune.ToString()) > 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
