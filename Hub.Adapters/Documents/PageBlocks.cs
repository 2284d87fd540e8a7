using System.Text;
using System.Xml.Linq;

namespace Hub.Adapters.Documents;

/// <summary>One thing on a page, top to bottom.</summary>
public abstract record PageBlock
{
    private protected PageBlock() { }
}

/// <summary>A paragraph, or an item of a list where there is a bullet before it.</summary>
public sealed record TextBlock(string Text, bool Bold, bool Bullet) : PageBlock;

public sealed record TableBlock(string? Caption, IReadOnlyList<IReadOnlyList<TableCell>> Head, IReadOnlyList<IReadOnlyList<TableCell>> Rows) : PageBlock;

public sealed record TableCell(string Text, bool Bold, int Columns);

/// <summary>Reads a section's XHTML, which our own renderer made from an allow-list, as blocks. What it does not know by name is shown as a paragraph: no word of it is lost.</summary>
internal static class PageBlocks
{
    private const int MostColumns = 12;

    public static IReadOnlyList<PageBlock> Of(string xhtml) => [.. Blocks(XElement.Parse($"<div>{xhtml}</div>", LoadOptions.PreserveWhitespace))];

    private static IEnumerable<PageBlock> Blocks(XElement holder)
    {
        var loose = new StringBuilder();
        foreach (var node in holder.Nodes())
        {
            if (node is XElement element && Known(element) is { } blocks)
            {
                if (Words(loose.ToString()) is { Length: > 0 } before)
                {
                    yield return new TextBlock(before, false, false);
                }

                loose.Clear();
                foreach (var block in blocks)
                {
                    yield return block;
                }
            }
            else
            {
                loose.Append(node is XElement other ? Inline(other) : (node as XText)?.Value);
            }
        }

        if (Words(loose.ToString()) is { Length: > 0 } rest)
        {
            yield return new TextBlock(rest, false, false);
        }
    }

    private static IEnumerable<PageBlock>? Known(XElement element) => element.Name.LocalName switch
    {
        "p" => [new TextBlock(Words(Inline(element)), element.Elements().Any() && element.Elements().All(e => e.Name.LocalName is "b" or "strong") && !element.Nodes().OfType<XText>().Any(t => t.Value.Trim().Length > 0), false)],
        "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => [new TextBlock(Words(Inline(element)), true, false)],
        "ul" or "ol" => element.Elements().Select(i => new TextBlock(Words(Inline(i)), false, true)),
        "table" => [Table(element)],
        "div" or "blockquote" or "section" => Blocks(element),
        _ => null,
    };

    private static TableBlock Table(XElement table) => new(
        Named(table, "caption").Select(c => Words(Inline(c))).FirstOrDefault(),
        [.. Named(table, "thead").SelectMany(Rows)],
        [.. Rows(table), .. Named(table, "tbody").SelectMany(Rows), .. Named(table, "tfoot").SelectMany(Rows)]);

    private static IEnumerable<IReadOnlyList<TableCell>> Rows(XElement part) => Named(part, "tr").Select(r => (IReadOnlyList<TableCell>)
    [
        .. r.Elements().Select(c => new TableCell(
            Words(Inline(c)), c.Name.LocalName == "th", int.TryParse((string?)c.Attribute("colspan"), out var columns) ? Math.Clamp(columns, 1, MostColumns) : 1)),
    ]);

    private static IEnumerable<XElement> Named(XElement holder, string name) => holder.Elements().Where(e => e.Name.LocalName == name);

    private static string Inline(XElement element) => string.Concat(element.Nodes().Select(n => n switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "br" } => "\n",
        XElement { Name.LocalName: "p" or "li" or "div" } inner => Inline(inner) + "\n",
        XElement inner => Inline(inner),
        _ => "",
    }));

    /// <summary>White space as a browser shows it; a line break of ours stays one.</summary>
    private static string Words(string text) => string.Join('\n', text.Split('\n').Select(l => string.Join(' ', l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(l => l.Length > 0));
}
