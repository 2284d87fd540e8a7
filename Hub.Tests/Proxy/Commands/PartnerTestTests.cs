using System.Xml.Linq;
using Hub.Proxy.Commands;
using Hub.Proxy.Commands.Samples;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

/// <summary><c>hub partner test</c>: the golden samples of the repository stand, and one that does not is told field by field.</summary>
public sealed class PartnerTestTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-partner-test-");

    public static TheoryData<string> Partners => [.. Directory.GetDirectories(Repository.PathOf("partners", "samples")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Partners))]
    public async Task Every_golden_sample_of_the_repository_stands(string partner)
    {
        var partners = new DirectoryInfo(Repository.PathOf("partners"));
        var cases = SampleCase.Find(partners, partner);
        cases.ShouldNotBeEmpty();
        await using var bench = new SampleBench(PartnerCommand.Load(partners), TimeProvider.System);

        foreach (var sample in cases)
        {
            var result = await bench.RunAsync(sample, accept: false, TestContext.Current.CancellationToken);

            result.Stands.ShouldBeTrue($"{sample.Name}: {result.Fault}{string.Join("; ", result.Differences.Select(d => $"{d.Field} expected {d.Expected}, now {d.Actual}"))}");
        }
    }

    [Fact]
    public async Task A_change_in_the_partner_file_is_told_by_line_and_field_and_an_unread_case_does_not_pass()
    {
        var partners = Copy();
        var file = Path.Combine(partners.FullName, "northside-epr.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("\"Willow Ward\"", "\"Willow House\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using var bench = new SampleBench(PartnerCommand.Load(partners), TimeProvider.System);
        var sample = SampleCase.Find(partners, "northside-epr").Single();

        var result = await bench.RunAsync(sample, accept: false, TestContext.Current.CancellationToken);

        result.Stands.ShouldBeFalse();
        var name = result.Differences.Single(d => d.Field == "/events/0/team/name");
        (name.Expected, name.Actual).ShouldBe(("\"Willow Ward\"", "\"Willow House\""));
        File.ReadLines(sample.Expected.FullName).ElementAt(name.Line!.Value - 1).ShouldContain("Willow Ward");

        sample.Expected.Delete();
        (await bench.RunAsync(sample, accept: false, TestContext.Current.CancellationToken)).Fault.ShouldNotBeNull().ShouldContain("--accept");
        sample.Expected.Refresh();
        sample.Expected.Exists.ShouldBeFalse();

        (await bench.RunAsync(sample, accept: true, TestContext.Current.CancellationToken)).Accepted.ShouldBeTrue();
        (await bench.RunAsync(sample, accept: false, TestContext.Current.CancellationToken)).Stands.ShouldBeTrue();
    }

    [Fact]
    public async Task The_status_is_1_where_a_case_differs_and_where_nothing_was_tested_and_JUnit_has_each_failure()
    {
        var partners = Copy();
        var junit = Path.Combine(folder.FullName, "junit.xml");
        string[] verb = ["partner", "test", "--partners", partners.FullName];
        (await RunAsync([.. verb, "--junit", junit])).ShouldBe(HubCommand.Done);
        XDocument.Load(junit).Descendants("failure").ShouldBeEmpty();

        var expected = SampleCase.Find(partners, "northside-epr").Single().Expected.FullName;
        await File.WriteAllTextAsync(expected, (await File.ReadAllTextAsync(expected, TestContext.Current.CancellationToken)).Replace("accepted", "parked", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (await RunAsync([.. verb, "--junit", junit, "--json"])).ShouldBe(HubCommand.Found);
        XDocument.Load(junit).Descendants("failure").Single().Value.ShouldContain("/outcome");
        (await RunAsync([.. verb, "nobody"])).ShouldBe(HubCommand.Found);
        (await RunAsync(["partner", "test", "--partners", Path.Combine(folder.FullName, "nowhere")])).ShouldBe(HubCommand.Fault);
    }

    [Fact]
    public void A_build_server_accepts_nothing()
    {
        PartnerTestCommand.Refused(folder, accept: true, ci: "true").ShouldNotBeNull().ShouldContain("CI=true");
        PartnerTestCommand.Refused(folder, accept: false, ci: "true").ShouldBeNull();
        PartnerTestCommand.Refused(folder, accept: true, ci: null).ShouldBeNull();
    }

    public void Dispose() => folder.Delete(recursive: true);

    internal static Task<int> RunAsync(string[] arguments) => HubCommand.RunAsync(arguments, TimeProvider.System);

    /// <summary>The partner files of the repository, with one golden case.</summary>
    private DirectoryInfo Copy()
    {
        var partners = folder.CreateSubdirectory("partners");
        foreach (var file in Directory.GetFiles(Repository.PathOf("partners"), "*.json"))
        {
            File.Copy(file, Path.Combine(partners.FullName, Path.GetFileName(file)));
        }

        const string Case = "adt-a01-ward-uk-itk";
        var place = partners.CreateSubdirectory(Path.Combine("samples", "northside-epr", Case)).FullName;
        foreach (var file in Directory.GetFiles(Repository.PathOf("partners", "samples", "northside-epr", Case)))
        {
            File.Copy(file, Path.Combine(place, Path.GetFileName(file)));
        }

        return partners;
    }
}
