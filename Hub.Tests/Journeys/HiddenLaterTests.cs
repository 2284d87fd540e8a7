using System.Globalization;
using Hub.Fhir.Events;
using Hub.Proxy.Commands;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>J8, clinical rule 21: the flag that hides a person's whereabouts comes while copies wait, and after others have left.</summary>
public sealed class HiddenLaterTests
{
    private static readonly Messages Ivo = new() { NhsNumber = "9000000009", LocalId = "T8", Visit = "E8", Family = "QUILL", Given = "IVO" };

    private static readonly string[] Places = ["TEST LANE", "ZZ1 1ZZ", "07700900001", "REFUGE YARD", "QQ3 3QQ", "07700900777"];

    [Fact]
    public async Task A_flag_after_the_discharge_holds_what_waits_and_what_is_then_let_go_has_no_place_in_it()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await SendAsync(epr, Ivo.Admission("C1"));
        await hub.SettleAsync();
        AllTexts(hub).Count().ShouldBe(3);

        // The practice's bytes are fixed before the flag comes, and it may have read them; the other two copies have never been bound.
        hub.Practice.Script.Always = Hub.Proxy.Simulators.SimulatorFault.Parse("http:503");
        await hub.Store.HoldPartnerAsync("south-cmht", "down", "T. Ester", TestContext.Current.CancellationToken);
        await hub.Store.HoldPartnerAsync("willow", "down", "T. Ester", TestContext.Current.CancellationToken);
        await SendAsync(epr, Ivo.Discharge("C2", Ivo.Start.AddDays(9)));
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync(hub)).Any(d => d.Delivery.State == DeliveryState.Waiting && d.Delivery.FrozenPayloadId != null));

        (await SendAsync(epr, Flag("C3"))).ShouldBe("AA");
        var told = AllTexts(hub).Count();
        hub.Practice.Script.Always = Hub.Proxy.Simulators.SimulatorFault.None;
        await hub.Store.ReleasePartnerAsync("willow", null, "T. Ester", TestContext.Current.CancellationToken);
        await hub.Store.ReleasePartnerAsync("south-cmht", null, "T. Ester", TestContext.Current.CancellationToken);
        await hub.SettleAsync(TimeSpan.FromSeconds(40));

        AllTexts(hub).Count().ShouldBe(told, "nothing leaves before the route is confirmed");
        var held = (await DeliveriesAsync(hub)).Where(d => d.Delivery.State == DeliveryState.Held).ToList();
        held.Count(d => d.Delivery.Title.Contains("discharge", StringComparison.OrdinalIgnoreCase)).ShouldBe(3);
        var list = await AttentionAsync(hub);
        foreach (var copy in held)
        {
            var entry = list.Where(a => a.DeliveryId == copy.Delivery.Id).ShouldHaveSingleItem();
            (entry.Kind, entry.Owner).ShouldBe(("confirm-route", "CRT shift lead"));
            (entry.DueAt - entry.CreatedAt).ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromHours(3.9), TimeSpan.FromHours(4.1));
        }

        var left = list.Where(a => a.Owner == "Information governance lead").ShouldHaveSingleItem();
        left.Urgency.ShouldBe(Urgency.Urgent);
        foreach (var recipient in new[] { "Elm Surgery", "South CMHT", "Willow Ward" })
        {
            left.Reason.ShouldContain($"to {recipient}, accepted {TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        }

        left.Reason.Split(';').Where(s => s.Contains("discharge", StringComparison.OrdinalIgnoreCase)).ShouldHaveSingleItem("the others have not left")
            .ShouldContain("to Elm Surgery, sent and perhaps received");
        list.ShouldAllBe(a => !Places.Append("QUILL").Append("9000000009").Any(p => (a.Reason + a.NextStep).Contains(p, StringComparison.OrdinalIgnoreCase)));

        var before = new[] { hub.Practice.Received.Count, hub.Cmht.Received.Count, hub.Ward.Received.Count };
        foreach (var copy in held)
        {
            (await HubCommand.RunAsync(["delivery", "release", copy.Delivery.Id.ToString(), "--by", "N. Okoro", "--note", "route confirmed by phone", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(0);
        }

        (await hub.SettleAsync(TimeSpan.FromSeconds(40))).Held.ShouldBe(0);
        foreach (var (partner, earlier) in new Hub.Proxy.Simulators.SimulatedPartner[] { hub.Practice, hub.Cmht, hub.Ward }.Zip(before))
        {
            partner.Received.Count.ShouldBeGreaterThan(earlier);
            partner.Received.Skip(earlier).Select(Text).ShouldAllBe(t => !Places.Any(p => t.Contains(p, StringComparison.OrdinalIgnoreCase)));
        }

        Text(hub.Practice.Received[^1]).ShouldContain("withheld");
        (await AttentionAsync(hub)).ShouldNotContain(a => a.Kind == "confirm-route", "each was closed with its release");
    }

    [Fact]
    public async Task A_flag_for_an_episode_that_ended_is_applied_and_what_had_left_is_listed()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await SendAsync(epr, Ivo.Admission("C1"));
        await SendAsync(epr, Ivo.Discharge("C2", Ivo.Start.AddDays(9)));
        await hub.SettleAsync();

        (await SendAsync(epr, Flag("C3"))).ShouldBe("AA");
        await hub.SettleAsync();

        var episode = (await hub.Timeline.EpisodesAsync("E8", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        episode.State.Patient.LocationHiding.ShouldBe(LocationHiding.National);
        (await AttentionAsync(hub)).Where(a => a.Kind == "places-already-sent").ShouldHaveSingleItem().Reason.ShouldContain("discharge", Case.Insensitive);

        // A new episode whose sender does not repeat the flag.
        await SendAsync(epr, (Ivo with { Visit = "E9" }).Admission("C4", Ivo.Start.AddDays(20)));
        var held = (await hub.SettleAsync()).Held;
        held.ShouldBeGreaterThanOrEqualTo(3);
        var copy = (await DeliveriesAsync(hub)).First(d => d.Delivery.State == DeliveryState.Held && d.Delivery.PartnerId == "elm").Delivery;
        await hub.Store.ReleaseDeliveryAsync(copy.Id, "N. Okoro", "route confirmed by phone", TestContext.Current.CancellationToken);
        await hub.SettleAsync();
        var text = Text(hub.Practice.Received[^1]);
        Places.ShouldAllBe(p => !text.Contains(p, StringComparison.OrdinalIgnoreCase));
        Events(hub.Practice).Count(e => e == "admission").ShouldBe(2);
    }

    private static string Flag(string controlId) => Ivo.Adt("A31", "ADT_A05", controlId, Ivo.Start.AddDays(10))
        .Replace("1 TEST LANE^^TESTTOWN^^ZZ1 1ZZ", "9 REFUGE YARD^^SAFETON^^QQ3 3QQ", StringComparison.Ordinal)
        .Replace("07700900001", "07700900777", StringComparison.Ordinal) + "ZU8||||2\r";

    private static async Task<List<DeliveryView>> DeliveriesAsync(TestHub hub) =>
        [.. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, TestContext.Current.CancellationToken)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries)];
}
