using System.Xml;

namespace Hub.Fhir.Itk3;

/// <summary>What XML 1.0 cannot hold (control characters, half a surrogate pair) is shown as a replacement character, in JSON too: both forms say the same.</summary>
internal static class XmlText
{
    public static string Clean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsGood(text, ref i))
            {
                return Rebuilt(text);
            }
        }

        return text;
    }

    private static string Rebuilt(string text)
    {
        var clean = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            clean.Append(IsGood(text, ref i) ? text[start..(i + 1)] : "\uFFFD");
        }

        return clean.ToString();
    }

    private static bool IsGood(string text, ref int i)
    {
        if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
        {
            i++;
            return true;
        }

        return XmlConvert.IsXmlChar(text[i]);
    }
}
