using Hub.Proxy.Commands;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

/// <summary><c>hub send</c>: shows without sending, and sends only to the destination that was named.</summary>
public sealed class SendTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-send-");

    [Fact]
    public async Task What_is_shown_is_not_sent_and_what_is_sent_was_named_by_its_destination()
    {
        await using var practice = await SimulatedFhirPartner.StartAsync();
        TestPartners.Write(folder.FullName, practice.Port, 9002, 9003);
        var message = Path.Combine(folder.FullName, "message.hl7");
        await File.WriteAllTextAsync(message, new Messages().Admission("S1"), TestContext.Current.CancellationToken);
        string[] verb = ["send", message, "--adapter", "elm", "--partners", folder.FullName];
        var destination = $"http://127.0.0.1:{practice.Port}/fhir/$process-message";

        (await PartnerTestTests.RunAsync([.. verb, "--dry-run"])).ShouldBe(HubCommand.Done);
        (await PartnerTestTests.RunAsync(verb)).ShouldBe(HubCommand.Fault);
        (await PartnerTestTests.RunAsync([.. verb, "--dry-run", "--send-to", destination])).ShouldBe(HubCommand.Fault);
        (await PartnerTestTests.RunAsync([.. verb, "--send-to", "http://127.0.0.1:1/other"])).ShouldBe(HubCommand.Fault);
        (await PartnerTestTests.RunAsync(["send", message, "--adapter", "north-epr", "--partners", folder.FullName, "--dry-run"])).ShouldBe(HubCommand.Fault);
        practice.Received.ShouldBeEmpty();

        (await PartnerTestTests.RunAsync([.. verb, "--send-to", destination])).ShouldBe(HubCommand.Done);
        practice.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_test_message_is_refused_as_at_the_door_and_nothing_would_be_sent()
    {
        TestPartners.Write(folder.FullName, 9001, 9002, 9003);
        var message = Path.Combine(folder.FullName, "message.hl7");
        await File.WriteAllTextAsync(message, new Messages().Admission("S1").Replace("|P|2.4", "|T|2.4", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (await PartnerTestTests.RunAsync(["send", message, "--adapter", "elm", "--partners", folder.FullName, "--dry-run"])).ShouldBe(HubCommand.Found);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
