using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Support.HandoverStage;

namespace Hub.Tests.Journeys;

/// <summary>
/// The first five of the ten journeys as obligations (clinical rules, 7): who owes what by when, who is told when nobody answers, and what must not come about; over a real hub, real
/// sockets and partners that accept, decline, ask, stay silent and answer late. What each reader's page says is tested with the bundles.
/// </summary>
public sealed class HandoverJourneyTests
{
    [Fact]
    public async Task J1_Friday_the_GP_alone_and_the_crisis_team_chases_until_the_practice_answers()
    {
        var ama = Person("Ama", "Mensah", "9912003888", "L100");
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        await stage.HearAsync(Cases.Admission() with { Patient = ama }, Cases.Change() with { Patient = ama }, Cases.Discharge() with { Patient = ama });

        var (sertraline, zopiclone, review) = (await stage.OneAsync(ObligationKind.GpAction, "medicine-L3"), await stage.OneAsync(ObligationKind.GpAction, "medicine-L1"), await stage.OneAsync(ObligationKind.GpAction, "plan-P1"));
        foreach (var asked in new[] { sertraline, zopiclone })
        {
            (asked.State, asked.Actor, asked.Chaser, asked.Owner, asked.DueAt).ShouldBe((ObligationState.Received, CareParty.Gp, "CRT shift lead", null, Time("2026-05-07T00:00:00+01:00")));
        }

        review.DueAt.ShouldBe(Time("2026-05-14T00:00:00+01:00"));
        var chase = await stage.OneAsync(ObligationKind.TeamAction, "plan-P2");
        (chase.Actor, chase.DueAt).ShouldBe((CareParty.Crt, Time("2026-05-05T00:00:00+01:00")));
        (await stage.OfAsync(ObligationKind.FollowUpDone)).ShouldBeEmpty("to the GP alone there is no follow-up clock");
        (await stage.OfAsync(ObligationKind.CmhtAccepts)).ShouldBeEmpty();
        (await stage.ViewAsync()).Obligations.ShouldAllBe(o => o.Entry.Obligation.Actor != CareParty.Patient);
        (await stage.ViewAsync()).Holder[0].ShouldStartWith("No team is asked to take over: the GP alone. Last team on record: Northside Crisis Team, discharged Fri 1 May 2026 17:40");

        var informed = await stage.OneAsync(ObligationKind.GpInformed, "discharge");
        await stage.UntilAsync("2026-05-02T17:39:00+01:00");
        (await stage.ToldAsync(informed)).ShouldBeEmpty();
        await stage.UntilAsync("2026-05-02T17:41:00+01:00");
        (await stage.ToldAsync(informed)).ShouldHaveSingleItem().Owner.ShouldBe("CRT shift lead");
        informed.State.ShouldBe(ObligationState.Received, "their system has it, and nobody said more");
        (await stage.HoldsAsync("GpAcknowledged")).ShouldBe(false);

        await stage.UntilAsync("2026-05-04T09:30:00+01:00"); // Monday, a holiday: the practice answers late, by phone
        foreach (var one in (await stage.ViewAsync()).Obligations.Select(o => o.Entry.Obligation).Where(o => o is { IsOpen: true, Actor: CareParty.Gp }))
        {
            (await stage.ActAsync(one, e => new Complete { Evidence = e }, new PhoneCall("01632 960001", "Dr Green", ReadBack: true))).ShouldBeOfType<Acted>();
        }

        (await stage.HoldsAsync("GpAcknowledged")).ShouldBe(true);
        (await stage.AlertsAsync("overdue-gp-informed-1")).ShouldBeEmpty("an answer closes what was told");
        foreach (var text in Told.AllTexts(stage.Hub))
        {
            text.ShouldNotContain("add to repeat", Case.Insensitive);
            text.ShouldNotContain("read by GP", Case.Insensitive);
        }

        (await stage.ViewAsync()).Copies.ShouldAllBe(c => !c.Line.Contains("read by", StringComparison.OrdinalIgnoreCase) && !c.Line.Contains("not yet read", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task J2_One_team_asks_and_declines_another_is_silent_over_a_holiday_and_accepts_by_phone()
    {
        var ben = Person("Ben", "Okafor", "9000000009", "L200");
        await using var stage = await OpenAsync("2026-04-29T14:05:00+01:00");
        var discharge = Cases.Discharge() with { Patient = ben, OccurredAt = Cases.At("2026-04-29T14:00:00+01:00"), RecordedAt = Cases.At("2026-04-29T14:02:00+01:00"), GpOnly = false, DestinationTeams = [South] };
        await stage.HearAsync(Cases.Admission() with { Patient = ben, Cmht = South }, discharge);
        var asked = await stage.OneAsync(ObligationKind.CmhtAccepts);
        (asked.State, asked.Owner).ShouldBe((ObligationState.Received, null), "a 200 is no acceptance");
        (await stage.ActAsync(asked, e => new Accept { Evidence = e, Owner = "south-cmht" }, channel: ActChannel.Transport)).ShouldBeOfType<NotPossible>();

        await stage.UntilAsync("2026-04-30T10:00:00+01:00");
        await stage.ActAsync(asked, e => new AskMore { Evidence = e, Question = "Which medicines?" }, channel: ActChannel.System);
        await stage.UntilAsync("2026-04-30T14:01:00+01:00");
        (await stage.ToldAsync(asked)).Select(t => t.Owner).ShouldBe(["CRT shift lead"], "a question stops no clock");

        await stage.UntilAsync("2026-05-01T11:00:00+01:00");
        await stage.ActAsync(asked, e => new Decline { Evidence = e, Reason = "Lives in North's patch" }, channel: ActChannel.System);
        var back = (await stage.AlertsAsync("declined")).ShouldHaveSingleItem();
        (back.Owner, back.DueAt).ShouldBe(("CRT shift lead", back.CreatedAt.AddHours(1)));
        (await stage.ViewAsync()).Obligations.Single(o => o.Entry.Obligation.Id == asked.Id).Steps[^1].Note!.Words.ShouldBe("Lives in North's patch");
        (await stage.ViewAsync()).Holder[0].ShouldStartWith("No team has accepted. Last team on record: Northside Crisis Team, discharged Wed 29 April 2026 14:00");

        await stage.ActAsync(asked, e => new Reassign { Evidence = e, To = "North CMHT" });
        var before = (await stage.ToldAsync(asked)).Count;
        foreach (var hour in new[] { "2026-05-01T11:01", "2026-05-01T15:30", "2026-05-01T23:30", "2026-05-02T23:31", "2026-05-03T23:32", "2026-05-04T23:33" })
        {
            await stage.UntilAsync(hour + ":00+01:00");
        }

        var told = (await stage.ToldAsync(asked)).Skip(before).ToList();
        told.Select(t => t.Owner).ShouldBe(["CRT shift lead", "team lead", "on call manager", "on call manager", "on call manager", "on call manager"], "each rung once and in order, and the holiday pauses nothing");
        told.ShouldAllBe(t => t.Reason.Contains("North CMHT") && !t.Reason.Contains("Okafor"));

        await stage.UntilAsync("2026-05-05T09:30:00+01:00");
        (await stage.ActAsync(asked, e => new Accept { Evidence = e, Owner = "K. Lead, North CMHT" })).ShouldBeOfType<Acted>();
        await stage.HearAsync(new EpisodeUpdated
        {
            SourceMessageId = new("-"), Source = Cases.Source, Patient = ben, Episode = Cases.Episode, OccurredAt = Cases.At("2026-05-05T09:35:00+01:00"), RecordedAt = Cases.At("2026-05-05T09:35:00+01:00"),
            Cmht = new() { Name = "North CMHT", Organisation = OdsCode.Parse("RXN09"), LocalCode = "NCMHT", TypeCode = "A06" },
        });
        (await stage.ViewAsync()).Holder[0].ShouldBe("North CMHT has accepted: K. Lead, North CMHT.");
        Told.Text(stage.Hub.Practice.Received[^1]).ShouldContain("North CMHT");
        var atSouth = stage.Hub.Cmht.Received.Count;
        await stage.HearAsync(Cases.Change() with { Patient = ben, OccurredAt = Cases.At("2026-05-05T10:00:00+01:00"), RecordedAt = Cases.At("2026-05-05T10:01:00+01:00") });
        stage.Hub.Cmht.Received.Count.ShouldBe(atSouth, "no further clinical copies to the team that declined");
        await stage.UntilAsync("2026-05-09T09:00:00+01:00");
        (await stage.ToldAsync(asked)).Count.ShouldBe(before + told.Count, "an answered clock is silent");
    }

    [Fact]
    public async Task J3_Early_from_the_ward_with_a_depot_due_tomorrow()
    {
        var cara = Person("Cara", "Lindqvist", "9000000017", "L300");
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        var depot = Cases.Line("D1", MedicineAction.Continue, "Zuclopenthixol decanoate 200 mg injection", "200 mg every two weeks") with
        {
            HospitalOnly = true, GpRequest = GpRequest.RecordOnly,
            Depot = new() { LastGivenAt = Cases.At("2026-04-18"), LastDose = "200 mg", Site = "left gluteal", NextDueOn = Cases.At("2026-05-02"), GivenBy = "Northside Crisis Team", SupplyAt = "Willow Ward" },
        };
        var risk = new Risk { Kind = RiskKind.ToSelf, Statement = RiskStatement.AssessedNone };
        var ward = Cases.Discharge() with
        {
            Patient = cara, Kind = EpisodeKind.Ward, Team = Willow, DestinationTeams = [Cases.Crt], GpOnly = false, Medicines = [depot], Plan = [], Risks = [risk],
            FollowUp = new() { Booked = true, Start = Cases.At("2026-05-02T10:00:00+01:00"), With = "Northside Crisis Team", Team = Cases.Crt },
        };
        await stage.HearAsync(Cases.Admission() with { Patient = cara, Kind = EpisodeKind.Ward, Team = Willow, Medicines = [depot], Risks = [risk] }, ward);

        var next = await stage.OneAsync(ObligationKind.DepotNextDose);
        (next.Actor, next.ActorName, next.DueAt, next.Urgent).ShouldBe((CareParty.Crt, "Northside Crisis Team", Time("2026-05-03T00:00:00+01:00"), true));
        (await stage.ActAsync(next, e => new Quieten { Evidence = e with { Note = "busy" }, Until = e.At.AddHours(1) })).ShouldBeOfType<NotPossible>();
        var seen = await stage.OneAsync(ObligationKind.FollowUpDone);
        (seen.State, seen.DueAt).ShouldBe((ObligationState.Proposed, ward.OccurredAt.Instant.AddHours(72)), "a booking is no contact; assessed and none: 72 hours");
        (await stage.ViewAsync()).Holder.ShouldContain("Who is responsible until then was not stated; no rule is set.");
        var accepts = await stage.OneAsync(ObligationKind.CmhtAccepts);
        await stage.ActAsync(accepts, e => new Accept { Evidence = e, Owner = "Sam Okoro, Northside Crisis Team" });
        (await stage.ViewAsync()).Holder[0].ShouldBe("Northside Crisis Team has accepted: Sam Okoro, Northside Crisis Team.");
        (await stage.OneAsync(ObligationKind.GapConfirmed)).State.ShouldBe(ObligationState.Done, "a team has accepted: the gap is over");

        var start = Cases.Admission() with { Patient = cara, Episode = Second, OccurredAt = Cases.At("2026-05-01T18:00:00+01:00"), RecordedAt = Cases.At("2026-05-01T18:01:00+01:00"), Medicines = null };
        await stage.HearAsync(start);
        var told = Told.Events(stage.Hub.Practice).Count(e => e == "admission");
        await stage.HearAsync(start with { OccurredAt = Cases.At("2026-05-01T20:00:00+01:00"), RecordedAt = Cases.At("2026-05-01T20:01:00+01:00") });
        Told.Events(stage.Hub.Practice).Count(e => e == "admission").ShouldBe(told, "the second is a visit");
        (await stage.OneAsync(ObligationKind.FollowUpDone)).IsOpen.ShouldBeTrue();

        await stage.UntilAsync("2026-05-03T00:01:00+01:00");
        (await stage.ToldAsync(next)).Count.ShouldBe(1);
        await stage.UntilAsync("2026-05-04T17:41:00+01:00");
        (await stage.ToldAsync(seen)).Count.ShouldBe(1, "72 hours, over a weekend and a holiday");
        Told.AllTexts(stage.Hub).ShouldAllBe(t => !t.Contains("on repeat", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task J4_A_referral_at_night_is_answered_in_half_an_hour_and_seen_in_four_and_the_sister_is_owed_no_copy()
    {
        var dev = Person("Dev", "Raman", "9000000025", "L400");
        await using var stage = await OpenAsync("2026-04-21T01:12:00+01:00");
        var referred = new ReferralReceived
        {
            SourceMessageId = new("-"), Source = Cases.Source, Patient = dev, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-21T01:10:00+01:00"), Referrer = Cases.Doctor, SourceType = "a-and-e",
            Reason = "Hearing voices", Team = Cases.Crt, Priority = ResponsePriority.VeryUrgent,
        };
        await stage.HearAsync(referred);
        var (reply, seen) = (await stage.OneAsync(ObligationKind.ReferrerReply), await stage.OneAsync(ObligationKind.ReferralSeen));
        (reply.DueAt, seen.DueAt).ShouldBe((Time("2026-04-21T01:40:00+01:00"), Time("2026-04-21T05:10:00+01:00")));

        await stage.UntilAsync("2026-04-21T01:31:00+01:00");
        await stage.HearAsync(new ReferralAnswered
        {
            SourceMessageId = new("-"), Source = Cases.Source, Patient = dev, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-21T01:30:00+01:00"), AnsweredBy = Cases.Nurse, Answer = "Will see him at 03:50", Team = Cases.Crt,
        });
        (await stage.OneAsync(ObligationKind.ReferrerReply)).State.ShouldBe(ObligationState.Done);
        (await stage.OneAsync(ObligationKind.ReferralSeen)).IsOpen.ShouldBeTrue("an answer is no visit");

        await stage.UntilAsync("2026-04-21T04:21:00+01:00");
        await stage.HearAsync(new GatekeepingDecision
        {
            SourceMessageId = new("-"), Source = Cases.Source, Patient = dev, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-21T04:20:00+01:00"), RequestedBy = Cases.Doctor, AssessedInPerson = true,
            AssessedAt = Cases.At("2026-04-21T03:50:00+01:00"), Outcome = GatekeepingOutcome.Admit, Rationale = "Risk cannot be held at home tonight.", DecidedBy = Cases.Nurse, Ward = Willow,
            CarerView = new() { Text = "he hides his tablets", From = "Sister", Privacy = RemarkPrivacy.CarerConfidential }, Dissent = [new() { By = "Dr Nair", Text = new() { Text = "would try home treatment" } }],
        });
        (await stage.OneAsync(ObligationKind.ReferralSeen)).State.ShouldBe(ObligationState.Done);
        await stage.UntilAsync("2026-04-21T06:00:00+01:00");
        (await stage.ToldAsync(reply)).Concat(await stage.ToldAsync(seen)).ShouldBeEmpty("nobody is told of what was done in time");

        var clozapine = Cases.Line("C", MedicineAction.Continue, "Clozapine 100 mg tablets", "two at night") with { HospitalOnly = true, LastDoseAt = Cases.At("2026-04-20T21:00:00+01:00") };
        var sister = new Carer { Id = "NK1-1", Name = new() { Given = ["Asha"], Family = "Raman" }, IsCarer = true, KnowsOfCare = true, Consent = [new() { Class = ConsentClass.General, State = ConsentState.Given }] };
        await stage.HearAsync(Cases.Admission() with
        {
            Patient = dev, Episode = Second, Kind = EpisodeKind.Ward, Team = Willow, OccurredAt = Cases.At("2026-04-21T05:30:00+01:00"), RecordedAt = Cases.At("2026-04-21T05:31:00+01:00"), Medicines = [clozapine], Carers = [sister],
        });
        (await stage.OneAsync(ObligationKind.GpInformed, "admission", Second)).State.ShouldBe(ObligationState.Received);
        (await stage.OfAsync(ObligationKind.CarerCopy, Second)).ShouldBeEmpty();
        foreach (var copy in stage.Hub.Practice.Received.Concat(stage.Hub.Cmht.Received).Select(Told.Text))
        {
            copy.ShouldNotContain("titrat", Case.Insensitive);
            (copy.Contains("hides his tablets", StringComparison.Ordinal) && !copy.Contains("rofessionals only", StringComparison.Ordinal)).ShouldBeFalse("only document B may carry what she said");
        }
    }

    [Fact]
    public async Task J5_Three_changes_in_a_day_of_which_the_practice_refuses_one_and_a_nightly_copy_owes_nothing_new()
    {
        var eve = Person("Eve", "Marlow", "9000000033", "L500");
        await using var stage = await OpenAsync("2026-04-27T08:00:00+01:00");
        MedicationChange Change(string at, MedicineAction action, string? dose, string reason, string? recorded = null) => Cases.Change() with
        {
            Patient = eve, OccurredAt = Cases.At(at), RecordedAt = Cases.At(recorded ?? at), Lines = [Cases.Line("O", action, "Olanzapine tablets", dose, reason)],
        };
        var (first, second, third, stop) = (
            Change("2026-04-27T09:00:00+01:00", MedicineAction.Start, "5 mg at night", "voices"), Change("2026-04-27T11:00:00+01:00", MedicineAction.Amend, "10 mg at night", "voices no better"),
            Change("2026-04-27T15:00:00+01:00", MedicineAction.Amend, "5 mg at night", "too drowsy"), Change("2026-04-27T09:30:00+01:00", MedicineAction.Stop, null, "QTc", "2026-04-27T18:00:00+01:00"));
        await stage.HearAsync(Cases.Admission() with { Patient = eve, Medicines = [] }, first);
        stage.Hub.Practice.Script.Then("fatal");
        await stage.HearAsync(second);
        var refused = (await stage.OfAsync(ObligationKind.GpInformed)).OrderBy(o => o.StartsAt).Last();
        (refused.IsOpen, refused.Urgent, refused.State).ShouldBe((true, true, ObligationState.Requested), "a refused message's obligations stay open and become urgent");

        await stage.HearAsync(third, stop);
        var informed = (await stage.OfAsync(ObligationKind.GpInformed)).Where(o => o.Subject != "admission").ToList();
        informed.Count.ShouldBe(4, "5, 10, 5 mg and the late stop are four");
        informed.ShouldAllBe(o => o.IsOpen);
        var told = Told.Text(stage.Hub.Practice.Received.Last(r => r.EventCode == "medication-change"));
        told.ShouldContain("ecorded late");
        stage.Hub.Practice.Received.Where(r => r.EventCode == "medication-change").Select(Told.Text).ShouldContain(t => t.Contains("voices no better") && t.Contains("too drowsy"), "what was refused is told again");

        var (owed, sent) = ((await stage.ViewAsync()).Obligations.Count, stage.Hub.Practice.Received.Count);
        await stage.UntilAsync("2026-04-28T02:00:00+01:00");
        await SetAsideAsync(stage, stop);
        (await stage.ViewAsync()).Obligations.Count.ShouldBe(owed);
        stage.Hub.Practice.Received.Count.ShouldBe(sent, "a nightly copy tells nobody");
    }

    private static async Task SetAsideAsync(HandoverStage stage, CareEvent again)
    {
        var intake = (Hub.Adapters.Contract.IEventIntake)stage.Hub.Host.Services.GetService(typeof(Hub.Adapters.Contract.IEventIntake))!;
        await intake.AcceptAsync(Hub.Tests.Proxy.Store.Plans.Received("nightly") with { SourceId = "north-epr", ReceivedAt = stage.Now }, [again with { SourceMessageId = new("nightly") }], TestContext.Current.CancellationToken);
        await stage.Hub.SettleAsync();
    }
}
