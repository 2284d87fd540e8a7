using System.Collections.Frozen;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>Which element may stand in which, as far as XHTML 1.0 strict decides how a narrative is read: lists, tables, blocks and lines.</summary>
internal static class NarrativeNesting
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> Only = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
    {
        ["ul"] = Set("li"),
        ["ol"] = Set("li"),
        ["dl"] = Set("dt", "dd"),
        ["table"] = Set("caption", "col", "colgroup", "thead", "tfoot", "tbody", "tr"),
        ["thead"] = Set("tr"),
        ["tbody"] = Set("tr"),
        ["tfoot"] = Set("tr"),
        ["tr"] = Set("td", "th"),
        ["colgroup"] = Set("col"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // What may stand in the elements above and nowhere else.
    private static readonly FrozenSet<string> Bound = Only.Values.SelectMany(v => v).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Blocks =
        Set("address", "blockquote", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul");

    // These hold a line of text and no block.
    private static readonly FrozenSet<string> Lines =
        Set("a", "abbr", "acronym", "b", "big", "caption", "cite", "code", "dfn", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "kbd", "p", "pre", "q",
            "samp", "small", "span", "strong", "sub", "sup", "tt", "var");

    private static readonly FrozenSet<string> Empty = Set("br", "col", "hr", "img");

    /// <summary>True when the child may stand in the parent, which is null for the root.</summary>
    public static bool MayHold(string? parent, string child) =>
        parent is null
        || (Only.TryGetValue(parent, out var allowed)
            ? allowed.Contains(child)
            : !Bound.Contains(child) && !Empty.Contains(parent) && !(Lines.Contains(parent) && Blocks.Contains(child)));

    public static bool MayHoldText(string parent) => !Only.ContainsKey(parent) && !Empty.Contains(parent);

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
