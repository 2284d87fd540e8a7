using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Fhir.Narratives;

/// <summary>
/// Reads the plain part of Liquid that our templates are written in, once, into parts that render without looking at the text again:
/// values without filters, if with "and", case, and for. What it does not know it leaves to DotLiquid, which renders the same, slower.
/// </summary>
internal sealed partial class PlainTemplateReader
{
    private readonly string[] tokens;
    private readonly List<string> loops = [];
    private int next;
    private int mostLoops;
    private bool isPlain = true;

    private PlainTemplateReader(string text) => tokens = [.. Tag().Split(text).Where(t => t.Length > 0)];

    /// <returns>Null where the template needs more of Liquid, or is wrong.</returns>
    public static PlainTemplate? Read(string text)
    {
        var reader = new PlainTemplateReader(text);
        var parts = reader.Parts();
        return reader.isPlain && reader.next == reader.tokens.Length ? new PlainTemplate(parts, reader.mostLoops) : null;
    }

    /// <summary>Everything up to the tag that ends or divides the block around it.</summary>
    private List<TemplatePart> Parts()
    {
        var parts = new List<TemplatePart>();
        while (isPlain && next < tokens.Length)
        {
            var token = tokens[next];
            if (token.StartsWith("{{", StringComparison.Ordinal))
            {
                next++;
                parts.Add(new ValuePart(Path(token.Length > 4 ? token[2..^2].Trim() : "")));
                continue;
            }

            if (!token.StartsWith("{%", StringComparison.Ordinal))
            {
                next++;
                parts.Add(new TextPart(token));
                continue;
            }

            var (name, argument) = Current();
            if (name is "elsif" or "else" or "endif" or "when" or "endcase" or "endfor")
            {
                break;
            }

            next++;
            parts.Add(name switch
            {
                "if" => If(argument),
                "case" => Case(argument),
                "for" => For(argument),
                _ => NotPlain(),
            });
        }

        return parts;
    }

    private ChoicePart If(string argument)
    {
        var branches = new List<(IReadOnlyList<Condition>, IReadOnlyList<TemplatePart>)> { (Conditions(argument), Parts()) };
        for (var (name, then) = Take(); isPlain && name != "endif"; (name, then) = Take())
        {
            isPlain &= name is "elsif" || (name is "else" && then.Length == 0);
            branches.Add((name == "else" ? [] : Conditions(then), Parts()));
        }

        return new ChoicePart(branches);
    }

    private ChoicePart Case(string argument)
    {
        var path = Path(argument);
        var branches = new List<(IReadOnlyList<Condition>, IReadOnlyList<TemplatePart>)>();
        isPlain &= Parts().TrueForAll(p => p is TextPart); // before the first "when", and so never shown
        for (var (name, when) = Take(); isPlain && name != "endcase"; (name, when) = Take())
        {
            isPlain &= name is "when" || (name is "else" && when.Length == 0);
            branches.Add((name == "else" ? [] : [new Condition(path, "==", Constant(when))], Parts()));
        }

        return new ChoicePart(branches);
    }

    private LoopPart For(string argument)
    {
        var words = argument.Split(' ');
        isPlain &= words is [_, "in", _] && Name().IsMatch(words[0]);
        var list = Path(words[^1]);
        loops.Add(words[0]);
        mostLoops = Math.Max(mostLoops, loops.Count);
        var loop = new LoopPart(list, loops.Count - 1, Parts());
        loops.RemoveAt(loops.Count - 1);
        isPlain &= Take() is ("endfor", "");
        return loop;
    }

    private TextPart NotPlain()
    {
        isPlain = false;
        return new TextPart("");
    }

    private List<Condition> Conditions(string text) => [.. text.Split(" and ").Select(one =>
    {
        var words = one.Split(' ', 3);
        isPlain &= words is [_] or [_, "==" or "!=" or ">", _] && (words is not [_, ">", _] || Constant(words[2]) is long);
        return words.Length == 3 ? new Condition(Path(words[0]), words[1], Constant(words[2])) : new Condition(Path(words[0]), null, null);
    })];

    // A text in quotes, or a number.
    private object Constant(string word) => Quoted().IsMatch(word) ? word.Trim('"') : Number(word);

    private long Number(string word)
    {
        isPlain &= long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return number;
    }

    private ModelPath Path(string text)
    {
        var members = text.Split('.');
        isPlain &= members.All(m => Name().IsMatch(m)) && members[0] is not ("forloop" or "nil" or "null" or "true" or "false" or "blank" or "empty");
        var loop = loops.LastIndexOf(members[0]);
        return new ModelPath(loop, loop < 0 ? members : members[1..], text);
    }

    /// <summary>The tag that ended the block, taken; none where the text ended first.</summary>
    private (string Name, string Argument) Take()
    {
        isPlain &= next < tokens.Length;
        var tag = isPlain ? Current() : ("", "");
        next++;
        return tag;
    }

    private (string Name, string Argument) Current()
    {
        var tag = tokens[next].Length > 4 ? tokens[next][2..^2].Trim() : "";
        var space = tag.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (tag, "") : (tag[..space], tag[(space + 1)..].Trim());
    }

    [GeneratedRegex(@"(\{\{.*?\}\}|\{%.*?%\})", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^[a-z_][a-z0-9_]*$")]
    private static partial Regex Name();

    [GeneratedRegex("^\"[^\"]*\"$")]
    private static partial Regex Quoted();
}
