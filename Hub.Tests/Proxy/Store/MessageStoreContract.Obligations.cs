using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What every message store must do: obligations, their clocks and the acts on them.</summary>
public abstract partial class MessageStoreContract
{
    private Guid personOfObligations;
    private int asked;

    private HandoverBook Book => new(NewContext, HandoverRules.Default);

    private protected abstract HubDbContext NewContext();

    [Fact]
    public async Task What_an_event_makes_owed_is_there_in_its_commit_and_their_systems_answer_makes_it_received_and_no_more()
    {
        var (one, delivery) = await AskAsync(ObligationKind.CmhtAccepts);
        (await ReadAsync(one)).State.ShouldBe(ObligationState.Requested);

        await DeliverAsync(delivery, DeliveryState.Delivered);

        var received = await ReadAsync(one);
        (received.State, received.Owner, received.NextClockAt).ShouldBe((ObligationState.Received, null, Monday.AddHours(2)));
    }

    [Fact]
    public async Task What_asks_for_it_is_refused_and_it_stays_open_and_goes_to_the_front()
    {
        var (one, delivery) = await AskAsync(ObligationKind.GpAction);

        await DeliverAsync(delivery, DeliveryState.Refused);

        var urgent = await ReadAsync(one);
        (urgent.IsOpen, urgent.Urgent).ShouldBe((true, true));
        urgent.NextClockAt.ShouldNotBeNull().ShouldBeLessThan(Monday.AddHours(2));

        await ReplayTakenAsync(one, delivery);
        var received = await ReadAsync(one);
        (received.State, received.NextClockAt).ShouldBe((ObligationState.Received, Monday.AddHours(2)), "it was mended before anybody was told");
    }

    [Fact]
    public async Task An_act_is_kept_with_its_evidence_and_one_that_saw_an_older_version_changes_nothing()
    {
        var (one, _) = await AskAsync(ObligationKind.CmhtAccepts);

        (await ActAsync(one, new Accept { Owner = "D. Worker", Evidence = Said() }, expected: 7)).ShouldBeOfType<NotPossible>().Why.ShouldContain("version 1");
        (await ActAsync(one, new Accept { Owner = "D. Worker", Evidence = Said() with { Note = "Will ring tomorrow" } }, expected: 1)).ShouldBeOfType<Acted>();

        var view = (await Book.ObligationAsync(one, Token)).ShouldNotBeNull();
        (view.Entry.Obligation.Owner, view.Entry.Obligation.State, view.Entry.Obligation.Version).ShouldBe(("D. Worker", ObligationState.Accepted, 2));
        view.Steps.Select(s => s.Act).ShouldBe(["Open", "Accept"]);
        view.Steps[1].Note!.Note.ShouldBe("Will ring tomorrow");
    }

    [Fact]
    public async Task Of_many_who_accept_at_once_one_is_the_owner()
    {
        var (one, _) = await AskAsync(ObligationKind.CmhtAccepts);

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => ActAsync(one, new Accept { Owner = $"Worker {i}", Evidence = Said() }), Token)));

        results.Count(r => r is Acted).ShouldBe(1);
        results.Count(r => r is NotPossible).ShouldBe(11);
    }

    [Fact]
    public async Task A_clock_that_runs_out_tells_somebody_once_and_the_next_rung_later_and_an_answer_closes_what_was_told()
    {
        var (one, _) = await AskAsync(ObligationKind.CmhtAccepts);
        (await TellAsync()).ShouldBe(0);

        Clock.Advance(TimeSpan.FromHours(2));
        (await TellAsync()).ShouldBe(1);
        (await TellAsync()).ShouldBe(0, "told once");
        var entry = (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem();
        (entry.Kind, entry.Owner, entry.ObligationId).ShouldBe(("overdue-cmht-accepts-1", "CRT shift lead", one));

        Clock.Advance(TimeSpan.FromHours(4));
        (await TellAsync()).ShouldBe(1);
        (await Timeline.AttentionAsync(10, Token)).Select(a => a.Owner).ShouldBe(["CRT shift lead", "team lead"], ignoreOrder: true);

        await ActAsync(one, new Accept { Owner = "D. Worker", Evidence = Said() });
        (await Timeline.AttentionAsync(10, Token)).ShouldBeEmpty();
        Clock.Advance(TimeSpan.FromDays(3));
        (await TellAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(Hub.Adapters.Contract.ReferralAnswer.Accepted, ObligationState.Accepted, "South CMHT", null)]
    [InlineData(Hub.Adapters.Contract.ReferralAnswer.Rejected, ObligationState.Rejected, null, "declined")]
    public async Task A_teams_own_system_answers_the_referral_and_names_no_worker(Hub.Adapters.Contract.ReferralAnswer said, ObligationState state, string? owner, string? entry)
    {
        var (one, delivery) = await AskAsync(ObligationKind.CmhtAccepts);

        await AnswerAsync(delivery, said);

        var now = await ReadAsync(one);
        (now.State, now.Owner).ShouldBe((state, owner));
        (await Book.ObligationAsync(one, Token))!.Steps[^1].ShouldSatisfyAllConditions(s => s.Channel.ShouldBe(ActChannel.System), s => s.By.ShouldBe("cmht-south"), s => s.Note!.Note!.ShouldContain("named no worker"));
        (await Timeline.AttentionAsync(10, Token)).Select(a => a.Kind).ShouldBe(entry is null ? (string[])[] : [entry]);
    }

    [Theory]
    [InlineData(Hub.Adapters.Contract.ReferralAnswer.Accepted)]
    [InlineData(Hub.Adapters.Contract.ReferralAnswer.Rejected)]
    public async Task An_answer_to_a_referral_that_nobody_asked_for_changes_nothing_and_a_person_reads_it(Hub.Adapters.Contract.ReferralAnswer said)
    {
        var (one, delivery) = await AskAsync(ObligationKind.GpAction);

        await AnswerAsync(delivery, said);

        (await ReadAsync(one)).State.ShouldBe(ObligationState.Received);
        (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(a => a.Kind.ShouldBe("referral-answer-unasked"), a => a.Owner.ShouldBe("CRT shift lead"));
    }

    private async Task AnswerAsync(Guid delivery, Hub.Adapters.Contract.ReferralAnswer said)
    {
        var lease = (await Store.ClaimAsync(new ClaimRequest("cmht-south", 1, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();
        var attempt = (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull();
        attempt.Message.DeliveryId.ShouldBe(delivery);
        (await Store.CompleteAsync(lease, attempt.Message, Result(Accepted(attempt.Message.ProtocolMessageId) with { Referral = said }, DeliveryState.Delivered, Monday), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_decline_is_told_at_once_with_what_to_do_and_asked_anew_it_is_open_again()
    {
        var (one, _) = await AskAsync(ObligationKind.CmhtAccepts);

        await ActAsync(one, new Decline { Reason = "Wrong patch", Evidence = Said() });

        var entry = (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem();
        (entry.Kind, entry.Owner).ShouldBe(("declined", "CRT shift lead"));
        entry.Reason.ShouldNotContain("Wrong patch", Case.Sensitive, "what was said may speak of the person: it is on the obligation's own page");
        await ActAsync(one, new Reassign { To = "North CMHT", Evidence = Said() });
        (await ReadAsync(one)).ActorName.ShouldBe("North CMHT");
    }

    [Fact]
    public async Task Two_teams_that_accept_are_both_shown_and_one_lead_is_to_be_agreed_within_four_hours()
    {
        var (first, _) = await AskAsync(ObligationKind.CmhtAccepts, "accept-0", more: "accept-1");
        var second = Duty.IdIn(new EpisodeKey(OdsCode.Parse("RXX"), "E1"), ObligationKind.CmhtAccepts, "accept-1");

        await ActAsync(first, new Accept { Owner = "South", Evidence = Said() });
        await ActAsync(second, new Accept { Owner = "North", Evidence = Said() });

        var open = await Book.WorklistAsync(new WorklistRequest(null, null, null, null, 10), Token);
        var asked = open.Single(e => e.Obligation.Kind == ObligationKind.AgreeOneLead);
        var lead = asked.Obligation;
        (lead.Chaser, lead.DueAt!.Value - lead.StartsAt).ShouldBe(("CRT team lead", TimeSpan.FromHours(4)));
        open.ShouldNotContain(e => e.Obligation.Owner != null, "what was accepted, where no more is asked, waits for nobody");
        (await Book.WorklistAsync(new WorklistRequest(null, asked.EpisodeId, null, null, 10), Token)).Count(e => e.Obligation.Owner is not null).ShouldBe(2, "of the episode both are shown");
        (await Book.CountAsync(Clock.GetUtcNow().AddYears(1), Token)).ShouldBe(new ObligationCounts(1, 1));
    }

    [Fact]
    public async Task The_same_demand_again_changes_nothing_another_one_asks_anew_and_what_the_record_shows_done_is_closed()
    {
        var (one, _) = await AskAsync(ObligationKind.GpAction, "medicine-L1", fingerprint: 1);
        await ActAsync(one, new Complete { Evidence = Said() });

        await AskAsync(ObligationKind.GpAction, "medicine-L1", fingerprint: 1, expectedEpisode: 1);
        (await ReadAsync(one)).State.ShouldBe(ObligationState.Done);
        await AskAsync(ObligationKind.GpAction, "medicine-L1", fingerprint: 2, expectedEpisode: 2);
        (await ReadAsync(one)).State.ShouldBe(ObligationState.Requested);
        await AskAsync(ObligationKind.GpInformed, "news", expectedEpisode: 3, met: one);
        (await ReadAsync(one)).State.ShouldBe(ObligationState.Done);
    }

    [Fact]
    public async Task What_somebody_waived_is_not_asked_again_by_a_message()
    {
        var (one, _) = await AskAsync(ObligationKind.GpAction, "medicine-L1", fingerprint: 1);
        await ActAsync(one, new Waive { Why = "Agreed with the practice", Evidence = Said() });

        await AskAsync(ObligationKind.GpAction, "medicine-L1", fingerprint: 2, expectedEpisode: 1);

        (await ReadAsync(one)).State.ShouldBe(ObligationState.Waived);
    }

    [Fact]
    public async Task A_message_whose_obligation_is_open_is_never_forgotten_and_a_closed_one_goes_with_its_notes()
    {
        var (one, delivery) = await AskAsync(ObligationKind.GpAction, status: EpisodeStatus.Discharged);
        await DeliverAsync(delivery, DeliveryState.Delivered);
        Clock.Advance(TimeSpan.FromDays(1000));

        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(100), 100, Token)).Messages.ShouldBe(0);
        await ActAsync(one, new Complete { Evidence = Said() with { Note = "done" } });
        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(100), 100, Token)).Messages.ShouldBe(1);
        (await Book.ObligationAsync(one, Token)).ShouldBeNull();
    }

    private async Task<(Guid Obligation, Guid Delivery)> AskAsync(
        ObligationKind kind, string subject = "subject", long fingerprint = 1, long expectedEpisode = 0, Guid? met = null, string? more = null, EpisodeStatus status = EpisodeStatus.Open)
    {
        var person = expectedEpisode == 0 ? NewPerson(Person("P1")) : Known(personOfObligations);
        personOfObligations = person.PersonId;
        var delivery = To("cmht-south");
        var episode = Episode("E1", expectedEpisode, Person("P1"), status);
        PlannedObligation Make(string about) => new()
        {
            Id = Duty.IdIn(episode.Key, kind, about), Kind = kind, Subject = about, Actor = CareParty.Cmht, ActorName = "South CMHT", Chaser = "CRT shift lead",
            PartnerId = "cmht-south", StartsAt = Monday, DueAt = Monday.AddHours(2), Clock = "team-answers", Fingerprint = fingerprint,
        };
        var planned = Event(person, delivery) with
        {
            Episode = episode,
            Obligations = new ObligationPlan { By = "northside-epr", Owed = [.. new[] { subject, more }.OfType<string>().Select(Make)], Met = met is { } id ? [(id, "the record says so")] : [] },
        };
        (await Store.CommitAsync(Plan($"ask-{asked++}", planned), Token)).ShouldBeOfType<Committed>();
        return (Make(subject).Id, delivery.DeliveryId);
    }

    private async Task DeliverAsync(Guid delivery, DeliveryState state)
    {
        var lease = (await Store.ClaimAsync(new ClaimRequest("cmht-south", 1, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();
        var attempt = (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull();
        attempt.Message.DeliveryId.ShouldBe(delivery);
        Hub.Adapters.Contract.DeliveryOutcome outcome = state == DeliveryState.Delivered ? Accepted(attempt.Message.ProtocolMessageId) : new Hub.Adapters.Contract.Rejected("no");
        (await Store.CompleteAsync(lease, attempt.Message, Result(outcome, state, Monday), Token)).ShouldBeTrue();
    }

    private async Task ReplayTakenAsync(Guid obligation, Guid original)
    {
        var about = (await Book.ObligationAsync(obligation, Token)).ShouldNotBeNull().Entry;
        var replay = Guid.CreateVersion7(Monday.AddMinutes(1));
        (await Store.ReplayAsync(
            new ReplayOrder
            {
                DeliveryId = replay, OriginalId = original, OriginalState = DeliveryState.Refused, EventId = about.EventId, PartnerId = "cmht-south", PersonId = personOfObligations,
                RecipientName = "South CMHT", Audience = Audience.Cmht, Part = DocumentPart.Shareable, Urgency = Urgency.Routine, Title = "INFO", Version = 2, Form = ReplayForm.AsSent,
                By = "D. Worker", Note = "They mended it",
            },
            Token)).ShouldBeTrue();
        await DeliverAsync(replay, DeliveryState.Delivered);
    }

    private async Task<Obligation> ReadAsync(Guid id) => (await Book.ObligationAsync(id, Token)).ShouldNotBeNull().Entry.Obligation;

    private Task<ActResult?> ActAsync(Guid id, ObligationAct act, long? expected = null) => new ObligationDesk(Store, HandoverRules.Default).ActAsync(id, act, expected, Token);

    private Task<int> TellAsync() => Store.TellOverdueAsync(new Ladder(HandoverRules.Default, Rota.None).Next, 10, Token);

    private static Evidence Said() => new() { At = Monday, Channel = ActChannel.Person, By = "Nora Nurse", Role = "shift lead" };
}
