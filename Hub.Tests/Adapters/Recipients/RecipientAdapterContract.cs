using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients;

/// <summary>What every recipient adapter must do, on real sockets. A new adapter inherits this and is held to all of it.</summary>
public abstract class RecipientAdapterContract : IAsyncLifetime
{
    // The clock of waiting runs on; only a test moves it ahead.
    private readonly ShiftedTime clock = new();
    private readonly ServiceProvider services;
    private readonly List<IAsyncDisposable> open = [];
    private readonly string protocol;

    protected RecipientAdapterContract(string protocol)
    {
        this.protocol = protocol;
        services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddHubAdapters().BuildServiceProvider();
    }

    protected static Guid MessageId { get; } = Guid.Parse("6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20");

    protected CancellationToken Cancelled { get; } = TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var item in open)
        {
            await item.DisposeAsync();
        }

        await services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Acceptance_of_our_message_by_its_id_is_Delivered()
    {
        var (partner, outcome) = await DeliverToAsync("ok");

        ShouldBeTaken(outcome, partner.Received.Single().MessageId);
        outcome.Evidence.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_partner_gets_exactly_the_frozen_bytes()
    {
        var (partner, _) = await DeliverToAsync("ok");

        partner.Received.Single().Bytes.ToArray().ShouldBe(Message().Bytes.ToArray());
    }

    [Fact]
    public async Task A_message_refused_for_good_is_Rejected() => (await DeliverToAsync("fatal")).Outcome.ShouldBeOfType<Rejected>();

    [Fact]
    public async Task A_partner_that_asks_for_the_message_later_is_Unavailable_and_that_was_an_attempt() =>
        (await DeliverToAsync("transient")).Outcome.ShouldBeOfType<Unavailable>().NothingSent.ShouldBeFalse();

    [Theory]
    [InlineData("wrong-id")]
    [InlineData("garbage")]
    [InlineData("noise")]
    [InlineData("cut")]
    [InlineData("half")]
    [InlineData("huge")]
    public async Task An_answer_that_is_not_a_whole_readable_answer_to_this_message_is_Unknown(string fault)
    {
        var (partner, outcome) = await DeliverToAsync(fault);

        outcome.ShouldBeOfType<Unknown>();
        partner.Received.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("dribble")]
    [InlineData("late:1600")]
    public async Task Silence_past_the_time_out_is_Unknown_and_ends_within_it(string fault)
    {
        var started = TimeProvider.System.GetTimestamp();

        var (partner, outcome) = await DeliverToAsync(fault, TimeSpan.FromSeconds(1));

        outcome.ShouldBeOfType<Unknown>();
        partner.Received.Count.ShouldBe(1);
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task A_refused_connection_is_Unavailable_and_no_attempt()
    {
        var partner = await PartnerAsync("ok");
        await partner.StopListeningAsync();

        var outcome = await Adapter(partner, TimeSpan.FromSeconds(5)).DeliverAsync(Message(), Cancelled);

        outcome.ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_partner_that_was_down_is_delivered_to_when_it_is_back()
    {
        var partner = await PartnerAsync("ok");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(5));
        ShouldBeTaken(await adapter.DeliverAsync(Message(), Cancelled));
        await partner.StopListeningAsync();
        (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unavailable>();
        partner.Resume();

        ShouldBeTaken(await adapter.DeliverAsync(Message(), Cancelled));
    }

    [Theory]
    [InlineData("ok")]
    [InlineData("transient")]
    [InlineData("cut")]
    [InlineData("half")]
    public async Task One_call_makes_one_request(string fault)
    {
        var (partner, _) = await DeliverToAsync(fault);
        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, Cancelled);

        partner.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_answer_to_one_message_is_never_taken_for_the_next_one()
    {
        var partner = await PartnerAsync("ok");
        partner.Script.Then("twice").Then("silent");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(1));

        ShouldBeTaken(await adapter.DeliverAsync(Message(), Cancelled));
        (await adapter.DeliverAsync(Message(Guid.Parse("11111111-2222-5333-8444-555555555555")), Cancelled)).ShouldNotBeOfType<Delivered>();
    }

    [Fact]
    public async Task A_late_answer_to_one_message_is_never_taken_for_the_next_one()
    {
        var partner = await PartnerAsync("ok");
        partner.Script.Then("late-ack").Then("ok");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(1));

        (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unknown>();
        var second = await adapter.DeliverAsync(Message(Guid.Parse("11111111-2222-5333-8444-555555555555")), Cancelled);
        second.ShouldNotBeOfType<Delivered>();
        second.GetType().ShouldBe(AnswersNameTheMessage ? typeof(Unknown) : typeof(Awaited));
    }

    [Fact]
    public async Task After_many_failures_a_partner_is_left_alone_and_that_is_no_attempt_until_its_trial()
    {
        var partner = await PartnerAsync("cut");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(5));
        var breakers = services.GetRequiredService<PartnerBreakers>();
        for (var i = 0; i < 8; i++)
        {
            breakers.StateOf("test-" + protocol).State.ShouldBe(BreakerState.Closed);
            (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unknown>();
        }

        var untried = (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unavailable>();
        (untried.NothingSent, untried.NotTried).ShouldBe((true, true));
        partner.Received.Count.ShouldBe(8);
        breakers.StateOf("test-" + protocol).State.ShouldBe(BreakerState.Open);

        partner.Script.Always = SimulatorFault.None;
        clock.Advance(TimeSpan.FromSeconds(5));
        breakers.StateOf("test-" + protocol).State.ShouldBe(BreakerState.TrialDue);
        ShouldBeTaken(await adapter.DeliverAsync(Message(), Cancelled));
        breakers.StateOf("test-" + protocol).ShouldBe(new BreakerView(BreakerState.Closed, null));
    }

    [Fact]
    public async Task A_partner_that_answers_with_refusals_is_well_and_never_left_alone()
    {
        var partner = await PartnerAsync("AE");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(5));
        for (var n = 1; n <= 20; n++)
        {
            (await adapter.DeliverAsync(Message(new Guid(n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), Cancelled)).ShouldBeOfType<Rejected>();
        }
    }

    [Fact]
    public async Task A_shutdown_is_thrown_and_is_no_outcome()
    {
        var partner = await PartnerAsync("silent");
        using var shutdown = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var delivery = Adapter(partner, TimeSpan.FromSeconds(20)).DeliverAsync(Message(), shutdown.Token);
        while (partner.Received.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        }

        await shutdown.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => delivery);
    }

    [Fact]
    public async Task The_same_draft_freezes_to_the_same_bytes()
    {
        var partner = await PartnerAsync("ok");
        var draft = Draft(partner);

        var first = Adapter(partner, TimeSpan.FromSeconds(5)).Freeze(draft);
        var second = Adapter(partner, TimeSpan.FromSeconds(5)).Freeze(draft with { Body = draft.Body.ToArray() });

        second.Bytes.ToArray().ShouldBe(first.Bytes.ToArray());
        second.ProtocolMessageId.ShouldBe(first.ProtocolMessageId);
    }

    [Fact]
    public async Task What_was_frozen_is_delivered_and_answered_under_its_own_id()
    {
        var partner = await PartnerAsync("ok");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(5));
        var frozen = adapter.Freeze(Draft(partner));

        var outcome = await adapter.DeliverAsync(Outbound(frozen.ProtocolMessageId, frozen.Bytes, frozen.MediaType), Cancelled);

        ShouldBeTaken(outcome);
        partner.Received.Single().MessageId.ShouldBe(frozen.ProtocolMessageId);
    }

    /// <summary>False for a carrier, which says that it took what came by this very request, and gives it a name of its own.</summary>
    protected virtual bool AnswersNameTheMessage => true;

    /// <summary>Good as it can be: the recipient's own acceptance of this message. A carrier's acceptance is never that.</summary>
    protected virtual void ShouldBeTaken(DeliveryOutcome outcome, string? messageId = null)
    {
        var answer = outcome.ShouldBeOfType<Delivered>().Answer;
        answer.AnswersMessageId.ShouldBe(messageId ?? answer.AnswersMessageId);
    }

    /// <summary>A scripted partner of this protocol.</summary>
    protected abstract Task<SimulatedPartner> StartAsync(SimulatorScript script);

    protected abstract object Settings(SimulatedPartner partner, TimeSpan timeout);

    /// <summary>A message of this protocol, as frozen bytes.</summary>
    protected abstract OutboundMessage Message(Guid? id = null);

    protected async Task<SimulatedPartner> PartnerAsync(string fault)
    {
        var partner = await StartAsync(SimulatorScript.Answering(fault));
        open.Add(partner);
        return partner;
    }

    protected IRecipientAdapter Adapter(SimulatedPartner partner, TimeSpan timeout) => Adapter(File(Settings(partner, timeout)));

    protected IRecipientAdapter Adapter(PartnerFile file)
    {
        var speaks = services.GetServices<IRecipientProtocol>().Single(p => p.Name == protocol);
        speaks.Check(file).ShouldBeEmpty();
        var adapter = speaks.Create(file);
        open.Insert(0, adapter);
        return adapter;
    }

    protected PartnerFile File(object settings) => new()
    {
        Id = "test-" + protocol,
        Name = "Test partner",
        Role = PartnerRole.Recipient,
        Audience = Audience.Gp,
        Organisation = OdsCode.Parse("Y12345"),
        Protocol = protocol,
        Settings = JsonSerializer.SerializeToElement(settings),
    };

    protected MessageDraft Draft(SimulatedPartner partner) => new()
    {
        Body = SampleBundle.Bytes(),
        MessageId = MessageId,
        Partner = File(Settings(partner, TimeSpan.FromSeconds(5))),
        ReceivedAt = new DateTimeOffset(2026, 5, 15, 17, 41, 3, TimeSpan.Zero),
    };

    protected async Task<(SimulatedPartner Partner, DeliveryOutcome Outcome)> DeliverToAsync(string fault, TimeSpan? timeout = null)
    {
        var partner = await PartnerAsync(fault);
        var outcome = await Adapter(partner, timeout ?? TimeSpan.FromSeconds(10)).DeliverAsync(Message(), Cancelled);
        return (partner, outcome);
    }

    protected OutboundMessage Outbound(string id, ReadOnlyMemory<byte> bytes, string mediaType) => new()
    {
        DeliveryId = Guid.Parse("01900000-0000-7000-8000-000000000001"),
        PartnerId = "test-" + protocol,
        LaneId = 7,
        ProtocolMessageId = id,
        Bytes = bytes,
        MediaType = mediaType,
        Attempt = 1,
    };
}
