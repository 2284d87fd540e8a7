using System.Text.RegularExpressions;
using Hub.Fhir.Narratives;

namespace Hub.Tests.Fhir.Narratives;

/// <summary>Makes up a model for a template: every name that it uses holds something of the kind that its use asks for.</summary>
internal sealed partial class ModelMaker(string template, Random random)
{
    private readonly string[] words = ["", "", "plain", "A & B <c>", "\u0001", .. Quoted().Matches(template).Select(m => m.Groups[1].Value)];

    public Dictionary<string, object?> Make() => Members(null);

    // What stands behind "in", ".size", "if" or ">" says what it is; everything else is a text.
    private Dictionary<string, object?> Members(string? item)
    {
        var inside = item is null ? Paths().Where(p => !Loops().ContainsKey(p.Split('.')[0])) : Paths().Where(p => p.StartsWith(item + ".", StringComparison.Ordinal)).Select(p => p[(item.Length + 1)..]);
        return inside.Select(p => p.Split('.')[0]).Distinct().ToDictionary(n => n, n => Value(item is null ? n : $"{item}.{n}"));
    }

    private object? Value(string path)
    {
        if (Loops().FirstOrDefault(l => l.Value.Contains(path)) is { Key: { } item })
        {
            var body = Regex.Match(template, $@"\{{% for {item} in {Regex.Escape(path)} %\}}(.*?)\{{% endfor %\}}", RegexOptions.Singleline).Value;
            return Enumerable.Range(0, random.Next(4)).Select(_ => body.Contains(item + ".", StringComparison.Ordinal) ? Members(item) : (object?)Word()).ToList();
        }

        return Paths().Contains(path + ".size") ? Enumerable.Range(0, random.Next(3)).Select(_ => Word()).ToList()
            : Regex.IsMatch(template, $@"\b{Regex.Escape(path)} (> |== \d)") ? random.Next(3)
            : Regex.IsMatch(template, $@"(if|and) {Regex.Escape(path)} (%|and)") ? random.Next(2) == 0
            : Word();
    }

    private object? Word() => random.Next(8) switch
    {
        0 => null,
        1 => new Xhtml("<b>as it is</b>"),
        _ => words[random.Next(words.Length)],
    };

    private Dictionary<string, string[]> Loops() =>
        Loop().Matches(template).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => g.Select(m => m.Groups[2].Value).ToArray());

    private HashSet<string> Paths() => [.. Used().Matches(template)
        .SelectMany(m => Name().Matches(Quoted().Replace(TagName().Replace(m.Value, ""), "")).Select(n => n.Value)).Where(n => n is not ("in" or "and"))];

    [GeneratedRegex(@"^\{% \w+")]
    private static partial Regex TagName();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{% for (\w+) in ([\w.]+) %\}")]
    private static partial Regex Loop();

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}", RegexOptions.Singleline)]
    private static partial Regex Used();

    [GeneratedRegex(@"\b[a-z_][\w.]*")]
    private static partial Regex Name();
}
