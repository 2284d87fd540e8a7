using System.Text.Json.Nodes;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A community team whose record system is a FHIR server, in the whole hub: from HL7 v2 bytes to the resources that the server holds.</summary>
public sealed class FhirServerRecipientTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task Its_server_holds_letters_tasks_and_each_medicine_once_although_a_line_was_cut()
    {
        await using var server = await SimulatedFhirServer.StartAsync();
        await using var hub = await TestHub.StartAsync();
        await SpeakRestAsync(hub, server);
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;
        server.Script.Then("ok").Then("cut");

        (await epr.SendAsync(Ama.Admission("C1"), token)).ShouldNotBeNull();
        (await epr.SendAsync(Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"), token)).ShouldNotBeNull();
        (await epr.SendAsync(Ama.Order("C3", "XO", "O1", "^Sertraline 100mg tablets", "100", Ama.Start.AddDays(3), "Partial response"), token)).ShouldNotBeNull();
        (await epr.SendAsync(Ama.Discharge("C4", Ama.Start.AddDays(9)), token)).ShouldNotBeNull();
        (await hub.SettleAsync()).Total.ShouldBe(0);

        server.Received.Count.ShouldBe(5); // one of the four came twice
        var held = server.Resources;
        held.Count(r => r.Kind == "Composition").ShouldBe(4);
        held.Count(r => r.Kind == "MedicationStatement").ShouldBe(1);
        held.Single(r => r.Kind == "MedicationStatement").Json.ShouldContain("100mg");
        held.Select(r => r.Kind).Distinct().Except(["Patient", "Composition", "DocumentReference", "Task", "Communication", "MedicationRequest", "MedicationStatement", "List", "CarePlan", "Flag"]).ShouldBeEmpty();
        foreach (var copy in server.Received)
        {
            Emitted.KeepResource(copy.Bytes);
        }
    }

    [Fact]
    public async Task Somebody_whom_it_does_not_know_stops_that_persons_lane_there_and_nothing_else()
    {
        await using var server = await SimulatedFhirServer.StartAsync();
        server.KnowOnly();
        await using var hub = await TestHub.StartAsync();
        await SpeakRestAsync(hub, server);
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        await epr.SendAsync(Ama.Admission("C1"), token);
        await epr.SendAsync(Ama.Discharge("C2", Ama.Start.AddDays(9)), token);
        await Eventually.HoldsAsync(async () => (await hub.Timeline.AttentionAsync(10, token)).Any(a => a.Kind == "not-our-patient"));
        await Eventually.HoldsAsync(() => hub.Practice.Received.Count == 2);

        server.Received.ShouldBeEmpty();
        server.Resources.ShouldBeEmpty();
    }

    private static Task SpeakRestAsync(TestHub hub, SimulatedFhirServer server) => hub.ChangePartnerAsync("south-cmht", file =>
    {
        file["protocol"] = "fhir-rest";
        file["settings"] = new JsonObject { ["endpoint"] = server.Endpoint.AbsoluteUri, ["timeout"] = "00:00:05" };
    });
}
