using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Reports;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What every message store must do: the reports are made from its records alone.</summary>
public abstract partial class MessageStoreContract
{
    private static readonly ReportMonth May = new(2026, 5);

    [Fact]
    public async Task The_figures_of_a_month_come_from_the_records_and_made_again_for_the_same_time_they_are_the_same()
    {
        var accept = await DischargeAsync("E1", To("gp-elm") with { Audience = Audience.Gp }, To("cmht-south") with { Audience = Audience.Cmht });
        Clock.Advance(TimeSpan.FromHours(23));
        await EndAsync("gp-elm", Accepted("m-1"), DeliveryState.Delivered);
        await ActAsync(accept, new Accept { Owner = "D. Worker", Evidence = Said() with { At = Monday.AddHours(5) } });
        Clock.Advance(TimeSpan.FromHours(57));
        await EndAsync("cmht-south", Accepted("m-2"), DeliveryState.Delivered);

        var early = await ReportAsync(Monday.AddHours(4));
        var whole = await ReportAsync(Monday.AddDays(20));

        (early["summary-24h"].Of, early["summary-24h"].NotOver, early["cmht-acceptance"].Count).ShouldBe((0, 1, 0), "what came later is not known yet");
        Figure(whole, "summary-24h").ShouldBe((1, 1));
        Figure(whole, "medicines-24h").ShouldBe((0, 1), "nobody confirmed the list");
        Figure(whole, "plan-to-all-3d").ShouldBe((0, 1), "the team's system had it after 80 hours");
        (whole["cmht-acceptance"].Count, whole["cmht-acceptance"].MedianHours).ShouldBe((1, 5));
        Figure(whole, "overdue-cmht-accepts").ShouldBe((1, 1), "due after two hours");
        Figure(whole, "follow-up-done-72h").ShouldBe((0, 1));
        (await ReportAsync(Monday.AddHours(4))).ShouldBe(early);
        (await new ReportBook(NewContext).MakeAsync(new ReportMonth(2026, 4), Monday.AddDays(20), null, Token)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_practice_that_says_not_our_patient_is_counted_and_a_withdrawn_discharge_is_not()
    {
        await DischargeAsync("E1", To("gp-elm") with { Audience = Audience.Gp });
        await EndAsync("gp-elm", new Rejected("not here") { Code = "30002", NotOurPatient = true }, DeliveryState.Refused);
        await DischargeAsync("E2", withdrawn: true, copies: To("gp-ash") with { Audience = Audience.Gp });

        Figure(await ReportAsync(Monday.AddDays(20)), "wrong-practice").ShouldBe((1, 1));
    }

    [Fact]
    public async Task That_the_practice_matched_the_person_informs_it_only_where_nothing_is_asked()
    {
        var (told, asked) = (Guid.CreateVersion7(Monday), Guid.CreateVersion7(Monday.AddHours(1)));
        await GpAsync("E1", [(told, ObligationKind.GpInformed)]);
        await EndAsync("gp-elm", Matched(), DeliveryState.Delivered);

        var informed = (await Book.ObligationAsync(told, Token)).ShouldNotBeNull();
        informed.Entry.Obligation.State.ShouldBe(ObligationState.Done);
        (informed.Steps[^1].Channel, informed.Steps[^1].By).ShouldBe((ActChannel.System, "gp-elm"));
        (await Book.HandoverAsync(informed.Entry.EpisodeId, Token)).ShouldNotBeNull().Copies.ShouldHaveSingleItem().Line
            .ShouldEndWith("and says the patient is registered there. We are not told when someone reads it.");

        var (second, action) = (Guid.CreateVersion7(Monday.AddHours(2)), asked);
        await GpAsync("E2", [(second, ObligationKind.GpInformed), (action, ObligationKind.GpAction)], "P2");
        await EndAsync("gp-elm", Matched(), DeliveryState.Delivered);
        ((await ReadAsync(second)).State, (await ReadAsync(action)).State).ShouldBe((ObligationState.Received, ObligationState.Received));

        var third = Guid.CreateVersion7(Monday.AddHours(3));
        await GpAsync("E3", [(third, ObligationKind.GpInformed)], "P3");
        await EndAsync("gp-elm", Accepted("m"), DeliveryState.Delivered);
        (await ReadAsync(third)).State.ShouldBe(ObligationState.Received, "a plain yes is no word about the person");
    }

    [Fact]
    public async Task What_is_open_at_a_practice_moves_with_the_person_and_the_old_practice_can_no_longer_act_on_it()
    {
        var (open, closed) = (Guid.CreateVersion7(Monday), Guid.CreateVersion7(Monday.AddHours(1)));
        await GpAsync("E1", [(open, ObligationKind.GpAction), (closed, ObligationKind.Monitoring)]);
        await EndAsync("gp-elm", Accepted("m"), DeliveryState.Delivered);
        await ActAsync(closed, new Complete { Evidence = Said() });
        await ActAsync(open, new Accept { Owner = "Elm Surgery", Evidence = Said() });

        var moved = Event(Known(personOfObligations)) with
        {
            Episode = Episode("E1", 1, Person("P1")), Obligations = new ObligationPlan { By = "northside-epr", GpIsNow = "Ash Practice" },
        };
        (await Store.CommitAsync(Plan("gp-changed", moved), Token)).ShouldBeOfType<Committed>();

        var view = (await Book.ObligationAsync(open, Token)).ShouldNotBeNull();
        var one = view.Entry.Obligation;
        (one.ActorName, one.State, one.Owner, view.Entry.PartnerId, one.NextClockAt).ShouldBe(("Ash Practice", ObligationState.Proposed, null, null, Monday.AddHours(2)));
        view.Steps[^1].Note!.Words.ShouldBe("Ash Practice");
        (await ReadAsync(closed)).State.ShouldBe(ObligationState.Done, "what was done stays done");
        (await Timeline.AttentionAsync(10, Token)).ShouldContain(a => a.Kind == "gp-changed-open");
    }

    private static Delivered Matched() => Accepted("m") with { KnowsThePerson = true, Answer = new Hub.Fhir.Responses.Answer { Code = Hub.Fhir.Responses.AnswerCode.Ok, SentCode = "30001", AnswersMessageId = "m" } };

    private async Task GpAsync(string episode, IReadOnlyList<(Guid Id, ObligationKind Kind)> owed, string person = "P1")
    {
        var who = NewPerson(Person(person));
        personOfObligations = who.PersonId;
        var planned = Event(who, To("gp-elm")) with
        {
            Episode = Episode(episode, 0, Person(person)),
            Obligations = new ObligationPlan { By = "northside-epr", Owed = [.. owed.Select(o => Owed(o.Id, o.Kind, CareParty.Gp, "gp-elm"))] },
        };
        (await Store.CommitAsync(Plan($"gp-{episode}", planned), Token)).ShouldBeOfType<Committed>();
    }

    private Task<Guid> DischargeAsync(string episode, params PlannedDelivery[] copies) => DischargeAsync(episode, withdrawn: false, copies);

    private async Task<Guid> DischargeAsync(string episode, bool withdrawn, params PlannedDelivery[] copies)
    {
        var key = new EpisodeKey(OdsCode.Parse("RXX"), episode);
        var discharge = Cases.Discharge() with { Episode = key, OccurredAt = ClinicalTime.At(Monday), GpOnly = false, MedicinesConfirmed = false };
        var accept = Duty.IdIn(key, ObligationKind.CmhtAccepts, "accept-0");
        var planned = Event(NewPerson(Person(episode)), copies) with
        {
            Event = discharge,
            Episode = new PlannedEpisode { Key = key, ExpectedVersion = 0, State = Cases.Discharged() with { Key = key, Discharge = withdrawn ? null : discharge } },
            Obligations = new ObligationPlan { By = "northside-epr", Owed = [Owed(accept, ObligationKind.CmhtAccepts, CareParty.Cmht, "cmht-south")] },
        };
        (await Store.CommitAsync(Plan($"discharge-{episode}", planned), Token)).ShouldBeOfType<Committed>();
        return accept;
    }

    private static PlannedObligation Owed(Guid id, ObligationKind kind, CareParty actor, string partner) => new()
    {
        Id = id, Kind = kind, Subject = "subject", Actor = actor, ActorName = "Elm Surgery", Chaser = "CRT shift lead", PartnerId = partner, StartsAt = Monday,
        DueAt = Monday.AddHours(2), Clock = "team-answers", Fingerprint = 1,
    };

    private async Task EndAsync(string partner, DeliveryOutcome outcome, DeliveryState state)
    {
        var lease = (await Store.ClaimAsync(new ClaimRequest(partner, 1, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();
        var attempt = (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull();
        (await Store.CompleteAsync(lease, attempt.Message, Result(outcome, state, Clock.GetUtcNow()), Token)).ShouldBeTrue();
    }

    private async Task<Dictionary<string, ReportRow>> ReportAsync(DateTimeOffset asOf) =>
        (await new ReportBook(NewContext).MakeAsync(May, asOf, null, Token)).Rows.ToDictionary(r => r.Measure);

    private static (int, int) Figure(Dictionary<string, ReportRow> report, string measure) => (report[measure].Count, report[measure].Of);
}
