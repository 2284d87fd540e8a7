using System.Text.RegularExpressions;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Architecture;

/// <summary>A document that names a file must be right about it.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents => [.. Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.Exists(Repository.PathOf("docs")) ? Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories) : [])
        .Select(f => Path.GetRelativePath(Repository.Root, f))];

    [Theory, MemberData(nameof(Documents))]
    public void Every_file_that_a_document_names_exists(string document)
    {
        var text = File.ReadAllText(Repository.PathOf(document));

        var missing = NamedPaths().Matches(text).Select(m => m.Groups["path"].Value)
            .Concat(Links().Matches(text).Select(m => m.Groups["path"].Value))
            .Distinct()
            .Where(p => !p.Contains("://", StringComparison.Ordinal) && !p.Contains('*', StringComparison.Ordinal) && !p.Contains('<', StringComparison.Ordinal))
            .Where(p => !File.Exists(Repository.PathOf(p)) && !Directory.Exists(Repository.PathOf(p)) && !File.Exists(Repository.PathOf(p + ".cs")))
            .ToList();

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void The_README_leads_to_each_of_the_nine_steps_in_one_file()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));

        var steps = Steps().Matches(readme).Select(m => m.Groups["path"].Value).ToList();

        steps.Count.ShouldBe(9);
        steps.ShouldAllBe(p => File.Exists(Repository.PathOf(p)));
    }

    [Fact]
    public void Each_hazard_has_a_name_of_its_own_and_a_test_or_says_that_it_has_none()
    {
        var rows = File.ReadLines(Repository.PathOf("SAFETY.md")).Where(l => Hazard().IsMatch(l)).ToList();

        rows.Count.ShouldBeGreaterThan(40);
        rows.Select(r => Hazard().Match(r).Groups["id"].Value).ShouldBeUnique();
        rows.Select(r => r.Split('|').Count(c => c.Trim().Length > 0)).ShouldAllBe(cells => cells >= 5);
    }

    // `Hub.Proxy/Intake/EventIntake.cs`, `partners/elm-surgery.json`: code spans that begin with a top-level name.
    [GeneratedRegex(@"`(?<path>(Hub\.(Fhir|Adapters|Proxy|Tests)|profiles|partners|charts|docs|scripts|bench|\.ci)/[^`\s]*?)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedPaths();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();

    [GeneratedRegex(@"^\| *(?<id>H\d+[a-z]*) *\|", RegexOptions.ExplicitCapture)]
    private static partial Regex Hazard();

    [GeneratedRegex(@"^\| *\d *\|[^|]*\| *`(?<path>[^`]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Steps();
}
