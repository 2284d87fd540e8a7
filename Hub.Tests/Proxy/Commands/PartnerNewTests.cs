using System.Xml.Linq;
using Hub.Proxy.Commands.Samples;
using Hub.Proxy.Commands.Starters;
using Hub.Proxy.Commands;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

/// <summary><c>hub partner new</c>: whatever it begins is right as it stands, and can be tested at once.</summary>
public sealed class PartnerNewTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-partner-new-");

    [Fact]
    public async Task Every_protocol_begins_with_a_commented_file_that_validates_and_a_sample_that_says_something()
    {
        foreach (var protocol in StarterFiles.Sources)
        {
            (await NewAsync($"new-{protocol}", "source", protocol, "RX1")).ShouldBe(HubCommand.Done);
        }

        foreach (var (protocol, n) in StarterFiles.Recipients.Select((p, n) => (p, n)))
        {
            (await NewAsync($"new-{protocol}", "recipient", protocol, $"Y1234{n}", "--audience", "gp")).ShouldBe(HubCommand.Done);
        }

        (await NewAsync("new-ward", "recipient", "hl7v2-mllp", "RX103", "--audience", "ward", "--serves", "WARD1")).ShouldBe(HubCommand.Done);
        StarterFiles.Sources.ShouldBe(["event-api", "fhir-messages", "hl7v2"]);
        StarterFiles.Recipients.ShouldContain("fhir-messaging");

        var files = PartnerCommand.Load(folder);
        files.Problems.ShouldBeEmpty();
        files.All.Count.ShouldBe(StarterFiles.Sources.Count + StarterFiles.Recipients.Count + 1);
        File.ReadAllText(Path.Combine(folder.FullName, "new-hl7v2.json")).ShouldContain("// ");
        File.Exists(Path.Combine(folder.FullName, "schemas", "partner.schema.json")).ShouldBeTrue();

        await using (var bench = new SampleBench(files, TimeProvider.System)) // the verb accepts nothing on a build server
        {
            foreach (var sample in files.All.SelectMany(partner => SampleCase.Find(folder, partner.Id)))
            {
                (await bench.RunAsync(sample, accept: true, TestContext.Current.CancellationToken)).Accepted.ShouldBeTrue(sample.Name);
            }
        }

        foreach (var partner in files.All)
        {
            var expected = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "samples", partner.Id, "first", "expected.json"), TestContext.Current.CancellationToken);
            expected.ShouldContain("\"outcome\": \"accepted\"", customMessage: partner.Id);
            expected.ShouldNotContain("\"told\": false", customMessage: partner.Id);
        }
    }

    [Theory]
    [InlineData("Elm", "recipient", "fhir-messaging", "Y12345", "--audience", "gp")]
    [InlineData("elm", "recipient", "hl7v2", "Y12345", "--audience", "gp")]
    [InlineData("elm", "recipient", "fhir-messaging", "not one", "--audience", "gp")]
    [InlineData("elm", "recipient", "fhir-messaging", "Y12345")]
    [InlineData("elm", "source", "hl7v2", "RX1", "--audience", "gp")]
    [InlineData("elm", "nobody", "hl7v2", "RX1")]
    public async Task A_wrong_flag_is_named_and_nothing_is_written(string id, string role, string protocol, string organisation, params string[] more)
    {
        (await NewAsync(id, role, protocol, organisation, more)).ShouldBe(HubCommand.Fault);

        folder.GetFileSystemInfos().Where(f => f.Name != "schemas").ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_a_code_that_another_serves_is_refused()
    {
        (await NewAsync("elm", "recipient", "fhir-messaging", "Y12345", "--audience", "gp")).ShouldBe(HubCommand.Done);
        var before = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "elm.json"), TestContext.Current.CancellationToken);

        (await NewAsync("elm", "recipient", "fhir-messaging", "Y54321", "--audience", "gp")).ShouldBe(HubCommand.Found);
        (await NewAsync("oak", "recipient", "fhir-messaging", "Y12345", "--audience", "gp")).ShouldBe(HubCommand.Found);

        (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "elm.json"), TestContext.Current.CancellationToken)).ShouldBe(before);
        folder.GetFiles("*.json").Length.ShouldBe(1);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<int> NewAsync(string id, string role, string protocol, string organisation, params string[] more) => PartnerTestTests.RunAsync(
        ["partner", "new", "--id", id, "--name", $"The \"{id}\" partner", "--role", role, "--protocol", protocol, "--organisation", organisation, "--partners", folder.FullName, .. more]);
}
