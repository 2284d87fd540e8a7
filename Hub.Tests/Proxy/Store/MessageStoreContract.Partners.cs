using System.Text;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>Partners held and released, lanes gathered, what may go past what, and who gets a place.</summary>
public abstract partial class MessageStoreContract
{
    [Fact]
    public async Task While_urgent_work_floods_one_place_in_four_goes_to_routine_lanes_and_urgent_is_first_otherwise()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.CommitAsync(Plan($"R{i}", Event(NewPerson(Person($"R{i}")), To("gp-elm", "r"))), Token);
        }

        for (var i = 0; i < 20; i++)
        {
            await Store.CommitAsync(Plan($"U{i}", Event(NewPerson(Person($"U{i}")), To("gp-elm", "u", Urgency.Urgent))), Token);
        }

        (await ClaimBodiesAsync(1, 8)).ShouldBe("uuuruuur");
        (await ClaimBodiesAsync(8, 1)).Count(c => c == 'r').ShouldBe(2);
        (await ClaimBodiesAsync(9, 1)).ShouldBe("uuuuuuuur", "one routine lane is left, and takes no more than it needs");
    }

    [Fact]
    public async Task Of_several_nodes_one_empties_a_mailbox_until_it_gives_it_back_or_its_lease_runs_out()
    {
        var (one, other, span) = (Guid.CreateVersion7(Clock.GetUtcNow()), Guid.CreateVersion7(Clock.GetUtcNow()), TimeSpan.FromSeconds(2));
        (await Store.LeaseMailboxAsync("mesh#A", one, span, Token)).ShouldBeTrue();
        (await Store.LeaseMailboxAsync("mesh#A", other, span, Token)).ShouldBeFalse();
        (await Store.LeaseMailboxAsync("mesh#A", one, span, Token)).ShouldBeTrue("who has it keeps it");
        (await Store.LeaseMailboxAsync("mesh#B", other, span, Token)).ShouldBeTrue("each mailbox for itself");

        await Store.GiveBackMailboxAsync("mesh#A", other, Token);
        (await Store.LeaseMailboxAsync("mesh#A", other, span, Token)).ShouldBeFalse("nobody gives back what is another's");
        await Store.GiveBackMailboxAsync("mesh#A", one, Token);
        (await Store.LeaseMailboxAsync("mesh#A", other, TimeSpan.Zero, Token)).ShouldBeTrue();
        (await Store.LeaseMailboxAsync("mesh#A", one, span, Token)).ShouldBeTrue("its lease has run out");
    }

    [Fact]
    public async Task After_a_hold_each_lane_is_gathered_into_its_newest_message_which_tells_what_the_others_said()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "T. Ester", Token);
        await CommitInEpisodeAsync("1", person, 1, To("gp-elm", "1", Urgency.Urgent));
        await CommitInEpisodeAsync("2", person, 2, To("gp-elm", "2"));
        await CommitInEpisodeAsync("3", person, 3, To("gp-elm", "3"));
        await Store.CommitAsync(Plan("K9", Event(NewPerson(Person("P9")), To("gp-elm", "9"))), Token);

        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);

        var sent = await DrainAsync("gp-elm");
        sent.Select(s => Encoding.UTF8.GetString(s.Message.Bytes.Span)).ShouldBe(["3", "9"], "as urgent as the most urgent that it tells again");
        sent[0].Head.Anew!.NotAccepted.Count.ShouldBe(2);
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_gathered_is_told_again_until_a_message_that_tells_it_is_accepted()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "T. Ester", Token);
        await CommitInEpisodeAsync("1", person, 1, To("gp-elm", "1"));
        await CommitInEpisodeAsync("2", person, 2, To("gp-elm", "2"));
        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Rejected("no"), DeliveryState.Refused, Clock.GetUtcNow()), Token);
        await CommitInEpisodeAsync("3", person, 3, To("gp-elm", "3"));

        var last = (await DrainAsync("gp-elm")).ShouldHaveSingleItem();

        last.Head.Anew!.NotAccepted.Count.ShouldBe(2);
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
        await CommitInEpisodeAsync("4", person, 4, To("gp-elm", "4"));
        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_unknown_held_or_a_withdrawal_is_never_gathered_and_nothing_is_across_it()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        await CommitInEpisodeAsync("unknown", person, 1, To("gp-elm", "unknown"));
        var (lease, attempt) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Unknown("silence"), DeliveryState.Unknown, Clock.GetUtcNow(), Clock.GetUtcNow()), Token);
        await Store.ReleaseAsync(lease, Token);
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "T. Ester", Token);
        await CommitInEpisodeAsync("before", person, 2, To("gp-elm", "before"));
        await CommitInEpisodeAsync("withdrawal", person, 3, To("gp-elm", "withdrawal") with { StopsLaneWhenRefused = true });
        await CommitInEpisodeAsync("after", person, 4, To("gp-elm", "after"));
        await CommitInEpisodeAsync("newest", person, 5, To("gp-elm", "newest"));

        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);

        (await SendAllAsync("gp-elm")).ShouldBe(["unknown", "before", "withdrawal", "newest"]);
    }

    [Fact]
    public async Task Messages_of_another_episode_or_of_the_part_for_professionals_only_are_not_gathered()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "T. Ester", Token);
        await CommitInEpisodeAsync("1", person, 1, To("gp-elm", "1"), To("gp-elm", "1b") with { Part = DocumentPart.ProfessionalsOnly });
        await Store.CommitAsync(Plan("other", Event(Known(person), To("gp-elm", "other")) with { Episode = Episode("V2", 0, Person("P1")) }), Token);

        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);

        (await SendAllAsync("gp-elm")).ShouldBe(["1", "1b", "other"]);
    }

    [Fact]
    public async Task A_withdrawal_goes_past_what_is_held_and_has_never_left_and_tells_what_waited_behind_it()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        await CommitInEpisodeAsync("held", person, 1, To("gp-elm", "held") with { HeldBecause = "The composed message breaks a rule." });
        await CommitInEpisodeAsync("behind", person, 2, To("gp-elm", "behind"));
        (await SendAllAsync("gp-elm")).ShouldBeEmpty("an ordinary message does not pass what is held");

        await CommitInEpisodeAsync("withdrawal", person, 3, To("gp-elm", "withdrawal") with { StopsLaneWhenRefused = true });

        var sent = (await DrainAsync("gp-elm")).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(sent.Message.Bytes.Span).ShouldBe("withdrawal");
        sent.Head.Anew!.NotAccepted.Count.ShouldBe(1, "what waited behind the held one, and not the held one itself");
        (await Timeline.CountOpenAsync(Token)).ShouldBe(new OpenCounts(Waiting: 0, Sending: 0, Unknown: 0, Held: 1, Unroutable: 0, Refused: 0));
    }

    [Fact]
    public async Task A_held_copy_of_what_is_withdrawn_never_leaves_and_its_entry_is_closed()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        var held = To("gp-elm", "held") with { HeldBecause = "The composed message breaks a rule." };
        await CommitInEpisodeAsync("held", person, 1, held);
        await Store.AttendAsync(new PlannedAttention
        {
            AttentionId = NewId(), Kind = "cannot-render", Reason = "r", Owner = "o", NextStep = "n", DeliveryId = held.DeliveryId,
        }, Token);

        await CommitInEpisodeAsync("withdrawal", person, 2, To("gp-elm", "withdrawal") with { StopsLaneWhenRefused = true, Withdraws = "patient-updated" });

        (await SendAllAsync("gp-elm")).ShouldBe(["withdrawal"]);
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
        (await Timeline.AttentionAsync(9, Token)).ShouldBeEmpty();
        (await Store.ReleaseDeliveryAsync(held.DeliveryId, "a", "b", Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_withdrawal_does_not_go_past_what_may_have_been_taken()
    {
        var (person, _) = await GivenEpisodeAsync("V1");
        await CommitInEpisodeAsync("unknown", person, 1, To("gp-elm", "unknown"));
        var (lease, attempt) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Unknown("silence"), DeliveryState.Unknown, Clock.GetUtcNow(), Clock.GetUtcNow().AddMinutes(1)), Token);
        await CommitInEpisodeAsync("withdrawal", person, 2, To("gp-elm", "withdrawal") with { StopsLaneWhenRefused = true });

        (await SendAllAsync("gp-elm")).ShouldBeEmpty();
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await SendAllAsync("gp-elm")).ShouldBe(["unknown", "withdrawal"]);
    }

    [Fact]
    public async Task A_hold_and_a_chosen_rate_are_running_state_that_outlives_the_hub()
    {
        (await Store.FindPartnerAsync("gp-elm", Token)).ShouldBe(PartnerStanding.Sending);
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "T. Ester", Token);
        await ReopenAsync();
        (await Store.FindPartnerAsync("gp-elm", Token)).ShouldBe(new PartnerStanding("their maintenance", Clock.GetUtcNow(), true, null));

        await Store.ReleasePartnerAsync("gp-elm", 0.5, "T. Ester", Token);
        await ReopenAsync();
        (await Store.FindPartnerAsync("gp-elm", Token)).ShouldBe(new PartnerStanding(null, null, false, 0.5));

        await Store.EndReleaseRateAsync("gp-elm", Token);
        (await Store.FindPartnerAsync("gp-elm", Token)).ShouldBe(PartnerStanding.Sending);
    }

    [Fact]
    public async Task What_waits_for_a_partner_is_told_with_its_oldest_and_the_last_good_send()
    {
        (await Store.FindBacklogAsync("gp-elm", Token)).ShouldBe(new PartnerBacklog(0, 0, null, null));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        var good = Clock.GetUtcNow();
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromMinutes(1));
        var since = Clock.GetUtcNow();
        var waiting = NewPerson(Person("P2"));
        await Store.CommitAsync(Plan("K2", Event(waiting, To("gp-elm", "2")), Event(Known(waiting.PersonId), To("gp-elm", "3"))), Token);
        await Store.CommitAsync(Plan("K3", Event(NewPerson(Person("P3")), To("cmht", "4"))), Token);

        (await Store.FindBacklogAsync("gp-elm", Token)).ShouldBe(new PartnerBacklog(1, 2, since, good));
    }

    [Theory]
    [InlineData("2026-10-25T00:59:59Z")] // 01:59:59 summer time, a second before 01:00:00 winter time
    [InlineData("2027-03-28T00:59:59Z")] // 00:59:59 winter time, a second before 02:00:00 summer time
    public async Task Over_a_change_of_daylight_saving_waits_leases_and_order_stand(string before)
    {
        Clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        Clock.SetUtcNow(DateTimeOffset.Parse(before, System.Globalization.CultureInfo.InvariantCulture));
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1")), Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, Lease), Token)).ShouldBeEmpty("the lease runs on over the change");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Unavailable("503"), DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow().AddSeconds(3)), Token);

        (await Store.NextDueAsync(Token)).ShouldBe(Clock.GetUtcNow().AddSeconds(3));
        Clock.Advance(TimeSpan.FromSeconds(3));
        (await SendAllAsync("gp-elm")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task When_the_clock_is_set_back_a_dead_workers_lane_is_free_after_its_lease_and_a_live_ones_is_not_before()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        await BeginAsync("gp-elm");

        Clock.AdjustTime(Clock.GetUtcNow().AddHours(-1));
        await Store.ClockSetBackAsync(TimeSpan.FromHours(1), Token);

        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, Lease), Token)).ShouldBeEmpty();
        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        (await SendAllAsync("gp-elm")).ShouldBe(["1"]);
    }

    /// <summary>A person in an episode of version 1, of whom the practice has heard nothing.</summary>
    private async Task<(Guid Person, PatientRef Identity)> GivenEpisodeAsync(string episode)
    {
        var identity = Person("P1");
        var person = NewPerson(identity);
        await Store.CommitAsync(Plan("begin", Event(person) with { Episode = Episode(episode, 0, identity) }), Token);
        return (person.PersonId, identity);
    }

    private async Task CommitInEpisodeAsync(string key, Guid person, long version, params PlannedDelivery[] deliveries) =>
        (await Store.CommitAsync(Plan(key, Event(Known(person), deliveries) with { Episode = Episode("V1", version, Person("P1")) }), Token)).ShouldBeOfType<Committed>();

    /// <summary>The bodies at the heads of the lanes of so many claims, in the order they were claimed.</summary>
    private async Task<string> ClaimBodiesAsync(int max, int times)
    {
        var bodies = new StringBuilder();
        for (var i = 0; i < times; i++)
        {
            foreach (var lease in await Store.ClaimAsync(new ClaimRequest("gp-elm", max, Lease), Token))
            {
                bodies.Append(Encoding.UTF8.GetString((await Store.FreezeHeadAsync(lease, Freeze, Token))!.Message.Bytes.Span));
            }
        }

        return bodies.ToString();
    }
}
