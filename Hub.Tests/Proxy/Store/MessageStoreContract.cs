using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What every message store must do, whatever database it stands on: messages, duplicates and groups.</summary>
public abstract partial class MessageStoreContract : IAsyncLifetime
{
    protected FakeTimeProvider Clock { get; } = new(Monday);

    protected IMessageStore Store { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Timeline Timeline { get; }

    /// <summary>Opens the same store again, as after a restart.</summary>
    protected abstract Task<IMessageStore> OpenAsync();

    protected abstract Task CloseAsync();

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await CloseAsync();
        Store = await OpenAsync();
    }

    [Fact]
    public async Task Of_thirty_two_copies_of_one_message_exactly_one_is_taken_and_the_others_get_its_answer()
    {
        var persons = Enumerable.Range(0, 32).Select(_ => Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm")))).ToList();

        var results = await Task.WhenAll(persons.Select(plan => Task.Run(() => Store.CommitAsync(plan, Token), Token)));

        var winner = results.OfType<Committed>().ShouldHaveSingleItem().Receipt;
        results.OfType<LostRace>().Count().ShouldBe(31);
        results.OfType<LostRace>().ShouldAllBe(lost => lost.Winner.Receipt.ReceivedId == winner.ReceivedId && lost.Winner.Receipt.EventIds.SequenceEqual(winner.EventIds));
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_sent_again_is_found_with_its_answer_after_a_restart()
    {
        var first = (Committed)await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);

        await ReopenAsync();
        var earlier = await Store.FindEarlierAsync(Received("K1"), Token);

        earlier.ShouldNotBeNull();
        earlier.Receipt.ReceivedId.ShouldBe(first.Receipt.ReceivedId);
        earlier.Receipt.EventIds.ShouldBe(first.Receipt.EventIds);
        earlier.ContentHash.ToArray().ShouldBe(Received("K1").ContentHash.ToArray());
    }

    [Theory]
    [InlineData("content", 7, true)]
    [InlineData("content", 8, false)]
    [InlineData("other", 1, false)]
    [InlineData("other", 0, true)]
    public async Task The_same_key_on_another_date_is_the_same_message_only_with_the_same_content_within_seven_days(string content, int days, bool found)
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);

        var later = Received("K1", content, new DateOnly(2026, 5, 4).AddDays(days));

        (await Store.FindEarlierAsync(later, Token) is not null).ShouldBe(found);
    }

    [Fact]
    public async Task A_key_of_one_source_means_nothing_in_another()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);

        (await Store.FindEarlierAsync(Received("K1", source: "southside-epr"), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_refused_message_is_judged_afresh_and_a_conflict_is_answered_as_before()
    {
        var parked = Plan("K1") with { Outcome = IntakeOutcome.Parked, Problems = [new Problem { Code = "c", Location = "PID-3", Text = "t", NextStep = "n" }] };
        await Store.CommitAsync(parked, Token);
        (await Store.FindEarlierAsync(Received("K1"), Token)).ShouldBeNull();

        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);
        var conflict = Plan("K1") with { Received = Received("K1", "changed"), Outcome = IntakeOutcome.Conflict };
        (await Store.CommitAsync(conflict, Token)).ShouldBeOfType<Committed>();

        (await Store.FindEarlierAsync(Received("K1", "changed"), Token))!.Receipt.ReceivedId.ShouldBe(conflict.ReceivedId);
        (await Store.FindEarlierAsync(Received("K1"), Token))!.Receipt.Outcome.ShouldBe(IntakeOutcome.Accepted);
        (await Store.FindEarlierAsync(Received("K1", "third"), Token))!.Receipt.Outcome.ShouldBe(IntakeOutcome.Accepted);
        (await Store.CommitAsync(conflict with { ReceivedId = NewId() }, Token)).ShouldBeOfType<LostRace>();
    }

    [Fact]
    public async Task A_plan_that_cannot_be_written_fails_alone_and_its_neighbours_are_stored()
    {
        var twice = To("gp-elm");
        var broken = Plan("broken", Event(NewPerson(Person("PX")), twice, twice)); // one delivery id, two rows
        var good = Enumerable.Range(0, 40).Select(i => Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm")))).ToList();

        var failing = Task.Run(() => Store.CommitAsync(broken, Token), Token);
        var results = await Task.WhenAll(good.Select(plan => Task.Run(() => Store.CommitAsync(plan, Token), Token)));

        await Should.ThrowAsync<Exception>(failing);
        results.ShouldAllBe(result => result is Committed);
        (await Store.FindEarlierAsync(Received("broken"), Token)).ShouldBeNull();
        (await Timeline.CountOpenAsync(Token)).Waiting.ShouldBe(40);
    }

    [Fact]
    public async Task Cancelling_the_wait_does_not_undo_the_commit()
    {
        using var hurry = new CancellationTokenSource();
        var commit = Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), hurry.Token);
        await hurry.CancelAsync();
        try
        {
            await commit;
        }
        catch (OperationCanceledException)
        {
            // the wait may or may not have been over
        }

        await Store.CommitAsync(Plan("K2", Event(NewPerson(Person("P2")))), Token); // behind the first in the one writer's line
        (await Store.FindEarlierAsync(Received("K1"), Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_was_committed_is_there_after_a_restart_bytes_and_all()
    {
        var plan = Plan("K1", Event(NewPerson(Person("P1", "9912003888")), To("gp-elm"), To(null)));
        await Store.CommitAsync(plan, Token);

        await ReopenAsync();

        var view = (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).ShouldHaveSingleItem();
        view.Received.Id.ShouldBe(plan.ReceivedId);
        view.Events.ShouldHaveSingleItem().Deliveries.Select(d => d.Delivery.State).ShouldBe([DeliveryState.Waiting, DeliveryState.Unroutable], ignoreOrder: true);
        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldBe(plan.Received.Bytes.ToArray());
        (await Store.PartnersWithWorkDueAsync(Token)).ShouldBe(["gp-elm"]);
    }

    [Fact]
    public async Task Of_a_message_about_somebody_we_do_not_follow_only_key_and_hash_are_kept()
    {
        var plan = Plan("K1") with { Outcome = IntakeOutcome.SetAside, KeepContent = false };
        await Store.CommitAsync(plan, Token);

        (await Store.FindEarlierAsync(Received("K1"), Token)).ShouldNotBeNull();
        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task The_operators_list_has_one_open_entry_a_cause_and_urgent_ones_first()
    {
        PlannedAttention Entry(string kind, Urgency urgency, string? partner = null) => new()
        {
            AttentionId = NewId(), Kind = kind, Reason = "r", Owner = "o", NextStep = "n", Urgency = urgency, PartnerId = partner,
        };
        await Store.CommitAsync(Plan("K1") with { Attention = [Entry("quiet", Urgency.Routine)] }, Token);
        await Store.AttendAsync(Entry("partner-unavailable", Urgency.Urgent, "gp-elm"), Token);
        await Store.AttendAsync(Entry("partner-unavailable", Urgency.Urgent, "gp-elm"), Token);

        var list = await Timeline.AttentionAsync(10, Token);

        list.Select(a => (a.Kind, a.Count)).ShouldBe([("partner-unavailable", 2), ("quiet", 1)]);
    }
}
