using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Proxy.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Hub.Tests.Support;

/// <summary>
/// A real hub that lives on a day of a journey: its clock is set and moved by the test, events come in as a source gives them, and each move of the clock lets the hub's own
/// sweeper hear what ran out. What was told is told by the hub, never by the test.
/// </summary>
internal sealed class HandoverStage : IAsyncDisposable
{
    public static readonly Team South = Cases.Cmht with { Organisation = OdsCode.Parse("RXN02"), LocalCode = "SCMHT" };
    public static readonly Team Willow = Cases.Ward with { Name = "Willow Ward", Organisation = OdsCode.Parse("RXN03"), LocalCode = "WILLOW" };
    public static readonly EpisodeKey Second = new(Cases.Trust, "E-2002");

    private readonly ShiftedTime clock;
    private int sent;

    private HandoverStage(TestHub hub, ShiftedTime clock) => (Hub, this.clock) = (hub, clock);

    public TestHub Hub { get; }

    public DateTimeOffset Now => clock.GetUtcNow();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A hub whose clock reads <paramref name="at"/>, an ISO time with its zone.</summary>
    public static async Task<HandoverStage> OpenAsync(string at)
    {
        var clock = new ShiftedTime();
        clock.Set(Time(at) - TimeProvider.System.GetUtcNow());
        return new HandoverStage(await TestHub.StartAsync(TestPartners.Patience, change: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock))), clock);
    }

    /// <summary>Time passes; what ran out meanwhile is heard.</summary>
    public async Task UntilAsync(string at)
    {
        clock.Advance(Time(at) - Now);
        await Hub.Host.Services.GetServices<IHostedService>().OfType<ObligationSweeper>().Single().SweepAsync(Token);
    }

    /// <summary>The sender reports these, one after the other; everybody who is told has been told when it returns.</summary>
    public async Task HearAsync(params CareEvent[] events)
    {
        foreach (var one in events)
        {
            var id = $"stage-{sent++}";
            (await Hub.Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(
                Plans.Received(id) with { SourceId = "north-epr", ReceivedAt = Now }, [one with { SourceMessageId = new(id) }], Token)).Outcome.ShouldBe(IntakeOutcome.Accepted);
        }

        await Hub.SettleAsync();
    }

    public async Task<HandoverView> ViewAsync(EpisodeKey? key = null)
    {
        var book = Hub.Host.Services.GetRequiredService<HandoverBook>();
        var episode = key ?? Cases.Episode;
        return (await book.HandoverAsync((await book.FindEpisodeAsync(episode.Organisation.Value, episode.LocalId, Token)).ShouldNotBeNull(), Token)).ShouldNotBeNull();
    }

    /// <summary>Everything owed or once owed of one kind in an episode.</summary>
    public async Task<IReadOnlyList<Obligation>> OfAsync(ObligationKind kind, EpisodeKey? key = null) =>
        [.. (await ViewAsync(key)).Obligations.Select(o => o.Entry.Obligation).Where(o => o.Kind == kind)];

    public async Task<Obligation> OneAsync(ObligationKind kind, string? subject = null, EpisodeKey? key = null) =>
        (await OfAsync(kind, key)).Single(o => subject is null || o.Subject == subject);

    public async Task<bool?> HoldsAsync(string check, EpisodeKey? key = null) => (await ViewAsync(key)).Checks.Single(c => c.Name == check).Holds;

    /// <summary>Somebody at the hub, or at the phone where a call is given, decides.</summary>
    public async Task<ActResult?> ActAsync(Obligation one, Func<Evidence, ObligationAct> act, PhoneCall? call = null, ActChannel? channel = null) =>
        await Hub.Host.Services.GetRequiredService<ObligationDesk>().ActAsync(
            one.Id, act(new Evidence { At = Now, Channel = channel ?? (call is null ? ActChannel.Person : ActChannel.Phone), By = "Nora Nurse", Role = "shift lead", Call = call }), null, Token);

    /// <summary>What people were told about one obligation by its clock, in order.</summary>
    public async Task<IReadOnlyList<AttentionRow>> ToldAsync(Obligation one)
    {
        await using var context = global::Hub.Proxy.Store.StoreStart.Context(Hub.Host.Services.GetRequiredService<global::Hub.Proxy.Store.StoreOptions>());
        return [.. context.Attention.Where(a => a.ObligationId == one.Id).ToList().Where(a => a.Kind.StartsWith("overdue-", StringComparison.Ordinal)).OrderBy(a => a.CreatedAt)];
    }

    public async Task<IReadOnlyList<AttentionRow>> AlertsAsync(string kind) => [.. (await Hub.Timeline.AttentionAsync(500, Token)).Where(a => a.Kind == kind)];

    public static DateTimeOffset Time(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);

    public static PatientRef Person(string given, string family, string? number, string local) => Cases.Ama with
    {
        NhsNumber = number is null ? null : Cases.Number(number), NhsNumberStatus = number is null ? NhsNumberStatus.NotPresentTraceNotRequired : NhsNumberStatus.Verified, LocalIds = [new("RX1", local)],
        Name = new() { Family = family, Given = [given] }, GpPractice = OdsCode.Parse("Y99001"),
    };

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
