using System.Xml.Linq;

namespace Hub.Fhir.Narratives;

/// <summary>The words of a narrative of ours, one block a line, for the resource that carries a section: text and entry cannot differ then (UK Core hazard FHIR003).</summary>
internal static class XhtmlText
{
    private static readonly HashSet<string> Blocks = ["p", "li", "tr", "caption"];

    /// <param name="xhtml">Inner XHTML that a template of ours rendered.</param>
    public static IReadOnlyList<string> Lines(string xhtml) =>
        [.. XElement.Parse($"<div>{xhtml}</div>").Descendants().Where(e => Blocks.Contains(e.Name.LocalName)).Select(Line).Where(l => l.Length > 0)];

    private static string Line(XElement block) => block.Name.LocalName == "tr"
        ? string.Join(" | ", block.Elements().Select(Words))
        : Words(block);

    private static string Words(XElement element) => string.Join(' ', element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
