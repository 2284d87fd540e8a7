using System.Text;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What is forgotten and, before all, what never is.</summary>
public abstract partial class MessageStoreContract
{
    [Fact]
    public async Task Content_of_what_is_finished_goes_in_its_time_and_the_record_of_it_stays()
    {
        var plan = Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "body")));
        await Store.CommitAsync(plan, Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromDays(30));

        (await Store.EmptyContentAsync(TimeSpan.FromDays(31), 100, Token)).Nothing.ShouldBeTrue();
        var forgotten = await Store.EmptyContentAsync(TimeSpan.FromDays(10), 100, Token);

        forgotten.Contents.ShouldBe(4); // as received, the event, the body as sent, the answer
        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldBeNull();
        var record = (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).ShouldHaveSingleItem();
        record.Events.ShouldHaveSingleItem().Deliveries.ShouldHaveSingleItem().Delivery.State.ShouldBe(DeliveryState.Delivered);
        (await Store.EmptyContentAsync(TimeSpan.FromDays(10), 100, Token)).Nothing.ShouldBeTrue();
    }

    [Fact]
    public async Task Calls_through_the_gateway_are_kept_for_their_time_and_not_longer()
    {
        await Store.NoteGatewayCallsAsync([Call("elm", 200), Call(null, 403)], Token);
        await Store.NoteGatewayCallsAsync([Call("elm", 502)], Token);

        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(1), 100, Token)).Calls.ShouldBe(0);
        Clock.Advance(TimeSpan.FromDays(3));
        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(2), 2, Token)).Calls.ShouldBe(2);
        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(2), 2, Token)).Calls.ShouldBe(1);
        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(2), 2, Token)).Nothing.ShouldBeTrue();
    }

    [Fact]
    public async Task A_call_that_is_written_down_twice_is_one()
    {
        var call = Call("elm", 200);
        await Store.NoteGatewayCallsAsync([call], Token);

        await Store.NoteGatewayCallsAsync([call, Call("elm", 404)], Token);

        Clock.Advance(TimeSpan.FromDays(3));
        (await Store.DeleteRecordsAsync(TimeSpan.FromDays(2), 10, Token)).Calls.ShouldBe(2);
    }

    [Fact]
    public async Task When_a_partner_last_asked_is_kept_whatever_becomes_of_its_hold()
    {
        (await Store.FindPartnerAsync("gp-elm", Token)).LastAskedAt.ShouldBeNull();
        await Store.HoldPartnerAsync("gp-elm", "a test", "T. Ester", Token);

        await Store.NoteAskedAsync("gp-elm", [], "nothing", Token);
        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);

        var standing = await Store.FindPartnerAsync("gp-elm", Token);
        (standing.HeldReason, standing.LastAskedAt is not null).ShouldBe((null, true));
    }

    private GatewayCall Call(string? caller, int status) => new()
    {
        Id = Guid.CreateVersion7(Clock.GetUtcNow()), At = Clock.GetUtcNow(), Caller = caller, Target = "records", Method = "GET", Resource = "Slot", Status = status,
        Code = status == 200 ? null : "PROXY_UNAVAILABLE", Took = TimeSpan.FromMilliseconds(21), RequestId = Guid.CreateVersion7(Clock.GetUtcNow()),
    };

    [Fact]
    public async Task Content_that_was_forgotten_and_comes_again_is_there_again()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "body"))), Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromDays(30));
        await Store.EmptyContentAsync(TimeSpan.FromDays(10), 100, Token);

        var again = Plan("K2", Event(NewPerson(Person("P2")), To("gp-elm", "body")));
        await Store.CommitAsync(again, Token);

        (await SendAllAsync("gp-elm")).ShouldBe(["body"]);
        (await Timeline.OriginalAsync(again.ReceivedId, Token)).ShouldBe(Encoding.UTF8.GetBytes("content"));
    }

    [Fact]
    public async Task Content_in_use_again_is_as_old_as_its_last_use()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "body"))), Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromDays(30));
        var again = Plan("K2", Event(NewPerson(Person("P2")), To("gp-elm", "body")));
        await Store.CommitAsync(again, Token);
        await SendAllAsync("gp-elm");

        await Store.EmptyContentAsync(TimeSpan.FromDays(10), 100, Token);

        (await Timeline.OriginalAsync(again.ReceivedId, Token)).ShouldBe(Encoding.UTF8.GetBytes("content"));
    }

    [Theory]
    [InlineData("waiting")]
    [InlineData("begun")]
    [InlineData("unknown")]
    [InlineData("held")]
    [InlineData("held person")]
    [InlineData("unroutable")]
    [InlineData("refused")]
    [InlineData("awaited")]
    [InlineData("attention")]
    public async Task What_is_not_finished_keeps_content_and_record_however_old_it_is(string why)
    {
        var plan = await OldAsync(why);
        Clock.Advance(TimeSpan.FromDays(4000));

        (await Store.EmptyContentAsync(TimeSpan.Zero, 100, Token)).Contents.ShouldBe(why == "attention" ? 3 : 0);
        (await Store.DeleteRecordsAsync(TimeSpan.Zero, 100, Token)).Nothing.ShouldBeTrue();

        (await Timeline.OriginalAsync(plan.ReceivedId, Token)).ShouldNotBeNull();
        if (why is "waiting" or "begun" or "unknown")
        {
            (await SendAllAsync("gp-elm")).ShouldBe(["body"]);
        }
    }

    [Fact]
    public async Task A_message_that_was_refused_and_told_again_by_the_next_is_forgotten_like_any_other()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        await EndAsync("gp-elm", new Rejected("no"), DeliveryState.Refused);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromDays(4000));

        (await Store.EmptyContentAsync(TimeSpan.Zero, 100, Token)).Contents.ShouldBeGreaterThan(4);
        (await Store.DeleteRecordsAsync(TimeSpan.Zero, 100, Token)).Messages.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_refused_twice_over_is_needed_until_somebody_accepts_it()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        await EndAsync("gp-elm", new Rejected("no"), DeliveryState.Refused);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        await EndAsync("gp-elm", new Rejected("no again"), DeliveryState.Refused);
        Clock.Advance(TimeSpan.FromDays(4000));

        (await Store.EmptyContentAsync(TimeSpan.Zero, 100, Token)).Nothing.ShouldBeTrue();
        (await Store.DeleteRecordsAsync(TimeSpan.Zero, 100, Token)).Nothing.ShouldBeTrue();
        await Store.CommitAsync(Plan("K3", Event(Known(person.PersonId), To("gp-elm", "3"))), Token);
        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew!.NotAccepted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Records_of_closed_episodes_go_with_all_that_followed_from_them_and_at_last_the_person()
    {
        var patient = Person("P1", "9912003888");
        var person = NewPerson(patient);
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1")) with { Episode = Episode("E1", 0, patient) }), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "2")) with { Episode = Episode("E1", 1, patient, EpisodeStatus.Discharged) }), Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromDays(4000));

        await Store.EmptyContentAsync(TimeSpan.Zero, 100, Token);
        (await Store.DeleteRecordsAsync(TimeSpan.Zero, 1, Token)).Messages.ShouldBe(1); // no more than asked
        var rest = await Store.DeleteRecordsAsync(TimeSpan.Zero, 100, Token);

        rest.Messages.ShouldBe(1);
        rest.Persons.ShouldBe(1);
        (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).ShouldBeEmpty();
        (await Store.FindPersonsAsync(patient, Token)).ShouldBeEmpty();
        (await Store.FindEpisodeAsync(new EpisodeKey(OdsCode.Parse("RXX"), "E1"), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_person_with_an_open_episode_is_not_forgotten()
    {
        var patient = Person("P1", "9912003888");
        await Store.CommitAsync(Plan("K1", Event(NewPerson(patient), To("gp-elm", "1")) with { Episode = Episode("E1", 0, patient) }), Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(TimeSpan.FromDays(4000));

        (await Store.DeleteRecordsAsync(TimeSpan.Zero, 100, Token)).Nothing.ShouldBeTrue();

        (await Store.FindPersonsAsync(patient, Token)).ShouldHaveSingleItem();
        (await Store.FindEpisodeAsync(new EpisodeKey(OdsCode.Parse("RXX"), "E1"), Token)).ShouldNotBeNull();
    }

    /// <summary>A message that is done with but for one thing.</summary>
    private async Task<IntakePlan> OldAsync(string why)
    {
        var delivery = To(why == "unroutable" ? null : "gp-elm", "body") with { HeldBecause = why == "held" ? "A person decides." : null };
        var person = NewPerson(Person("P1")) with { Hold = why == "held person" ? "Who is this?" : null };
        var plan = Plan("K1", Event(person, delivery)) with { Attention = why == "attention" ? [Entry()] : [] };
        await Store.CommitAsync(plan, Token);
        switch (why)
        {
            case "begun":
                await BeginAsync("gp-elm");
                break;
            case "unknown":
                await EndAsync("gp-elm", new Unknown("silence"), DeliveryState.Unknown, Clock.GetUtcNow().AddMinutes(1));
                break;
            case "awaited":
                await EndAsync("gp-elm", new Awaited("C1", TimeSpan.FromHours(1)), DeliveryState.Awaited);
                break;
            case "refused":
                await EndAsync("gp-elm", new Rejected("no") { Evidence = "why not"u8.ToArray() }, DeliveryState.Refused);
                break;
            case "attention":
                await SendAllAsync("gp-elm");
                break;
        }

        return plan;
    }

    private async Task EndAsync(string partner, DeliveryOutcome outcome, DeliveryState state, DateTimeOffset? due = null)
    {
        var (lease, attempt) = await BeginAsync(partner);
        (await Store.CompleteAsync(lease, attempt.Message, Result(outcome, state, Clock.GetUtcNow(), due), Token)).ShouldBeTrue();
    }

    private static PlannedAttention Entry() => new()
    {
        AttentionId = NewId(), Kind = "conflict", Reason = "Two messages with one id.", Owner = "Hub operator", NextStep = "Say which.",
    };
}
