using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>Lanes, leases, attempts and their ends.</summary>
public abstract partial class MessageStoreContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Of_any_number_of_workers_one_gets_each_lane()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm"))), Token);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.ClaimAsync(new ClaimRequest("gp-elm", 3, Lease), Token), Token)));

        claims.SelectMany(c => c).Select(l => l.LaneId).Distinct().Count().ShouldBe(5);
        claims.Sum(c => c.Count).ShouldBe(5);
    }

    [Fact]
    public async Task Messages_about_one_person_go_in_the_order_they_were_taken_and_urgent_lanes_go_first()
    {
        var calm = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(calm, To("gp-elm", "1"))), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(calm.PersonId), To("gp-elm", "2"))), Token);
        await Store.CommitAsync(Plan("K3", Event(NewPerson(Person("P2")), To("gp-elm", "u", Urgency.Urgent))), Token);

        (await SendAllAsync("gp-elm")).ShouldBe(["u", "1", "2"]);
    }

    [Fact]
    public async Task A_lane_waits_for_its_head_while_other_lanes_go_on()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Unavailable("503"), DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow().AddSeconds(10)), Token);

        await Store.CommitAsync(Plan("K3", Event(NewPerson(Person("P2")), To("gp-elm", "other"))), Token);
        (await SendAllAsync("gp-elm")).ShouldBe(["other"]);
        (await Store.NextDueAsync(Token)).ShouldBe(Clock.GetUtcNow().AddSeconds(10));

        Clock.Advance(TimeSpan.FromSeconds(10));
        (await SendAllAsync("gp-elm")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Every_attempt_sends_the_bytes_and_the_id_of_the_first_one()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        var (lease, first) = await BeginAsync("gp-elm", _ => new FrozenMessage(Encoding.UTF8.GetBytes("as bound then"), "text/plain", "ID-1"));
        await Store.CompleteAsync(lease, first.Message, Result(new Unknown("silence"), DeliveryState.Unknown, Clock.GetUtcNow(), Clock.GetUtcNow()), Token);

        await ReopenAsync();
        var again = (await Store.FreezeHeadAsync(lease, _ => throw new InvalidOperationException("bytes are fixed at the first attempt"), Token)).ShouldNotBeNull();

        Encoding.UTF8.GetString(again.Message.Bytes.Span).ShouldBe("as bound then");
        (again.Message.ProtocolMessageId, again.Message.MediaType, again.Message.Attempt, again.Unknowns, again.Failures, again.Interrupted)
            .ShouldBe(("ID-1", "text/plain", 2, 1, 1, false));
    }

    [Fact]
    public async Task An_attempt_in_which_nothing_left_does_not_count_but_lengthens_the_wait()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var (lease, first) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, first.Message, Result(new Unavailable("refused") { NothingSent = true }, DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow()), Token);

        var again = (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull();

        (again.Message.Attempt, again.Failures).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_taken_over_and_the_late_answer_is_evidence_only()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var (slow, attempt) = await BeginAsync("gp-elm");
        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, Lease), Token)).ShouldBeEmpty();

        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        var (quick, second) = await BeginAsync("gp-elm");
        second.Interrupted.ShouldBeTrue();
        second.Message.ProtocolMessageId.ShouldBe(attempt.Message.ProtocolMessageId);

        (await Store.CompleteAsync(slow, attempt.Message, Result(Accepted(attempt.Message.ProtocolMessageId, "<late/>"), DeliveryState.Delivered, Clock.GetUtcNow()), Token)).ShouldBeFalse();
        var view = await OneDeliveryAsync();
        view.Delivery.State.ShouldBe(DeliveryState.Sending);
        view.Answers.ShouldHaveSingleItem().Late.ShouldBeTrue();
        view.Attempts.Select(a => (a.Outcome, a.Late)).ShouldBe([("Delivered", true), (null, false)]);

        (await Store.CompleteAsync(quick, second.Message, Result(Accepted(second.Message.ProtocolMessageId), DeliveryState.Delivered, Clock.GetUtcNow()), Token)).ShouldBeTrue();
        (await OneDeliveryAsync()).Delivery.State.ShouldBe(DeliveryState.Delivered);
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task An_attempt_cut_off_by_a_crash_is_made_again_with_the_same_bytes()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var (_, first) = await BeginAsync("gp-elm");

        await ReopenAsync();
        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        var (_, again) = await BeginAsync("gp-elm");

        again.Interrupted.ShouldBeTrue();
        again.Message.Bytes.ToArray().ShouldBe(first.Message.Bytes.ToArray());
        (await OneDeliveryAsync()).Attempts.Select(a => a.Outcome).ShouldBe(["Interrupted", null]);
    }

    [Fact]
    public async Task A_lease_given_back_can_be_taken_at_once()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var lease = (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, Lease), Token)).ShouldHaveSingleItem();

        await Store.ReleaseAsync(lease, Token);

        (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldBeNull();
        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, Lease), Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_refused_is_told_again_by_the_next_message_and_done_when_that_is_accepted()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        var (lease, refused) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, refused.Message, Result(new Rejected("no"), DeliveryState.Refused, Clock.GetUtcNow()), Token);

        LaneHead? next = null;
        var second = await Store.FreezeHeadAsync(lease, head => Freeze(next = head), Token);
        next!.Anew!.NotAccepted.ShouldHaveSingleItem();
        Encoding.UTF8.GetString(next.Body.Span).ShouldBe("2");
        (await Timeline.CountOpenAsync(Token)).Refused.ShouldBe(1);

        await Store.CompleteAsync(lease, second!.Message, Result(Accepted(second.Message.ProtocolMessageId), DeliveryState.Delivered, Clock.GetUtcNow()), Token);
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_refused_message_that_may_not_be_passed_stops_its_lane()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm") with { StopsLaneWhenRefused = true }), Event(Known(person.PersonId), To("gp-elm"))), Token);
        var (lease, refused) = await BeginAsync("gp-elm");

        await Store.CompleteAsync(lease, refused.Message, Result(new Rejected("no"), DeliveryState.Refused, Clock.GetUtcNow()), Token);

        (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldBeNull();
        (await Store.PartnersWithWorkDueAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_held_partner_gets_nothing_until_it_is_released()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        var refusal = Result(new PartnerRefusesUs("HTTP 401"), DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow()) with { HoldPartner = "HTTP 401" };
        await Store.CompleteAsync(lease, attempt.Message, refusal, Token);

        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 9, Lease), Token)).ShouldBeEmpty();
        (await Store.PartnersWithWorkDueAsync(Token)).ShouldBeEmpty();

        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);
        (await SendAllAsync("gp-elm")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{\"id\":\"a much longer envelope than the body's own\",", 5000)]
    [InlineData("{}", 5000)]
    [InlineData("{}", 4)]
    [InlineData("", 5000)]
    public async Task Bytes_that_end_as_the_body_does_come_back_as_they_were_fixed(string envelope, int bodyLength)
    {
        var body = string.Concat(Enumerable.Range(0, bodyLength).Select(i => (char)('a' + (i * 7 % 26))));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "<body>" + body))), Token);
        var (first, attempt) = await BeginAsync("gp-elm", head => new FrozenMessage(Encoding.UTF8.GetBytes(envelope + body), "text/plain", "id-1"));
        await Store.CompleteAsync(first, attempt.Message, Result(new Unavailable("later"), DeliveryState.Waiting, Clock.GetUtcNow(), Clock.GetUtcNow()), Token);
        await Store.ReleaseAsync(first, Token);

        await ReopenAsync();
        var (_, again) = await BeginAsync("gp-elm", _ => throw new InvalidOperationException("bytes are fixed once"));

        Encoding.UTF8.GetString(again.Message.Bytes.Span).ShouldBe(envelope + body);
    }

    [Fact]
    public async Task What_is_for_professionals_only_does_not_count_as_telling_again_what_was_refused()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "A"), To("gp-elm", "B") with { Part = DocumentPart.ProfessionalsOnly })), Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(lease, attempt.Message, Result(new Rejected("no"), DeliveryState.Refused, Clock.GetUtcNow()), Token);
        await Store.ReleaseAsync(lease, Token);

        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew.ShouldBeNull("document B says nothing of document A");

        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "later"))), Token);
        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew!.NotAccepted.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("K\0 with a NUL")]
    [InlineData("K\ud800 with half a pair")]
    public async Task A_sender_s_text_that_a_column_cannot_hold_is_no_fault(string key)
    {
        var received = Received(key) with { Kind = key };
        var plan = Plan(key, Event(NewPerson(Person("P1")), To("gp-elm", "1") with { Title = key })) with { Received = received };

        (await Store.CommitAsync(plan, Token)).ShouldBeOfType<Committed>();
        (await Store.CommitAsync(plan with { ReceivedId = NewId() }, Token)).ShouldBeOfType<LostRace>();
        (await Store.FindEarlierAsync(received, Token)).ShouldNotBeNull();
        var (lease, attempt) = await BeginAsync("gp-elm");
        (await Store.CompleteAsync(lease, attempt.Message, Result(new Rejected("no: " + key), DeliveryState.Refused, Clock.GetUtcNow()), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_word_about_a_copy_that_is_held_does_not_let_go_a_lane_that_another_refusal_stopped()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        var (lease, refused) = await BeginAsync("gp-elm");
        await Store.CompleteAsync(
            lease, refused.Message, Result(new Rejected("30002"), DeliveryState.Refused, Clock.GetUtcNow()) with { HoldLane = "Not their patient." }, Token);
        var held = To("gp-elm", "2") with { HeldBecause = "A finding." };
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), held)), Token);

        (await Store.ReleaseDeliveryAsync(held.DeliveryId, "N. Okoro", "read it", Token)).ShouldBeTrue();
        (await SendAllAsync("gp-elm")).ShouldBeEmpty();

        (await Store.ReleaseDeliveryAsync(refused.Message.DeliveryId, "N. Okoro", "is their patient", Token)).ShouldBeTrue();
        (await SendAllAsync("gp-elm")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_head_put_off_by_our_own_fault_waits_and_says_why()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var lease = (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, Lease), Token))[0];

        await Store.PostponeAsync(lease, Clock.GetUtcNow().AddMinutes(5), "The hub failed at it.", null, Token);

        (await Store.PartnersWithWorkDueAsync(Token)).ShouldBeEmpty();
        (await OneDeliveryAsync()).Delivery.WaitingBecause.ShouldBe("The hub failed at it.");
        Clock.Advance(TimeSpan.FromMinutes(5));
        (await SendAllAsync("gp-elm")).Count.ShouldBe(1);
    }

    private async Task<(LaneLease Lease, StartedAttempt Attempt)> BeginAsync(string partner, Func<LaneHead, FrozenMessage>? freeze = null)
    {
        var lease = (await Store.ClaimAsync(new ClaimRequest(partner, 1, Lease), Token)).ShouldHaveSingleItem();
        return (lease, (await Store.FreezeHeadAsync(lease, freeze ?? Freeze, Token)).ShouldNotBeNull());
    }

    /// <summary>Delivers all that is due, and returns the bodies in the order they went.</summary>
    private async Task<List<string>> SendAllAsync(string partner) => [.. (await DrainAsync(partner)).Select(s => Encoding.UTF8.GetString(s.Message.Bytes.Span))];

    private async Task<List<LaneHead>> HeadsAsync(string partner) => [.. (await DrainAsync(partner)).Select(s => s.Head)];

    private async Task<List<(LaneHead Head, OutboundMessage Message)>> DrainAsync(string partner)
    {
        var sent = new List<(LaneHead, OutboundMessage)>();
        while (await Store.ClaimAsync(new ClaimRequest(partner, 1, Lease), Token) is [var lease])
        {
            LaneHead? head = null;
            while (await Store.FreezeHeadAsync(lease, h => Freeze(head = h), Token) is { } attempt)
            {
                sent.Add((head!, attempt.Message));
                (await Store.CompleteAsync(lease, attempt.Message, Result(Accepted(attempt.Message.ProtocolMessageId), DeliveryState.Delivered, Clock.GetUtcNow()), Token)).ShouldBeTrue();
            }
        }

        return sent;
    }

    private async Task<DeliveryView> OneDeliveryAsync() =>
        (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).ShouldHaveSingleItem();
}
