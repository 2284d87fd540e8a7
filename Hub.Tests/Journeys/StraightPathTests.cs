using System.Text;
using System.Text.Json;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The whole path: HL7 v2 bytes into a real listener, a real store, three recipients on real sockets, judged from the recipients' own logs.</summary>
public sealed class StraightPathTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task A_crisis_team_journey_reaches_practice_community_team_and_ward_and_each_answers()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        (await SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"))).ShouldBe("AA");
        await hub.SettleAsync();
        await hub.Cmht.StopListeningAsync();
        (await SendAsync(epr, Ama.Order("C3", "DC", "O2", "^Zopiclone 7.5mg tablets", "7.5", Ama.Start.AddDays(3), "No longer needed"))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Discharge("C4", Ama.Start.AddDays(9)))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Discharge("C4", Ama.Start.AddDays(9)))).ShouldBe("AA");
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, token);
        hub.Cmht.Resume();

        (await hub.SettleAsync()).Total.ShouldBe(0);
        Events(hub.Practice).ShouldBe(["admission", "medication-change", "medication-change", "discharge"]);
        Events(hub.Cmht).ShouldBe(["admission", "medication-change", "medication-change", "discharge"]);
        hub.Ward.Received.ShouldNotBeEmpty();
        hub.Ward.Received.ShouldAllBe(m => m.EventCode!.StartsWith("MDM^T02", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_practice_gets_names_the_person_the_change_and_its_reason()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, Ama.Order("C2", "DC", "O2", "^Zopiclone 7.5mg tablets", "7.5", Ama.Start.AddDays(3), "No longer needed"));
        await hub.SettleAsync();

        var change = Encoding.UTF8.GetString(hub.Practice.Received[^1].Bytes.Span);
        change.ShouldContain("9912003888");
        change.ShouldContain("Zopiclone 7.5mg tablets");
        using var bundle = JsonDocument.Parse(change);
        bundle.RootElement.GetProperty("type").GetString().ShouldBe("message");
        bundle.RootElement.GetProperty("entry")[0].GetProperty("resource").GetProperty("resourceType").GetString().ShouldBe("MessageHeader");
    }

    [Fact]
    public async Task A_cancelled_discharge_is_told_as_a_withdrawal_and_a_later_discharge_as_a_new_version()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var discharged = Ama.Start.AddDays(9);

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, Ama.Discharge("C2", discharged));
        await SendAsync(epr, Ama.CancelDischarge("C3", discharged.AddHours(2), discharged));
        await SendAsync(epr, Ama.Discharge("C4", discharged.AddDays(1)));
        await hub.SettleAsync();

        Events(hub.Practice).ShouldBe(["admission", "discharge", "discharge-cancelled", "discharge"]);
    }

    [Fact]
    public async Task A_cancel_that_matches_no_discharge_is_accepted_told_to_nobody_and_given_to_a_person()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Admission("C1"));
        (await SendAsync(epr, Ama.CancelDischarge("C2", Ama.Start.AddDays(2), Ama.Start.AddDays(1)))).ShouldBe("AA");
        await hub.SettleAsync();

        Events(hub.Practice).ShouldBe(["admission"]);
        (await hub.Timeline.AttentionAsync(10, TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_discharge_without_an_admission_is_still_told()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        (await SendAsync(epr, Ama.Discharge("C1", Ama.Start.AddDays(9)))).ShouldBe("AA");
        await hub.SettleAsync();

        Events(hub.Practice).ShouldBe(["discharge"]);
    }

    [Fact]
    public async Task A_merge_of_two_local_records_is_told_as_a_corrected_identity()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var unnumbered = Ama with { NhsNumber = "", LocalId = "T2000", Visit = "E2000" };

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, unnumbered.Admission("C2"));
        (await SendAsync(epr, Ama.Merge("C3", Ama.Start.AddDays(1), "T2000"))).ShouldBe("AA");
        await hub.SettleAsync();

        Events(hub.Practice).ShouldContain("patient-merged");
    }

    [Fact]
    public async Task Work_that_was_accepted_is_delivered_by_the_hub_that_starts_next()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Practice.StopListeningAsync();
        await using (var epr = hub.Epr())
        {
            (await SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");
        }

        await hub.RestartAsync();
        hub.Practice.Resume();
        await hub.SettleAsync();

        Events(hub.Practice).ShouldBe(["admission"]);
    }

    [Fact]
    public async Task The_sender_can_ask_what_became_of_an_event()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await SendAsync(epr, Ama.Admission("C1"));
        await hub.SettleAsync();
        using var http = hub.Http();
        var token = TestContext.Current.CancellationToken;
        var id = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token))[0].Events[0].Event.Id;

        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/events/{id}", UriKind.Relative), token));

        status.RootElement.GetProperty("deliveries").EnumerateArray().Select(d => d.GetProperty("state").GetString()).ShouldAllBe(s => s == "delivered");
        (await http.GetAsync(new Uri($"/events/{Guid.Empty}", UriKind.Relative), token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    private static async Task<string> SendAsync(SimulatedEpr epr, string message) =>
        TestHub.CodeOf(await epr.SendAsync(message, TestContext.Current.CancellationToken));

    private static List<string?> Events(SimulatedPartner partner) => [.. partner.Received.Where(r => r.Arrival == 1).Select(r => r.EventCode)];
}
