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

    // `Hub.Proxy/Intake/EventIntake.cs`, `partners/elm-surgery.json`: code spans that begin with a top-level name.
    [GeneratedRegex(@"`(?<path>(Hub\.(Fhir|Adapters|Proxy|Tests)|profiles|partners|charts|docs|scripts|bench|\.ci)/[^`\s]*?)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedPaths();

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();

    [GeneratedRegex(@"^\| *\d *\|[^|]*\| *`(?<path>[^`]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Steps();
}
