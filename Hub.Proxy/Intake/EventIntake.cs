using System.Diagnostics;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Upkeep;
using Hub.Proxy.Telemetry;

namespace Hub.Proxy.Intake;

/// <summary>
/// Steps 2 to 6 of the path, in order: seen before? choose, compose, check, store. When it returns, everything is committed and the
/// source may answer its sender (Idempotent Receiver, Invalid Message Channel).
/// </summary>
internal sealed partial class EventIntake(
    IMessageStore store, IntakePlanner planner, IPartnerDirectory partners, IDoorbell doorbell, DiskWatch disk, UnmappedCodes unmapped, TimeProvider time,
    ILogger<EventIntake> logger, PracticeOnRecord? practices = null) : IEventIntake
{
    // A person or episode that moves under a plan is composed again; this many in a row means a fault, not a race.
    private const int MostPlans = 50;

    public async Task<IntakeReceipt> AcceptAsync(ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var receipt = await TakeAsync(received, events, cancellationToken);
        HubMeters.Took(received.SourceId, receipt.Outcome, receipt.Repeated, time.GetElapsedTime(began));
        return receipt;
    }

    private async Task<IntakeReceipt> TakeAsync(ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.Accept);
        disk.RequireRoom();
        received = AsStored(received);
        if (await store.FindEarlierAsync(received, cancellationToken) is { } earlier)
        {
            return await AnswerEarlierAsync(earlier, received, cancellationToken);
        }

        events = practices is null ? events : await practices.CompleteAsync(events, cancellationToken);
        var receivedId = Guid.CreateVersion7(time.GetUtcNow());
        for (var plans = 0; plans < MostPlans; plans++)
        {
            var plan = Stamped(await PlanAsync(receivedId, received, events, cancellationToken));

            switch (await store.CommitAsync(plan, cancellationToken))
            {
                case Committed committed:
                    Ring(plan);
                    unmapped.Count(received.SourceId, events);
                    LogTaken(received.SourceId, received.Kind, plan.Outcome, plan.Events.Count, plan.Events.Sum(e => e.Deliveries.Count));
                    return committed.Receipt;
                case LostRace lost:
                    return await AnswerEarlierAsync(lost.Winner, received, cancellationToken); // two copies of one message raced
                case StateMoved:
                    continue; // composed from a state that no longer stands
            }
        }

        throw new StorageUnavailableException("The person or episode kept changing while this message was composed.");
    }

    public async Task<IntakeReceipt> RefuseAsync(ReceivedMessage received, Refusal refusal, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        disk.RequireRoom();
        received = AsStored(received);
        var plan = Stamped(IntakePlanner.PlanRefusal(Guid.CreateVersion7(time.GetUtcNow()), received, refusal, time));
        LogRefused(received.SourceId, received.Kind, plan.Outcome, string.Join(",", refusal.Problems.Select(p => p.Code)));
        if (await store.CommitAsync(plan, cancellationToken) is not Committed committed)
        {
            throw new StorageUnavailableException("A refused message could not be kept.");
        }

        HubMeters.Took(received.SourceId, plan.Outcome, repeated: false, time.GetElapsedTime(began));
        return committed.Receipt;
    }

    /// <summary>Choose, compose, check.</summary>
    private async Task<IntakePlan> PlanAsync(Guid receivedId, ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.Plan);
        return await planner.PlanAsync(receivedId, received, events, cancellationToken);
    }

    private async Task<IntakeReceipt> AnswerEarlierAsync(EarlierMessage earlier, ReceivedMessage received, CancellationToken cancellationToken)
    {
        if (earlier.ContentHash.Span.SequenceEqual(received.ContentHash.Span))
        {
            LogRepeated(received.SourceId, received.Kind);
            await store.NoteRepeatAsync(earlier.Receipt.ReceivedId, cancellationToken);
            return earlier.Receipt.AsRepeated();
        }

        // Same key, other content: kept whole, and a person says "new" or "same" (clinical rule 3).
        var plan = Stamped(IntakePlanner.PlanConflict(Guid.CreateVersion7(time.GetUtcNow()), received, earlier.Receipt.ReceivedId, time));
        return await store.CommitAsync(plan, cancellationToken) switch
        {
            Committed committed => committed.Receipt,
            LostRace lost => lost.Winner.Receipt.AsRepeated(),
            _ => throw new StorageUnavailableException("A conflicting message could not be kept."),
        };
    }

    /// <summary>To the millisecond, as the store keeps it: what is composed again from there must be the same bytes.</summary>
    private static ReceivedMessage AsStored(ReceivedMessage received) =>
        received with { ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(received.ReceivedAt.ToUnixTimeMilliseconds()) };

    /// <summary>By which file and version: kept with the message, so that what is asked about it later can be answered truly.</summary>
    private IntakePlan Stamped(IntakePlan plan) => plan with { SourceFileHash = partners.Find(plan.Received.SourceId)?.Hash, MappingVersion = MappingVersion.Current, TraceParent = TraceParent(Activity.Current) };

    /// <summary>The frame or request that the message came in by, and not the step in which this is asked: what follows is a part of that.</summary>
    private static string? TraceParent(Activity? now)
    {
        while (now is { Source.Name: HubSteps.SourceName, Parent: { } above })
        {
            now = above;
        }

        return now is { IdFormat: ActivityIdFormat.W3C } ? now.Id : null;
    }

    private void Ring(IntakePlan plan)
    {
        using var step = HubSteps.Start(HubSteps.Ring);
        var partners = plan.Events.SelectMany(e => e.Deliveries).Where(d => d is { HasLane: true, HeldBecause: null }).Select(d => d.PartnerId!).Distinct().ToList();
        if (partners.Count > 0)
        {
            doorbell.Ring(partners);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "{Source} {Kind}: {Outcome}, {Events} event(s), {Deliveries} delivery(ies)")]
    private partial void LogTaken(string source, string? kind, IntakeOutcome outcome, int events, int deliveries);

    [LoggerMessage(1002, LogLevel.Information, "{Source} {Kind}: the same message came before; answered as then")]
    private partial void LogRepeated(string source, string? kind);

    [LoggerMessage(1003, LogLevel.Warning, "{Source} {Kind}: {Outcome} because of {Problems}")]
    private partial void LogRefused(string source, string? kind, IntakeOutcome outcome, string problems);
}
