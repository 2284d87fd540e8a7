using System.Net;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What becomes of obligations when life goes on: people come back, move, are confused and told apart, and messages come late or in another order.</summary>
public sealed class HandoverLifeTests
{
    private static readonly PatientRef Ama = Cases.Ama with { GpPractice = OdsCode.Parse("Y99001") };
    private static readonly PatientRef Other = Ama with { NhsNumber = null, NhsNumberStatus = NhsNumberStatus.NotPresentTraceNotRequired, LocalIds = [new("RX1", "L200")], Name = new() { Family = "Mensah", Given = ["Abena"] } };
    private static readonly EpisodeKey Second = new(Cases.Trust, "E-2002");
    private static readonly Team South = Cases.Cmht with { Organisation = OdsCode.Parse("RXN02"), LocalCode = "SCMHT" };
    private static readonly Team Willow = Cases.Ward with { Name = "Willow Ward", Organisation = OdsCode.Parse("RXN03"), LocalCode = "WILLOW" };
    private int sent;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_who_comes_back_ends_nothing_of_the_episode_before_and_a_person_looks_through_what_is_open_there()
    {
        await using var hub = await TestHub.StartAsync();
        await HearAsync(hub, Admission(), Discharge());
        var open = Open(await HandoverAsync(hub, Cases.Episode)).Select(o => o.Id).ToList();
        open.ShouldNotBeEmpty();

        await HearAsync(hub, Admission() with { Episode = Second, OccurredAt = Cases.At("2026-05-03T09:00:00+01:00"), RecordedAt = Cases.At("2026-05-03T09:05:00+01:00") });

        var ended = await HandoverAsync(hub, Cases.Episode);
        Open(ended).Select(o => o.Id).ShouldBe(open, ignoreOrder: true);
        var back = await HandoverAsync(hub, Second);
        ended.Holder[0].ShouldBe($"The person is under care again since: see handover {back.EpisodeId}. What is open here was asked before that.");
        back.Holder.ShouldBe(["Under Northside Crisis Team."]);
        var entry = (await Told.AttentionAsync(hub)).Where(a => a.Kind == "back-in-care-open").ShouldHaveSingleItem();
        (entry.Owner, entry.DueAt - entry.CreatedAt).ShouldBe(("CRT shift lead", TimeSpan.FromHours(4)));
        entry.Reason.ShouldContain($"{open.Count} obligation(s)");
        entry.Reason.ShouldNotContain("Mensah");
    }

    [Fact]
    public async Task A_plan_that_comes_after_the_discharge_it_was_made_for_changes_nothing_that_the_discharge_settled()
    {
        await using var hub = await TestHub.StartAsync();
        await HearAsync(hub, Admission(), Discharge());
        var settled = Standing(await HandoverAsync(hub, Cases.Episode));
        var planned = new DischargePlanned
        {
            SourceMessageId = new("P"), Source = Cases.Source, Patient = Ama, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-28T10:00:00+01:00"), RecordedAt = Cases.At("2026-04-28T10:05:00+01:00"),
            PlannedFor = Cases.At("2026-05-08"), FollowOn = [South], AgreedWith = ["the person"],
        };

        await HearAsync(hub, planned);
        Standing(await HandoverAsync(hub, Cases.Episode)).ShouldBe(settled);
        (await Told.AttentionAsync(hub)).ShouldNotContain(a => a.Kind == "plan-after-discharge");

        await HearAsync(hub, planned with { OccurredAt = Cases.At("2026-05-02T10:00:00+01:00"), RecordedAt = Cases.At("2026-05-02T10:05:00+01:00") });
        Standing(await HandoverAsync(hub, Cases.Episode)).ShouldBe(settled);
        (await Told.AttentionAsync(hub)).ShouldContain(a => a.Kind == "plan-after-discharge", "recorded after the discharge, it is a question to the team and still moves nothing");

        static string Standing(HandoverView view) => string.Join("\n",
        [
            $"{view.Status} {string.Join(" ", view.Holder)}", .. view.Checks.Select(c => $"{c.Name} {c.Holds} {c.Because}"), .. view.Copies.Select(c => c.DeliveryId.ToString()),
            .. view.Obligations.Select(o => $"{o.Entry.Obligation.Id} {o.Entry.Obligation.State} {o.Entry.Obligation.Version} {o.Entry.Obligation.DueAt:O}"),
        ]);
    }

    [Fact]
    public async Task A_ward_that_discharges_to_the_crisis_team_has_not_had_the_person_back()
    {
        await using var hub = await TestHub.StartAsync();
        var ward = Admission() with { Kind = EpisodeKind.Ward, Team = Willow };
        await HearAsync(hub, ward, Discharge() with { Kind = EpisodeKind.Ward, Team = Willow, GpOnly = false });

        await HearAsync(hub, Admission() with { Episode = Second, OccurredAt = Cases.At("2026-05-01T18:00:00+01:00"), RecordedAt = Cases.At("2026-05-01T18:05:00+01:00") });

        (await Told.AttentionAsync(hub)).ShouldNotContain(a => a.Kind == "back-in-care-open");
    }

    [Fact]
    public async Task A_move_from_a_ward_to_the_crisis_team_and_back_is_confirmed_or_accepted_each_time_and_its_ward_informed()
    {
        await using var hub = await TestHub.StartAsync();
        await HearAsync(hub, Admission() with { Kind = EpisodeKind.Ward, Team = Willow });
        await HearAsync(hub, Move(Willow, Cases.Crt, TransferDirection.WardToCrt, "2026-04-22T14:00:00+01:00"));

        var moved = await HandoverAsync(hub, Cases.Episode);
        moved.Holder[0].ShouldBe("Under Northside Crisis Team.");
        moved.Holder[1].ShouldContain("was not reported. Last team before: Willow Ward.");
        moved.Holder[^1].ShouldBe("Who is responsible until then was not stated; no rule is set.");
        var first = Open(moved).Single(o => o.Kind == ObligationKind.GapConfirmed);

        await ActAsync(hub, first.Id, e => new Accept { Evidence = e, Owner = "Northside, night shift" });
        (await HandoverAsync(hub, Cases.Episode)).Holder[^1].ShouldBe("Until then Northside, night shift answers, as was confirmed for this case.");

        await HearAsync(hub, Move(Cases.Crt, Willow, TransferDirection.CrtToWard, "2026-04-24T10:00:00+01:00") with { AcceptedBy = Cases.Nurse });
        var back = await HandoverAsync(hub, Cases.Episode);
        back.Holder[0].ShouldBe("Under Willow Ward.");
        back.Holder[1].ShouldEndWith("accepted by Sam Okoro.");
        Of(back, first.Id).State.ShouldBe(ObligationState.Cancelled, "that gap is over");
        back.Obligations.Count(o => o.Entry.Obligation is { Kind: ObligationKind.WardInformed } one && one.Subject.StartsWith("transfer", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_merge_brings_what_is_open_at_both_together_and_its_undo_gives_each_their_own()
    {
        await using var hub = await TestHub.StartAsync();
        await HearAsync(hub, Discharge());
        await HearAsync(hub, Discharge() with { Patient = Other, Episode = Second });
        string[] both = [TaskOf(hub, 0), TaskOf(hub, 1)];
        (await FoundAsync(hub, both)).ShouldBe([both[0]]);

        await HearAsync(hub, new PatientMerged { SourceMessageId = new("I1"), Source = Cases.Source, Patient = Ama, OccurredAt = Cases.At("2026-05-02T09:00:00+01:00"), Retired = new() { LocalIds = Other.LocalIds } });
        (await FoundAsync(hub, both)).ShouldBe(both);
        await ActAsync(hub, Open(await HandoverAsync(hub, Second)).Single(o => o.Kind == ObligationKind.CmhtAccepts).Id, e => new Accept { Evidence = e, Owner = "D. Worker" });

        await HearAsync(hub, new PatientUnmerged { SourceMessageId = new("I2"), Source = Cases.Source, Patient = Ama, OccurredAt = Cases.At("2026-05-02T11:00:00+01:00"), Separated = new() { LocalIds = Other.LocalIds } });
        (await FoundAsync(hub, both)).ShouldBe([both[0]]);
        (await HandoverAsync(hub, Second)).Holder[0].ShouldBe("South CMHT has accepted: D. Worker.", "what was decided meanwhile stays with whom it was decided about");
        (await HandoverAsync(hub, Cases.Episode)).Holder[0].ShouldStartWith("No team has accepted.");
    }

    [Fact]
    public async Task A_discharge_that_overtakes_its_admission_owes_what_the_two_in_order_owe()
    {
        await using var hub = await TestHub.StartAsync();
        await HearAsync(hub, Admission(), Discharge());
        await HearAsync(hub, Discharge() with { Patient = Other, Episode = Second }, Admission() with { Patient = Other, Episode = Second });

        static List<(ObligationKind, string, DateTimeOffset?, bool)> Owed(HandoverView view) =>
            [.. view.Obligations.Select(o => o.Entry.Obligation).Where(o => o.Subject != "admission").Select(o => (o.Kind, o.Subject, o.DueAt, o.IsOpen)).Order()];
        Owed(await HandoverAsync(hub, Second)).ShouldBe(Owed(await HandoverAsync(hub, Cases.Episode)));
    }

    [Fact]
    public async Task A_discharge_that_comes_weeks_late_is_overdue_from_the_start_and_each_clock_speaks_once()
    {
        await using var hub = await TestHub.StartAsync();
        await HearAsync(hub, Discharge());

        var asked = (await HandoverAsync(hub, Cases.Episode)).Obligations.Select(o => o.Entry.Obligation).Single(o => o.Kind == ObligationKind.CmhtAccepts);
        (asked.StartsAt, asked.DueAt).ShouldBe((Cases.Discharge().OccurredAt.Instant, Cases.Discharge().OccurredAt.Instant.AddHours(24)));
        await Eventually.HoldsAsync(async () => (await hub.Timeline.AttentionAsync(200, Token)).Any(a => a.ObligationId == asked.Id));
        var told = (await hub.Timeline.AttentionAsync(200, Token)).Where(a => a.ObligationId == asked.Id).ToList();
        told.Select(t => t.Kind).ShouldBe(["overdue-cmht-accepts-1"]);
        told[0].Reason.ShouldContain("overdue by");
    }

    private static Admission Admission() => Cases.Admission() with { Patient = Ama, Cmht = South };

    private static Discharge Discharge() => Cases.Discharge() with { Patient = Ama, GpOnly = false, DestinationTeams = [South] };

    private static Transfer Move(Team from, Team to, TransferDirection direction, string at) => new()
    {
        SourceMessageId = new("T-" + at), Source = Cases.Source, Patient = Ama, Episode = Cases.Episode, OccurredAt = Cases.At(at), RecordedAt = Cases.At(at), From = from, To = to, Direction = direction,
    };

    private async Task HearAsync(TestHub hub, params CareEvent[] events)
    {
        foreach (var one in events)
        {
            var id = $"life-{sent++}";
            var receipt = await hub.Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(
                Plans.Received(id) with { SourceId = "north-epr" }, [one with { SourceMessageId = new(id) }], Token);
            receipt.Outcome.ShouldBe(IntakeOutcome.Accepted);
        }

        await hub.SettleAsync();
    }

    private static async Task<HandoverView> HandoverAsync(TestHub hub, EpisodeKey key)
    {
        var book = hub.Host.Services.GetRequiredService<HandoverBook>();
        return (await book.HandoverAsync((await book.FindEpisodeAsync(key.Organisation.Value, key.LocalId, Token)).ShouldNotBeNull(), Token)).ShouldNotBeNull();
    }

    private static IEnumerable<Obligation> Open(HandoverView view) => view.Obligations.Select(o => o.Entry.Obligation).Where(o => o.IsOpen);

    private static Obligation Of(HandoverView view, Guid id) => view.Obligations.Select(o => o.Entry.Obligation).Single(o => o.Id == id);

    private static async Task ActAsync(TestHub hub, Guid id, Func<Evidence, ObligationAct> act) => (await hub.Host.Services.GetRequiredService<ObligationDesk>().ActAsync(
        id, act(new Evidence { At = TimeProvider.System.GetUtcNow(), Channel = ActChannel.Person, By = "Nora Nurse", Role = "shift lead" }), null, Token)).ShouldBeOfType<Acted>();

    /// <summary>The Task by which one discharge asked the community team whether it takes the person on, as the team received it.</summary>
    private static string TaskOf(TestHub hub, int discharge) => JsonNode.Parse(hub.Cmht.Received.Where(r => r.EventCode == "discharge").ElementAt(discharge).Bytes.Span)!["entry"]!.AsArray()
        .Select(e => e!["resource"]!)
        .Where(r => (string?)r["resourceType"] == "Task" && ((string?)r["description"])!.Contains("whether you accept, ", StringComparison.Ordinal)).Select(r => (string)r["id"]!).First();

    /// <summary>Those of the Tasks that the team's own system finds by Ama's number.</summary>
    private static async Task<List<string>> FoundAsync(TestHub hub, params string[] tasks)
    {
        using var http = hub.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/Task/_search")
        {
            Content = new FormUrlEncodedContent([new("patient:identifier", $"https://fhir.nhs.uk/Id/nhs-number|{Ama.NhsNumber!.Value}"), new("_count", "50")]),
        };
        request.Headers.Add("X-Source", "south-cmht");
        using var response = await http.SendAsync(request, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var ids = (JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["entry"]?.AsArray() ?? []).Select(e => (string)e!["resource"]!["id"]!).ToHashSet();
        return [.. tasks.Where(ids.Contains)];
    }
}
