using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Proxy.Handovers;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>What a practice in England really gets, ITK3 over a scripted MESH, and what its answers mean: sent by the real hub, answered by a practice that shares no code with it.</summary>
public sealed class Itk3JourneyTests : IAsyncLifetime
{
    private const string Oak = "oak-mesh";
    private static readonly TimeSpan LongEnoughToSend = TimeSpan.FromMilliseconds(800); // what goes at all goes in a tenth of it
    private static readonly Messages Ama = new() { Practice = "Y99002", FromWard = "", Start = DateTimeOffset.UtcNowForMessages() };
    private SimulatedMesh mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => mesh = await SimulatedMesh.StartAsync();

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task A_discharge_is_awaited_until_the_practice_itself_has_answered_and_the_readable_receipt_of_its_system_is_no_answer()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("1"), Ama.Discharge("2", Ama.Start.AddDays(2)));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [.., { Delivery.State: DeliveryState.Awaited }] copies && copies.Count == 2);
        var sent = mesh.Applied.Single(a => a.EventCode == "discharge");
        mesh.Store.All.ShouldContain(m => m.Workflow == Itk3Practices.Discharges || m.Workflow == Itk3Practices.Documents);

        Answer(sent, "20013");
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub))[1].Delivery.AnswerStage == AnswerStage.Technical);
        (await CopiesAsync(hub))[1].Delivery.State.ShouldBe(DeliveryState.Awaited);

        Answer(sent, "30001");
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub))[1].Delivery.State == DeliveryState.Delivered);
        (await CopiesAsync(hub))[0].Delivery.State.ShouldBe(DeliveryState.Awaited); // an answer answers its own message and no other
        (await CopiesAsync(hub))[1].Answers.Select(a => a.SentCode).ShouldContain("30001");
        mesh.Applied.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_practice_knows_the_person_closes_that_it_is_informed_only_where_nothing_is_asked_of_it()
    {
        mesh.Script.Always = SimulatorFault.Parse("reply:ok");
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("1"));
        await AskAsync(hub); // a medicine is stopped, and the practice is asked to take it off its list
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)).Count(c => c.Delivery.State == DeliveryState.Delivered) == 2);

        var titles = (await CopiesAsync(hub)).Select(c => c.Delivery.Title).ToList();
        var admission = await InformedAsync(hub, 1);
        titles[0].ShouldNotContain("ACTION");
        admission.State.ShouldBe(ObligationState.Done);
        (await StepsAsync(hub, admission)).ShouldContain(s => s.Act == nameof(Complete) && s.Channel == ActChannel.System && s.By == Oak);
        titles[1].ShouldContain("ACTION");
        (await InformedAsync(hub, 2)).State.ShouldBe(ObligationState.Received);
    }

    [Theory]
    [InlineData("30003")]
    [InlineData("30002")]
    [InlineData("20002")]
    public async Task Not_theirs_is_returned_nothing_more_goes_there_and_somebody_is_told(string code)
    {
        mesh.Script.Always = SimulatorFault.Parse("reply:" + code);
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.FinishedAt: not null }]);

        await SendAsync(hub, Ama.Discharge("2", Ama.Start.AddDays(2)));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)).Count == 2);
        await Task.Delay(LongEnoughToSend, TimeProvider.System, Token);

        var copies = await CopiesAsync(hub);
        (copies[0].Delivery.State, copies[0].Delivery.Stands).ShouldBe((DeliveryState.Refused, "Returned"));
        copies[0].Answers.ShouldContain(a => a.SentCode == code);
        copies[1].Delivery.State.ShouldBe(DeliveryState.Waiting);
        mesh.Applied.Count.ShouldBe(1);
        var entry = (await AttentionAsync(hub)).Single(a => a.Kind == "not-our-patient");
        (entry.Owner, entry.DeliveryId, entry.DueAt is not null).ShouldBe(("CRT administration", copies[0].Delivery.Id, true));
        (await ObligationsAsync(hub)).Where(o => o.Kind == ObligationKind.GpInformed).ShouldAllBe(o => o.IsOpen);
    }

    [Fact]
    public async Task Known_and_recently_deceased_closes_nothing_stops_the_lane_and_has_somebody_ring()
    {
        mesh.Script.Always = SimulatorFault.Parse("reply:30004");
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.FinishedAt: not null }]);

        await SendAsync(hub, Ama.Discharge("2", Ama.Start.AddDays(2)));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)).Count == 2);
        await Task.Delay(LongEnoughToSend, TimeProvider.System, Token);

        var copies = await CopiesAsync(hub);
        copies[0].Delivery.Stands.ShouldBe("Delivered"); // their system has it: it is not refused, and not told again
        copies[1].Delivery.State.ShouldBe(DeliveryState.Waiting);
        mesh.Applied.Count.ShouldBe(1);
        var entry = (await AttentionAsync(hub)).Single(a => a.Kind == "known-deceased");
        (entry.Owner, entry.DueAt is not null).ShouldBe(("CRT shift lead", true));
        (await AttentionAsync(hub)).ShouldNotContain(a => a.Kind == "not-our-patient");
        (await ObligationsAsync(hub)).Where(o => o.Kind == ObligationKind.GpInformed).ShouldAllBe(o => o.IsOpen);
    }

    [Fact]
    public async Task A_judgement_on_the_message_is_final_and_visible()
    {
        mesh.Script.Always = SimulatorFault.Parse("reply:20009");
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub)) is [{ Delivery.FinishedAt: not null }]);

        var copy = (await CopiesAsync(hub)).ShouldHaveSingleItem();
        (copy.Delivery.Stands, copy.Answers.Count(a => a.SentCode == "20009")).ShouldBe(("Refused", 1));
        (await AttentionAsync(hub)).ShouldContain(a => a.Kind == "refused" && a.DeliveryId == copy.Delivery.Id);
        mesh.Applied.Count.ShouldBe(1);
    }

    private void Answer(ReceivedCopy sent, string code) =>
        mesh.Store.Deliver(MeshSettings.Ours, MeshSettings.Practice, Itk3Practices.Discharges + "_ACK", SimulatedItk3Answers.Answer(sent.MessageId, code, TimeProvider.System));

    private Task<TestHub> StartAsync() => Itk3Practices.StartAsync((Oak, Itk3Practices.File(mesh, Oak, "Y99002", MeshSettings.Practice)));

    private static async Task SendAsync(TestHub hub, params string[] messages)
    {
        await using var epr = hub.Epr();
        foreach (var message in messages)
        {
            (await Told.SendAsync(epr, message)).ShouldBe("AA");
        }
    }

    /// <summary>A discharge from a record system that speaks JSON, with what it asks of the practice.</summary>
    private static async Task AskAsync(TestHub hub)
    {
        var asked = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "profiles", "examples", "events", "discharge.json"), Token))!.AsObject();
        (asked["patient"]!["gpPractice"], asked["occurredAt"], asked["recordedAt"]) = ("Y99002", Ama.Start.AddDays(1), Ama.Start.AddDays(1));
        asked["patient"]!["nhsNumber"] = "9000000009"; // another person: who Ama is, the other record says otherwise
        using var http = hub.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/discharge") { Content = new StringContent(asked.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Source", "north-json");
        request.Headers.Add("Idempotency-Key", "ask-1");
        using var taken = await http.SendAsync(request, Token);
        taken.IsSuccessStatusCode.ShouldBeTrue(await taken.Content.ReadAsStringAsync(Token));
    }

    private static async Task<Obligation> InformedAsync(TestHub hub, long episode) =>
        (await hub.Host.Services.GetRequiredService<HandoverBook>().HandoverAsync(episode, Token)).ShouldNotBeNull().Obligations.Select(o => o.Entry.Obligation).Single(o => o.Kind == ObligationKind.GpInformed);

    private static async Task<List<DeliveryView>> CopiesAsync(TestHub hub) =>
        [.. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Where(d => d.Delivery.PartnerId == Oak)];

    private static async Task<List<Obligation>> ObligationsAsync(TestHub hub)
    {
        var book = hub.Host.Services.GetRequiredService<HandoverBook>();
        return [.. (await book.HandoverAsync(1, Token)).ShouldNotBeNull().Obligations.Select(o => o.Entry.Obligation)];
    }

    private static async Task<IReadOnlyList<StepView>> StepsAsync(TestHub hub, Obligation one) =>
        (await hub.Host.Services.GetRequiredService<HandoverBook>().ObligationAsync(one.Id, Token)).ShouldNotBeNull().Steps;
}
