using System.Buffers;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>
/// Knows a narrative such as our templates make without an XML reader: elements that FHIR allows where XHTML allows them, cells that say
/// what they head or span, and escaped text. What it does not know may still be good.
/// </summary>
internal static class PlainNarrative
{
    private const string Root = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    // Markup, and what XML forbids or has to be looked at in pairs.
    private static readonly SearchValues<char> NotText = SearchValues.Create(
        [.. "<>&", .. Enumerable.Range(0, ' ').Where(c => c is not ('\t' or '\n' or '\r')).Select(c => (char)c)]);

    private static readonly string[] Entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];

    /// <summary>True where <see cref="NarrativeRules"/> would certainly find nothing.</summary>
    public static bool IsGood(string div)
    {
        if (!div.StartsWith(Root, StringComparison.Ordinal) || div.Length > NarrativeRules.MaxLength || div.AsSpan().IndexOfAnyInRange('\uD800', '\uFFFF') >= 0)
        {
            return false;
        }

        var open = new Stack<string>(8);
        open.Push("div");
        var rest = div.AsSpan(Root.Length);
        var hasContent = false;
        while (open.Count > 0)
        {
            if (!TakeText(ref rest, open.Peek(), ref hasContent) || !TakeTag(ref rest, open))
            {
                return false;
            }
        }

        return rest.IsEmpty && hasContent;
    }

    private static bool TakeText(ref ReadOnlySpan<char> rest, string parent, ref bool hasContent)
    {
        while (true)
        {
            var end = rest.IndexOfAny(NotText);
            if (end < 0)
            {
                return false; // it ends inside an element
            }

            var text = rest[..end];
            var isBlank = text.IndexOfAnyExcept(" \t\n\r") < 0;
            hasContent |= !text.IsWhiteSpace() || rest[end] == '&';
            if (!(isBlank && rest[end] == '<') && !NarrativeNesting.MayHoldText(parent))
            {
                return false;
            }

            rest = rest[end..];
            if (rest[0] != '&')
            {
                return rest[0] == '<';
            }

            var length = EntityLength(rest);
            if (length == 0)
            {
                return false;
            }

            rest = rest[length..];
        }
    }

    private static bool TakeTag(ref ReadOnlySpan<char> rest, Stack<string> open)
    {
        var end = rest.IndexOf('>');
        if (end < 2)
        {
            return false;
        }

        var tag = rest[1..end];
        rest = rest[(end + 1)..];
        if (tag[0] == '/')
        {
            return tag[1..].SequenceEqual(open.Pop());
        }

        var space = tag.IndexOf(' ');
        if (!NarrativeRules.TryKnow(space < 0 ? tag : tag[..space], out var name) || !NarrativeNesting.MayHold(open.Peek(), name)
            || (space >= 0 && !IsOfCell(tag[space..])))
        {
            return false;
        }

        open.Push(name);
        return true;
    }

    private static bool IsOfCell(ReadOnlySpan<char> attribute) => attribute is " scope=\"row\"" or " scope=\"col\"" or " colspan=\"8\"";

    private static int EntityLength(ReadOnlySpan<char> text)
    {
        foreach (var entity in Entities)
        {
            if (text.StartsWith(entity, StringComparison.Ordinal))
            {
                return entity.Length;
            }
        }

        return 0;
    }
}
