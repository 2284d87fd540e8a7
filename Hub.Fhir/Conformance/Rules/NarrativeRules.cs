using System.Diagnostics.CodeAnalysis;
using System.Xml;
using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>
/// A narrative must be the XHTML that FHIR allows (R4 Narrative, txt-1 and txt-2) and must do nothing when it is shown: no
/// script, no handler, no style sheet, no picture or link that calls out. Both foreign validators we know let a script pass.
/// </summary>
internal static class NarrativeRules
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    // A narrative larger than this is no narrative; a reader must not be made to parse it.
    public const int MaxLength = 1_000_000;

    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "a", "abbr", "acronym", "address", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "dfn", "div",
        "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "q", "samp", "small", "span",
        "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> ElementsByName = Elements.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing", "cellvalign", "char",
        "charoff", "cite", "class", "colspan", "compact", "coords", "dir", "frame", "headers", "height", "href", "hreflang", "hspace", "id",
        "lang", "longdesc", "name", "nowrap", "rel", "rev", "rowspan", "rules", "scope", "shape", "span", "src", "start", "style", "summary",
        "tabindex", "title", "type", "valign", "value", "vspace", "width",
    };

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxLength,
    };

    public static void Check(Narrative narrative, Findings findings)
    {
        if (Literal.Text(narrative.DivElement) is not { } div || PlainNarrative.IsGood(div))
        {
            return;
        }

        try
        {
            using var reader = XmlReader.Create(new StringReader(div), Settings);
            Read(reader, findings);
        }
        catch (XmlException)
        {
            findings.Error("txt-1", "The narrative is not well-formed, or too large.", "div");
        }
    }

    /// <summary>True for an element that FHIR allows in a narrative.</summary>
    public static bool TryKnow(ReadOnlySpan<char> element, [NotNullWhen(true)] out string? name) => ElementsByName.TryGetValue(element, out name);

    private static void Read(XmlReader reader, Findings findings)
    {
        var (seenRoot, hasContent) = (false, false);
        var open = new Stack<string>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (!seenRoot)
                    {
                        seenRoot = true;
                        findings.Require(reader.LocalName == "div" && reader.NamespaceURI == Xhtml, "txt-1", "A narrative is one XHTML div.", "div");
                    }

                    hasContent |= reader.LocalName == "img";
                    findings.Require(NarrativeNesting.MayHold(open.TryPeek(out var parent) ? parent : null, reader.LocalName),
                        "narrative-nesting", "An element of the narrative stands where XHTML does not allow it.", "div");
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(reader.LocalName);
                    }

                    CheckElement(reader, findings);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    findings.Require(NarrativeNesting.MayHoldText(open.Peek()), "narrative-nesting", "Text in the narrative stands where XHTML does not allow it.", "div");
                    hasContent |= !string.IsNullOrWhiteSpace(reader.Value);
                    break;
                case XmlNodeType.ProcessingInstruction:
                    findings.Error("txt-1", "The narrative holds a processing instruction.", "div");
                    break;
            }
        }

        findings.Require(hasContent, "txt-2", "The narrative says nothing.", "div");
    }

    private static void CheckElement(XmlReader reader, Findings findings)
    {
        var element = reader.LocalName;
        if (element is "script" or "style" or "iframe" or "object" or "embed" or "form" or "input" or "link" or "meta" or "base" or "svg" or "math")
        {
            findings.Error("narrative-active", "The narrative holds something that acts when it is shown.", "div");
        }
        else if (!Elements.Contains(element) || reader.NamespaceURI != Xhtml)
        {
            findings.Error("txt-1", "The narrative holds an element that FHIR does not allow.", "div");
        }

        while (reader.MoveToNextAttribute())
        {
            CheckAttribute(element, reader.Name, reader.Value, findings);
        }
    }

    private static void CheckAttribute(string element, string name, string value, Findings findings)
    {
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
        {
            findings.Error("narrative-active", "The narrative holds an event handler.", "div");
        }
        else if (name is "src" || (name is "href" && element is not "a"))
        {
            // Contained pictures are "#id", inline ones data:image; anything else is fetched when the narrative is shown.
            findings.Require(value.StartsWith('#') || value.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase),
                "narrative-external", "The narrative fetches something from elsewhere.", "div");
        }
        else if (name is "href")
        {
            findings.Require(IsSafeLink(value), "narrative-active", "A link that is neither web, mail, telephone nor local.", "div");
        }
        else if (name is "style")
        {
            findings.Require(!value.Contains("url(", StringComparison.OrdinalIgnoreCase) && !value.Contains("expression", StringComparison.OrdinalIgnoreCase)
                && !value.Contains("@import", StringComparison.OrdinalIgnoreCase) && !value.Contains('\\', StringComparison.Ordinal),
                "narrative-external", "A style that fetches or runs something.", "div");
        }
        else if (!Attributes.Contains(name) && name is not "xmlns" && !name.StartsWith("xml:", StringComparison.Ordinal))
        {
            findings.Error("txt-1", "The narrative holds an attribute that FHIR does not allow.", "div");
        }
    }

    private static bool IsSafeLink(string link)
    {
        var trimmed = link.Trim();
        return trimmed.StartsWith('#')
            || trimmed.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || trimmed.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || trimmed.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
            || trimmed.StartsWith("tel:", StringComparison.OrdinalIgnoreCase)
            || !trimmed.Contains(':', StringComparison.Ordinal);
    }
}
