using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What every message store must do when a death is reported, confirmed, taken back, or was not so (clinical rule 18).</summary>
public abstract partial class MessageStoreContract
{
    [Fact]
    public async Task A_reported_death_holds_every_clock_of_the_person_and_nobody_is_reminded()
    {
        var (followUp, _) = await AskAsync(ObligationKind.FollowUpBooked);
        await DeathAsync(DeathNews.Reported, 1);

        (await ReadAsync(followUp)).HeldSince.ShouldNotBeNull();
        Clock.Advance(TimeSpan.FromDays(3));
        (await TellAsync()).ShouldBe(1, "only who must confirm the death is told");
        (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem().Kind.ShouldBe("overdue-death-confirmed-1");
        var stands = await ReadAsync(followUp);
        (stands.IsOpen, stands.RungsTold).ShouldBe((true, 0));
    }

    [Fact]
    public async Task What_is_asked_after_the_report_or_acted_on_meanwhile_is_held_too()
    {
        var (one, delivery) = await AskAsync(ObligationKind.CmhtAccepts);
        await DeathAsync(DeathNews.Reported, 1);
        var (later, _) = await AskAsync(ObligationKind.FollowUpBooked, "later", expectedEpisode: 2);

        await DeliverAsync(delivery, DeliveryState.Refused);
        await ActAsync(one, new Reassign { To = "North CMHT", Evidence = Said() });
        Clock.Advance(TimeSpan.FromDays(3));
        await TellAsync();

        (await Timeline.AttentionAsync(10, Token)).ShouldNotContain(a => a.Kind.StartsWith("overdue", StringComparison.Ordinal));
        (await ReadAsync(later)).HeldSince.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_removed_notice_lets_the_clocks_go_on_and_what_ran_out_meanwhile_speaks_once()
    {
        var (one, _) = await AskAsync(ObligationKind.FollowUpBooked);
        var confirm = await DeathAsync(DeathNews.Reported, 1);
        Clock.Advance(TimeSpan.FromDays(1));

        await DeathAsync(DeathNews.Released, 2);

        (await ReadAsync(confirm)).State.ShouldBe(ObligationState.Cancelled);
        var released = await ReadAsync(one);
        (released.HeldSince, released.NextClockAt, released.State).ShouldBe((null, Monday.AddHours(2), ObligationState.Requested));
        (await TellAsync()).ShouldBe(1);
        (await TellAsync()).ShouldBe(0, "once");
        (await Book.ObligationAsync(one, Token))!.Steps.Select(s => s.Act).ShouldBe(["Open", "Held", "Released", "Told"]);
    }

    [Fact]
    public async Task Follow_ups_end_only_when_a_named_person_confirms_and_what_others_must_be_told_goes_on()
    {
        var (followUp, _) = await AskAsync(ObligationKind.FollowUpBooked);
        var (told, _) = await AskAsync(ObligationKind.GpInformed, "news", expectedEpisode: 1);
        var confirm = await DeathAsync(DeathNews.Reported, 2);
        (await ReadAsync(followUp)).IsOpen.ShouldBeTrue("a report ends nothing");

        (await ActAsync(confirm, new Complete { Evidence = Said() })).ShouldBeOfType<Acted>();

        (await ReadAsync(followUp)).State.ShouldBe(ObligationState.Waived);
        (await Book.ObligationAsync(followUp, Token))!.Steps[^1].By.ShouldBe("Nora Nurse");
        var goesOn = await ReadAsync(told);
        (goesOn.IsOpen, goesOn.HeldSince, goesOn.NextClockAt).ShouldBe((true, null, Monday.AddHours(2)));
    }

    [Fact]
    public async Task A_death_confirmed_in_error_opens_the_follow_ups_again_when_the_notice_is_removed()
    {
        var (followUp, _) = await AskAsync(ObligationKind.FollowUpBooked);
        await ActAsync(followUp, new Accept { Owner = "D. Worker", Evidence = Said() });
        var confirm = await DeathAsync(DeathNews.Reported, 1);
        await ActAsync(confirm, new Complete { Evidence = Said() });

        await DeathAsync(DeathNews.Released, 2);

        var again = await ReadAsync(followUp);
        (again.State, again.Owner, again.NextClockAt).ShouldBe((ObligationState.Accepted, "D. Worker", Monday.AddHours(2)));
    }

    [Fact]
    public async Task Who_says_that_the_death_is_not_so_lets_the_clocks_go_on_and_is_chased_until_the_notice_is_removed()
    {
        var (one, _) = await AskAsync(ObligationKind.FollowUpBooked);
        var confirm = await DeathAsync(DeathNews.Reported, 1);

        await ActAsync(confirm, new Decline { Reason = "Seen this morning", Evidence = Said() });

        (await ReadAsync(one)).HeldSince.ShouldBeNull();
        (await ReadAsync(confirm)).IsOpen.ShouldBeTrue();
    }

    /// <summary>An event that reports a death or takes the report back, with the obligation to confirm it; its id.</summary>
    private async Task<Guid> DeathAsync(DeathNews news, long expectedEpisode)
    {
        var episode = Episode("E1", expectedEpisode, Person("P1"));
        var confirm = new PlannedObligation
        {
            Id = Duty.IdIn(episode.Key, ObligationKind.DeathConfirmed, "death"), Kind = ObligationKind.DeathConfirmed, Subject = "death", Actor = CareParty.Crt,
            Chaser = "CRT team lead", StartsAt = Monday, DueAt = Monday.AddHours(1), Clock = "death-confirmed", Fingerprint = 1,
        };
        var planned = Event(Known(personOfObligations)) with
        {
            Episode = episode,
            Obligations = new ObligationPlan { By = "northside-epr", Death = news, Owed = news == DeathNews.Reported ? [confirm] : [] },
        };
        var committed = await Store.CommitAsync(Plan($"death-{news}-{expectedEpisode}", planned), Token);
        committed.ShouldBeOfType<Committed>();
        return confirm.Id;
    }
}
