using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Commands;
using Hub.Proxy.Intake;
using Hub.Proxy.Replays;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Clinical rule 19: a replay is exactly as sent only where nothing was accepted or superseded; else it is rendered today and says that it is a copy.</summary>
public sealed class ReplayTests
{
    private static readonly Messages Ama = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_message_goes_again_byte_for_byte_under_its_id_and_once_accepted_its_original_is_told()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Practice.Script.Always = SimulatorFault.Parse("http:422");
        await SendAsync(hub, Ama.Admission("C1"));
        hub.Practice.Script.Always = SimulatorFault.None;
        var original = await DeliveryAsync(hub, "elm");
        original.State.ShouldBe(DeliveryState.Refused);

        (await ReplayVerbAsync(hub, original.Id, "elm", "--as-sent", "--by", "N. Okoro", "--note", "their profile was corrected")).ShouldBe(0);
        await hub.SettleAsync();

        hub.Practice.Received.Count.ShouldBe(2);
        hub.Practice.Received[1].Bytes.ToArray().ShouldBe(hub.Practice.Received[0].Bytes.ToArray());
        hub.Practice.Received[1].MessageId.ShouldBe(hub.Practice.Received[0].MessageId);
        var replay = (await DeliveriesAsync(hub)).Single(d => d.ReplayOf == original.Id);
        (replay.State, replay.ReplayForm, replay.ReplayedBy, replay.ReplayNote, replay.Organisation).ShouldBe((DeliveryState.Delivered, ReplayForm.AsSent, "N. Okoro", "their profile was corrected", "RXN"));
        (await DeliveryAsync(hub, "elm")).State.ShouldBe(DeliveryState.Superseded);
    }

    [Fact]
    public async Task An_accepted_message_is_never_sent_again_as_it_was_and_mapped_anew_it_says_that_it_is_a_copy_and_of_when()
    {
        await using var hub = await TestHub.StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        await SendAsync(hub, Ama.Discharge("C2", Ama.Start.AddDays(9)));
        var (admission, discharge) = (await DeliveryAsync(hub, "elm", "admission"), await DeliveryAsync(hub, "elm", "discharge"));

        (await ReplayVerbAsync(hub, admission.Id, "elm", "--as-sent", "--by", "x", "--note", "y")).ShouldBe(1);
        (await ReplayVerbAsync(hub, admission.Id, "elm")).ShouldBe(0, "without a form named it is a preview");
        hub.Practice.Received.Count.ShouldBe(2);
        (await PlanAsync(hub, admission.Id, "elm")).Judgement.Duplicate.ShouldNotBeNull().ShouldContain("Elm Surgery accepted it");

        (await ReplayVerbAsync(hub, admission.Id, "elm", "--remap", "--by", "x", "--note", "y")).ShouldBe(0);
        (await ReplayVerbAsync(hub, discharge.Id, "elm", "--remap", "--by", "x", "--note", "y")).ShouldBe(0);
        await hub.SettleAsync();

        var copies = hub.Practice.Received.Skip(2).Select(r => Encoding.UTF8.GetString(r.Bytes.Span)).ToList();
        copies.Count.ShouldBe(2);
        copies.Count(c => c.Contains("; a newer version exists. ", StringComparison.Ordinal)).ShouldBe(1, "of the admission there is news, of the discharge none");
        copies.ShouldAllBe(c => c.Contains("\"title\":\"COPY of ", StringComparison.Ordinal) && c.Contains("<p><b>COPY of ", StringComparison.Ordinal));
        hub.Practice.Received.Select(r => r.MessageId).Distinct().Count().ShouldBe(4, "each is a message of its own");
        (await DeliveryAsync(hub, "elm", "admission")).State.ShouldBe(DeliveryState.Delivered, "what was accepted stays so");
    }

    [Fact]
    public async Task The_bytes_of_before_are_not_sent_again_when_the_persons_whereabouts_were_hidden_since()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Practice.Script.Always = SimulatorFault.Parse("fatal");
        await SendAsync(hub, Ama.Admission("C1"));
        hub.Practice.Script.Always = SimulatorFault.None;
        await SendAsync(hub, Ama.Adt("A31", "ADT_A05", "C2", Ama.Start.AddDays(1)) + "ZU8|U|1|Yes|2\r");
        var original = await DeliveryAsync(hub, "elm", "admission");

        var replay = await PlanAsync(hub, original.Id, "elm");

        replay.Judgement.AsSentRefused.ShouldNotBeNull().ShouldContain("whereabouts");
        Encoding.UTF8.GetString(replay.Today.ShouldNotBeNull().Body.Span).ShouldNotContain("TEST LANE");
        replay.Today.HeldBecause.ShouldNotBeNull("a named person confirms the route first");
    }

    [Fact]
    public async Task What_nobody_could_be_sent_goes_out_mapped_anew_once_a_partner_file_serves_them()
    {
        await using var hub = await TestHub.StartAsync();
        await SendAsync(hub, (Ama with { Practice = "Y99077" }).Admission("C1"));
        var original = (await DeliveriesAsync(hub)).Single(d => d.State == DeliveryState.Unroutable);
        (await ReplayVerbAsync(hub, original.Id, "elm", "--remap", "--by", "x", "--note", "y")).ShouldBe(1, "another practice's partner is not theirs");
        await hub.ChangePartnerAsync("elm", file => file["serves"] = new System.Text.Json.Nodes.JsonArray("Y99077"));

        (await ReplayVerbAsync(hub, original.Id, "elm", "--remap", "--by", "x", "--note", "served by Elm from today")).ShouldBe(0);
        (await hub.SettleAsync()).Total.ShouldBe(0);

        Encoding.UTF8.GetString(hub.Practice.Received.ShouldHaveSingleItem().Bytes.Span).ShouldNotContain("COPY");
        (await hub.Timeline.AttentionAsync(50, Token)).Where(a => a.ObligationId is null).ShouldBeEmpty("its entry was closed with the replay");
    }

    [Fact]
    public async Task Several_replays_go_no_faster_than_was_asked()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Practice.Script.Always = SimulatorFault.Parse("fatal");
        foreach (var (number, n) in new[] { "9912003888", "9912003071", "9000000009" }.Select((number, n) => (number, n)))
        {
            await SendAsync(hub, (Ama with { LocalId = $"T{n}", Visit = $"E{n}", NhsNumber = number }).Admission($"C{n}"));
        }

        await hub.Store.HoldPartnerAsync("elm", "so that nothing goes while the test looks", "T. Ester", Token);
        (await HubCommand.RunAsync(
            ["message", "replay", "--to", "elm", "--state", "refused", "--as-sent", "--rate", "30/min", "--by", "x", "--note", "y", "--data", hub.DataFolder, "--partners", hub.PartnersFolder],
            TimeProvider.System)).ShouldBe(0);

        var due = (await DeliveriesAsync(hub)).Where(d => d.ReplayOf != null).Select(d => d.NextAttemptAt!.Value).Order().ToList();
        due.Count.ShouldBe(3);
        due.Zip(due.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First >= TimeSpan.FromSeconds(1.9));
        hub.Practice.Received.Count.ShouldBe(3);
    }

    private static async Task SendAsync(TestHub hub, string message)
    {
        await using var epr = hub.Epr();
        TestHub.CodeOf(await epr.SendAsync(message, Token)).ShouldBe("AA");
        await hub.SettleAsync();
    }

    private static async Task<IReadOnlyList<DeliveryRow>> DeliveriesAsync(TestHub hub) =>
        [.. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Select(d => d.Delivery)];

    private static async Task<DeliveryRow> DeliveryAsync(TestHub hub, string partner, string? eventType = null) =>
        (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, Token)).SelectMany(r => r.Events).Where(e => eventType is null || e.Event.Type == eventType)
            .SelectMany(e => e.Deliveries).Select(d => d.Delivery).Single(d => d.PartnerId == partner && d.ReplayOf is null);

    private static Task<int> ReplayVerbAsync(TestHub hub, Guid id, string to, params string[] further) =>
        HubCommand.RunAsync(["message", "replay", id.ToString(), "--to", to, "--data", hub.DataFolder, "--partners", hub.PartnersFolder, .. further], TimeProvider.System);

    private static async Task<Replay> PlanAsync(TestHub hub, Guid deliveryId, string to)
    {
        var services = hub.Host.Services;
        var stored = services.GetRequiredService<StoredMessages>();
        var partners = services.GetRequiredService<IPartnerDirectory>();
        var planner = new ReplayPlanner(stored, hub.Store, services.GetRequiredService<DeliveryPlanner>(), partners, services.GetServices<IRecipientProtocol>(), TimeProvider.System);
        var message = await stored.ReadAsync((await stored.ResolveAsync(deliveryId, Token)).ShouldNotBeNull(), Token);
        return (await planner.PlanAsync(message.ShouldNotBeNull(), partners.Find(to).ShouldNotBeNull(), deliveryId, Token)).ShouldHaveSingleItem();
    }
}
