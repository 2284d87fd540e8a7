using System.Text;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Proxy.Dispatch;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>Answers that come later, by another way than the attempt's connection.</summary>
public abstract partial class MessageStoreContract
{
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);
    private static readonly DeliverySchedule Schedule = new(new DispatchOptions(), () => 0.5);
    private static readonly PartnerFile Elm = new() { Id = "gp-elm", Name = "Elm Surgery", Role = PartnerRole.Recipient, Protocol = "fhir-messaging" };

    [Fact]
    public async Task What_was_taken_to_be_answered_later_is_unfinished_and_holds_up_nothing_and_is_not_sent_again()
    {
        var person = await AwaitOneAsync("C1");

        await Store.CommitAsync(Plan("K2", Event(Known(person), To("gp-elm", "2"))), Token);
        (await SendAllAsync("gp-elm")).ShouldBe(["2"]);
        Clock.Advance(TimeSpan.FromDays(300));
        (await SendAllAsync("gp-elm")).ShouldBeEmpty();
        await Store.HoldPartnerAsync("gp-elm", "a test", "T. Ester", Token);
        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);

        var first = await FirstAsync();
        (first.Delivery.State, first.Delivery.FinishedAt, first.Delivery.CarrierId).ShouldBe((DeliveryState.Awaited, null, "C1"));
        (first.Delivery.AwaitedSince, first.Delivery.AwaitedUntil).ShouldBe((Monday, Monday + Silence));
        (await Timeline.CountOpenAsync(Token)).ShouldBe(new OpenCounts(Waiting: 0, Sending: 0, Unknown: 0, Held: 0, Unroutable: 0, Refused: 0, Awaited: 1));
        (await Store.FindBacklogAsync("gp-elm", Token)).ShouldBe(new PartnerBacklog(0, 0, null, Monday, DeliveriesAwaited: 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_yes_that_comes_later_ends_it_and_is_kept_with_its_words_whichever_name_it_goes_by(bool byMessage)
    {
        await AwaitOneAsync("C1");
        await ReopenAsync();

        var answer = Later(new Delivered(Accepted(await MessageIdAsync()).Answer), "<yes/>") with { CarrierId = "C1" };
        (await AnswerAsync(byMessage ? answer with { ProtocolMessageId = await MessageIdAsync(), CarrierId = null } : answer)).ShouldBe(AnswerTaking.Taken);

        var first = await FirstAsync();
        (first.Delivery.State, first.Delivery.FinishedAt, first.Delivery.AnswerStage).ShouldBe((DeliveryState.Delivered, Monday, AnswerStage.Business));
        var kept = first.Answers.ShouldHaveSingleItem();
        (kept.Outcome, kept.SentCode, kept.Stage, kept.Late).ShouldBe(("Delivered", "AA", AnswerStage.Business, false));
        (await EvidenceAsync(kept.EvidencePayloadId)).ShouldBe("<yes/>");
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_later_yes_makes_what_was_asked_received_and_no_more_and_a_later_no_puts_it_to_the_front()
    {
        foreach (var (outcome, state) in new (Func<string, DeliveryOutcome>, ObligationState)[] { (id => Accepted(id), ObligationState.Received), (_ => new Rejected("no"), ObligationState.Requested) })
        {
            var (one, delivery) = await AskAsync(ObligationKind.CmhtAccepts, subject: state.ToString(), expectedEpisode: state == ObligationState.Received ? 0 : 1);
            await AwaitAsync("cmht-south", null);
            (await ReadAsync(one)).State.ShouldBe(ObligationState.Requested);

            var id = "id-" + delivery.ToString("N");
            await AnswerAsync(Later(outcome(id)) with { PartnerId = "cmht-south", ProtocolMessageId = id });

            var obligation = await ReadAsync(one);
            (obligation.State, obligation.Owner, obligation.IsOpen, obligation.Urgent).ShouldBe((state, null, true, state == ObligationState.Requested));
        }
    }

    [Fact]
    public async Task What_is_refused_after_others_have_gone_past_is_told_again_by_the_next_message()
    {
        var person = await AwaitOneAsync("C1");
        await Store.CommitAsync(Plan("K2", Event(Known(person), To("gp-elm", "2"))), Token);
        await SendAllAsync("gp-elm");

        (await AnswerAsync(Later(new Rejected("no") { Code = "REC_CONFLICT" }) with { CarrierId = "C1" })).ShouldBe(AnswerTaking.Taken);

        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Refused);
        (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem().Kind.ShouldBe("refused");
        await Store.CommitAsync(Plan("K3", Event(Known(person), To("gp-elm", "3"))), Token);
        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew!.NotAccepted.ShouldHaveSingleItem();
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_message_tells_again_is_told_a_third_time_only_where_that_message_is_refused_too()
    {
        var person = await AwaitOneAsync("C1");
        await AnswerAsync(Later(new Rejected("no")) with { CarrierId = "C1" });
        await Store.CommitAsync(Plan("K2", Event(Known(person), To("gp-elm", "2"))), Token);
        await AwaitAsync("gp-elm", "C2");

        await Store.CommitAsync(Plan("K3", Event(Known(person), To("gp-elm", "3"))), Token);
        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew.ShouldBeNull();
        await AnswerAsync(Later(new Rejected("no again"), "<no again/>") with { CarrierId = "C2" });
        await Store.CommitAsync(Plan("K4", Event(Known(person), To("gp-elm", "4"))), Token);

        (await HeadsAsync("gp-elm")).ShouldHaveSingleItem().Anew!.NotAccepted.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Not_our_patient_and_a_refused_withdrawal_stop_the_lane_however_late_they_come(bool notOurs)
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1") with { StopsLaneWhenRefused = !notOurs })), Token);
        await AwaitAsync("gp-elm", "C1");

        await AnswerAsync(Later(new Rejected("no") { NotOurPatient = notOurs, Code = "30002" }) with { CarrierId = "C1" });

        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        (await SendAllAsync("gp-elm")).ShouldBeEmpty();
        (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem().Kind.ShouldBe(notOurs ? "not-our-patient" : "refused");
    }

    [Fact]
    public async Task A_later_come_back_sends_the_same_bytes_again()
    {
        await AwaitOneAsync("C1");

        await AnswerAsync(Later(new Unavailable("locked")) with { CarrierId = "C1" });

        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Waiting);
        Clock.Advance(TimeSpan.FromHours(1));
        (await SendAllAsync("gp-elm")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task The_same_answer_again_changes_nothing_and_another_one_is_kept_and_a_person_told_where_they_disagree()
    {
        await AwaitOneAsync("C1");
        var yes = Later(Accepted("x")) with { CarrierId = "C1" };

        (await AnswerAsync(yes)).ShouldBe(AnswerTaking.Taken);
        (await AnswerAsync(yes)).ShouldBe(AnswerTaking.Repeated);
        (await AnswerAsync(yes with { Evidence = "<the same in a new envelope/>"u8.ToArray() })).ShouldBe(AnswerTaking.Repeated);
        (await AnswerAsync(yes with { Stage = AnswerStage.Technical, Outcome = null, Evidence = "<read/>"u8.ToArray() })).ShouldBe(AnswerTaking.TooLate);
        (await Timeline.AttentionAsync(10, Token)).ShouldBeEmpty();
        (await AnswerAsync(yes with { Outcome = new Rejected("no"), Evidence = "<no/>"u8.ToArray() })).ShouldBe(AnswerTaking.TooLate);

        var first = await FirstAsync();
        (first.Delivery.State, first.Delivery.AnswerStage).ShouldBe((DeliveryState.Delivered, AnswerStage.Business));
        first.Answers.Select(a => (a.Outcome, a.Late)).ShouldBe([("Delivered", false), ("Technical", true), ("Rejected", true)]);
        (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem().Kind.ShouldBe("answers-disagree");
    }

    [Fact]
    public async Task Nobody_answers_what_another_partner_was_sent_and_what_answers_nothing_is_kept_for_a_person()
    {
        await AwaitOneAsync("C1");
        var (id, stolen) = (await MessageIdAsync(), Later(Accepted("x"), "<stolen/>") with { PartnerId = "gp-other" });

        (await AnswerAsync(stolen with { ProtocolMessageId = id })).ShouldBe(AnswerTaking.NotOurs);
        (await AnswerAsync(stolen with { ProtocolMessageId = id })).ShouldBe(AnswerTaking.NotOurs);
        (await AnswerAsync(stolen with { CarrierId = "C1" })).ShouldBe(AnswerTaking.NotOurs);
        (await AnswerAsync(Later(Accepted("x")) with { ProtocolMessageId = "id-of-nothing" })).ShouldBe(AnswerTaking.NotOurs);

        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Awaited);
        var entries = (await Timeline.AttentionAsync(10, Token)).ToDictionary(a => a.PartnerId!);
        entries.Values.ShouldAllBe(a => a.Kind == "answers-nothing");
        (entries["gp-other"].Count, entries["gp-elm"].Count).ShouldBe((3, 1));
        Encoding.UTF8.GetString((await Timeline.OriginalAsync(entries["gp-other"].ReceivedId!.Value, Token)).ShouldNotBeNull()).ShouldBe("<stolen/>");
    }

    [Fact]
    public async Task An_answer_that_comes_before_its_attempt_has_ended_stands_and_the_lane_goes_on()
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1")), Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        var (lease, attempt) = await BeginAsync("gp-elm");

        (await AnswerAsync(Later(Accepted("x")) with { ProtocolMessageId = attempt.Message.ProtocolMessageId })).ShouldBe(AnswerTaking.Taken);
        (await Store.CompleteAsync(lease, attempt.Message, Schedule.Next(new Awaited("C1", Silence), attempt, Elm, Monday, Monday), Token)).ShouldBeFalse();
        await Store.ReleaseAsync(lease, Token);

        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Delivered);
        (await FirstAsync()).Attempts.ShouldHaveSingleItem().Outcome.ShouldBe("Awaited");
        (await SendAllAsync("gp-elm")).ShouldBe(["2"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_attempt_itself_hears_otherwise_after_that_a_person_is_told(bool agrees)
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        var (lease, attempt) = await BeginAsync("gp-elm");
        await AnswerAsync(Later(Accepted("x")) with { ProtocolMessageId = attempt.Message.ProtocolMessageId });

        DeliveryOutcome heard = agrees ? Accepted("x") : new Rejected("no");
        (await Store.CompleteAsync(lease, attempt.Message, Schedule.Next(heard, attempt, Elm, Monday, Monday), Token)).ShouldBeFalse();

        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Delivered);
        (await Timeline.AttentionAsync(10, Token)).Select(a => a.Kind).ShouldBe(agrees ? [] : ["answers-disagree"]);
    }

    [Fact]
    public async Task Of_an_answer_and_the_end_of_its_attempt_that_race_the_answer_always_stands()
    {
        for (var i = 0; i < 24; i++)
        {
            await Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm"))), Token);
        }

        var begun = new List<(LaneLease Lease, StartedAttempt Attempt)>();
        foreach (var lease in await Store.ClaimAsync(new ClaimRequest("gp-elm", 24, Lease), Token))
        {
            begun.Add((lease, (await Store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull()));
        }

        var answers = begun.Select(b => Task.Run(() => AnswerAsync(Later(Accepted("x")) with { ProtocolMessageId = b.Attempt.Message.ProtocolMessageId }), Token)).ToList();
        var ends = begun.Select(b => Task.Run(() => Store.CompleteAsync(b.Lease, b.Attempt.Message, Schedule.Next(new Awaited(null, Silence), b.Attempt, Elm, Monday, Monday), Token), Token));
        await Task.WhenAll(ends.Concat<Task>(answers));

        (await Task.WhenAll(answers)).ShouldAllBe(a => a == AnswerTaking.Taken);
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_yes_after_an_attempt_that_nobody_could_tell_of_ends_it_and_it_is_not_sent_again()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        await EndAsync("gp-elm", new Unknown("silence"), DeliveryState.Unknown, Clock.GetUtcNow().AddMinutes(1));

        (await AnswerAsync(Later(Accepted("x")) with { ProtocolMessageId = await MessageIdAsync() })).ShouldBe(AnswerTaking.Taken);

        Clock.Advance(TimeSpan.FromDays(1));
        (await SendAllAsync("gp-elm")).ShouldBeEmpty();
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_not_sent_yet_cannot_be_answered()
    {
        var delivery = To("gp-elm");
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), delivery)), Token);

        (await AnswerAsync(Later(Accepted("x")) with { ProtocolMessageId = "id-" + delivery.DeliveryId.ToString("N") })).ShouldBe(AnswerTaking.NotOurs);
    }

    [Fact]
    public async Task Stages_on_the_way_are_kept_and_never_taken_back_and_end_nothing()
    {
        await AwaitOneAsync("C1");
        LateAnswer Stage(AnswerStage stage, DeliveryOutcome? outcome = null) => Later(outcome, $"<{stage}/>") with { CarrierId = "C1", Stage = stage };

        (await AnswerAsync(Stage(AnswerStage.Technical, new Unknown("an answer that says nothing")))).ShouldBe(AnswerTaking.Taken);
        (await AnswerAsync(Stage(AnswerStage.Collected))).ShouldBe(AnswerTaking.Taken);
        (await AnswerAsync(Stage(AnswerStage.Collected))).ShouldBe(AnswerTaking.Repeated);

        var first = await FirstAsync();
        (first.Delivery.State, first.Delivery.AnswerStage).ShouldBe((DeliveryState.Awaited, AnswerStage.Technical));
        first.Answers.Select(a => a.Outcome).ShouldBe(["Technical", "Collected"]);
    }

    [Fact]
    public async Task A_silence_that_is_too_long_is_told_once_by_whoever_looks_and_the_entry_closes_when_the_answer_comes()
    {
        await AwaitOneAsync("C1");
        (await Store.NextSilenceAsync(Token)).ShouldBe(Monday + Silence);
        (await TellSilenceAsync()).ShouldBe(0);

        Clock.Advance(Silence);
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TellSilenceAsync(), Token)))).Sum().ShouldBe(1);
        Clock.Advance(TimeSpan.FromDays(30));
        (await TellSilenceAsync()).ShouldBe(0);

        var entry = (await Timeline.AttentionAsync(10, Token)).ShouldHaveSingleItem();
        (entry.Kind, entry.Owner, entry.Count).ShouldBe(("no-answer", "Hub operator", 1));
        entry.Reason.ShouldContain("2026-05-04 09:00 UTC");
        ((await FirstAsync()).Delivery.State, await Store.NextSilenceAsync(Token)).ShouldBe((DeliveryState.Awaited, null));

        (await AnswerAsync(Later(Accepted("x")) with { CarrierId = "C1" })).ShouldBe(AnswerTaking.Taken);
        (await Timeline.AttentionAsync(10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_has_it_sent_again_after_a_silence_and_not_before_nor_past_what_is_newer()
    {
        var person = await AwaitOneAsync("C1");
        var id = (await FirstAsync()).Delivery.Id;
        (await Store.ReleaseDeliveryAsync(id, "Nora Nurse", "too early", Token)).ShouldBeFalse();

        Clock.Advance(Silence);
        await TellSilenceAsync();
        (await Store.ReleaseDeliveryAsync(id, "Nora Nurse", "they do not have it", Token)).ShouldBeTrue();
        await AwaitAsync("gp-elm", "C2");
        (await Timeline.AttentionAsync(10, Token)).ShouldBeEmpty();

        await Store.CommitAsync(Plan("K2", Event(Known(person), To("gp-elm", "2"))), Token);
        await SendAllAsync("gp-elm");
        Clock.Advance(Silence);
        (await TellSilenceAsync()).ShouldBe(1);
        (await Store.ReleaseDeliveryAsync(id, "Nora Nurse", "still not", Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Places_hidden_while_an_answer_is_awaited_hold_only_what_would_go_again()
    {
        var person = await AwaitOneAsync("C1");
        var hidden = Known(person) with { Identity = Person("P1") with { LocationHiding = LocationHiding.National }, HidePlacesBecause = "Route not confirmed." };
        await Store.CommitAsync(Plan("K2", Event(hidden)), Token);
        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Awaited);
        (await Timeline.AttentionAsync(10, Token)).Select(a => a.Kind).ShouldBe(["places-already-sent"]);

        await AnswerAsync(Later(new Unavailable("locked")) with { CarrierId = "C1" });

        (await FirstAsync()).Delivery.State.ShouldBe(DeliveryState.Held);
        Clock.Advance(TimeSpan.FromDays(1));
        (await SendAllAsync("gp-elm")).ShouldBeEmpty();
    }

    private async Task<Guid> AwaitOneAsync(string? carrier)
    {
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1"))), Token);
        await AwaitAsync("gp-elm", carrier);
        return person.PersonId;
    }

    private protected async Task AwaitAsync(string partner, string? carrier)
    {
        var (lease, attempt) = await BeginAsync(partner);
        var now = Clock.GetUtcNow();
        (await Store.CompleteAsync(lease, attempt.Message, Schedule.Next(new Awaited(carrier, Silence), attempt, Elm, now, now), Token)).ShouldBeTrue();
    }

    private protected static LateAnswer Later(DeliveryOutcome? outcome, string evidence = "<answer/>") =>
        new() { PartnerId = "gp-elm", Stage = AnswerStage.Business, Outcome = outcome, Evidence = Encoding.UTF8.GetBytes(evidence) };

    private protected Task<AnswerTaking> AnswerAsync(LateAnswer answer, IMessageStore? node = null) =>
        new AnswerIntake(node ?? Store, new FixedPartners(Elm), Schedule, NullLogger<AnswerIntake>.Instance).AcceptAsync(answer, Token);

    private protected Task<int> TellSilenceAsync(IMessageStore? node = null) => (node ?? Store).TellSilenceAsync((silent, now) => AnswerEntries.Silence(Elm, silent, now), 10, Token);

    /// <summary>The delivery of the first message.</summary>
    private async Task<DeliveryView> FirstAsync() =>
        (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).Single(r => r.Received.MessageKey == "K1").Events[0].Deliveries.ShouldHaveSingleItem();

    private async Task<string> MessageIdAsync() => (await FirstAsync()).Delivery.ProtocolMessageId.ShouldNotBeNull();

    private async Task<string> EvidenceAsync(long? payload)
    {
        await using var context = NewContext();
        return Encoding.UTF8.GetString((await StoredMessages.ContentAsync(context, payload.ShouldNotBeNull(), Token)).ShouldNotBeNull());
    }
}
