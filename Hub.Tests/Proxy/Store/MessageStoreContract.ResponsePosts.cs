using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What every message store must do with answers that are posted to their senders.</summary>
public abstract partial class MessageStoreContract
{
    private const string AnswersUrl = "https://epr.example/answers";

    [Fact]
    public async Task An_answer_is_posted_by_one_node_at_a_time_until_it_is_taken_and_again_when_it_is_asked_for_again()
    {
        var plan = Plan("K1", Event(NewPerson(Person("P1"))));
        await Store.CommitAsync(plan, Token);
        await Store.AskForPostAsync(plan.ReceivedId, "northside-epr", AnswersUrl, Token);
        await Store.AskForPostAsync(plan.ReceivedId, "northside-epr", AnswersUrl, Token);

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token), Token)));
        var first = claims.SelectMany(c => c).ShouldHaveSingleItem();
        (first.ReceivedId, first.Url, first.Attempt).ShouldBe((plan.ReceivedId, AnswersUrl, 1));

        Clock.Advance(TimeSpan.FromMinutes(3));
        await ReopenAsync(); // whoever had it is gone
        var second = (await Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token)).ShouldHaveSingleItem();
        await Store.CompletePostAsync(first, null, null, null, Token); // a lost lease moves nothing
        await Store.CompletePostAsync(second, "HTTP 503", TimeSpan.FromMinutes(1), null, Token);
        (await Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token)).ShouldBeEmpty();
        (await Store.NextPostAsync(Token)).ShouldBe(Clock.GetUtcNow() + TimeSpan.FromMinutes(1));

        Clock.Advance(TimeSpan.FromMinutes(1));
        await Store.CompletePostAsync((await Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token)).ShouldHaveSingleItem(), null, null, null, Token);
        (await Store.NextPostAsync(Token)).ShouldBeNull();

        await Store.AskForPostAsync(plan.ReceivedId, "northside-epr", AnswersUrl, Token);
        (await Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_asked_for_again_while_it_is_posted_is_posted_again()
    {
        var plan = Plan("K1", Event(NewPerson(Person("P1"))));
        await Store.CommitAsync(plan, Token);
        await Store.AskForPostAsync(plan.ReceivedId, "northside-epr", AnswersUrl, Token);
        var first = (await Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token)).ShouldHaveSingleItem();

        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.AskForPostAsync(plan.ReceivedId, "northside-epr", AnswersUrl, Token);
        var second = (await Store.ClaimPostsAsync(5, TimeSpan.FromMinutes(2), Token)).ShouldHaveSingleItem();
        await Store.CompletePostAsync(first, null, null, null, Token);

        (await Store.NextPostAsync(Token)).ShouldNotBeNull("what the first told is not what is asked for since");
        await Store.CompletePostAsync(second, null, null, null, Token);
        (await Store.NextPostAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_known_of_a_posted_answer_is_forgotten_with_its_message()
    {
        var plan = Plan("K1", Event(NewPerson(Person("P1"))));
        await Store.CommitAsync(plan, Token);
        await Store.AskForPostAsync(plan.ReceivedId, "northside-epr", AnswersUrl, Token);
        Clock.Advance(TimeSpan.FromDays(4000));

        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(3650), 100, Token)).Messages.ShouldBe(1);

        (await Store.NextPostAsync(Token)).ShouldBeNull();
    }
}
