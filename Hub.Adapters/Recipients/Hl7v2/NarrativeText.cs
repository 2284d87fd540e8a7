using System.Text;
using System.Xml;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>Turns a FHIR narrative (XHTML) into plain lines: a table row is a line, a list item begins with a dash, nothing is left out.</summary>
public static class NarrativeText
{
    private const int MaxCharacters = 4 * 1024 * 1024;

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "caption", "blockquote", "pre", "hr",
        "section", "address", "tr", "li",
    };

    /// <exception cref="InvalidDataException">The narrative is no well-formed XML. The text names no content.</exception>
    public static IReadOnlyList<string> Lines(string xhtml)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        try
        {
            // No DTD, so no entity can grow or reach out; a no-break space is the one named entity narratives are known to carry.
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
            using var reader = XmlReader.Create(new StringReader(xhtml.Replace("&nbsp;", "&#160;", StringComparison.Ordinal)), settings);
            while (reader.Read())
            {
                Take(reader, line, lines);
            }
        }
        catch (XmlException)
        {
            throw new InvalidDataException("A composed narrative is not well-formed XHTML");
        }

        EndLine(line, lines);
        while (lines is [.., ""])
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    private static void Take(XmlReader reader, StringBuilder line, List<string> lines)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element when reader.LocalName is "br":
                EndLine(line, lines);
                break;
            case XmlNodeType.Element when reader.LocalName is "td" or "th":
                line.Append(line.Length > 0 ? " | " : "");
                break;
            case XmlNodeType.Element when reader.LocalName is "img":
                AppendWords(line, reader.GetAttribute("alt") ?? "");
                break;
            case XmlNodeType.Element or XmlNodeType.EndElement when Blocks.Contains(reader.LocalName):
                EndLine(line, lines);
                Space(reader, lines);
                line.Append(reader is { NodeType: XmlNodeType.Element, LocalName: "li" } ? "- " : "");
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                AppendWords(line, reader.Value);
                break;
            default:
                break;
        }
    }

    // A blank line before a heading, a table and a paragraph, and never two.
    private static void Space(XmlReader reader, List<string> lines)
    {
        if (reader.NodeType == XmlNodeType.Element && reader.LocalName is "h1" or "h2" or "h3" or "h4" or "p" or "table" && lines is [.., not ""])
        {
            lines.Add("");
        }
    }

    private static void AppendWords(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c) || c == '\u00A0')
            {
                line.Append(c == '\u00A0' ? ' ' : c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }
    }

    private static void EndLine(StringBuilder line, List<string> lines)
    {
        var text = line.ToString().TrimEnd();
        line.Clear();
        if (text.Length > 0)
        {
            lines.Add(text);
        }
    }
}
