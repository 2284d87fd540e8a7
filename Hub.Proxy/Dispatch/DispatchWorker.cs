using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;
using Hub.Proxy.Telemetry;

namespace Hub.Proxy.Dispatch;

/// <summary>Makes attempts in one lane, one at a time, while the lease stands and work is due. Safe to call twice for the same lane, and from two machines.</summary>
internal sealed partial class DispatchWorker(IMessageStore store, MonitoringRuleBook rules, DeliverySchedule schedule, TimeProvider time, ILogger<DispatchWorker> logger, PracticeCheck? practices = null)
{
    private static readonly TimeSpan StorePause = TimeSpan.FromMilliseconds(250);

    /// <param name="lease">The lane.</param>
    /// <param name="recipient">Its partner.</param>
    /// <param name="valve">What the partner lets through.</param>
    /// <param name="cancellationToken">The hub's stopping.</param>
    /// <exception cref="OperationCanceledException">The hub is stopping; the lease has been given back and no attempt counted as failed.</exception>
    public async Task RunAsync(LaneLease lease, RentedAdapter recipient, Valve valve, CancellationToken cancellationToken)
    {
        var passedOn = false;
        try
        {
            while (await store.FreezeHeadAsync(lease, head => EnvelopeBinder.Bind(head, recipient.Partner, recipient.Adapter, rules.Enabled), cancellationToken) is { } attempt)
            {
                passedOn = false;
                if (!await AttemptAsync(lease, attempt, recipient, valve, cancellationToken))
                {
                    return;
                }

                passedOn = true; // the completion gave the lease back where nothing more is due
                if (valve.Pace.PerSecond is not null || valve.PausedFor is not null)
                {
                    passedOn = false; // one message a claim, so that the pump can count them; none while the partner asks to be left alone
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            passedOn = false; // more was due, and the lane is ours still
            throw;
        }
        catch (Exception fault) when (fault is not StorageUnavailableException)
        {
            passedOn = true; // who called puts the lane off under this lease, and gives it back
            throw;
        }
        finally
        {
            if (!passedOn)
            {
                await store.ReleaseAsync(lease, CancellationToken.None);
            }
        }
    }

    /// <summary>False when the lane was taken over meanwhile.</summary>
    private async Task<bool> AttemptAsync(
        LaneLease lease, StartedAttempt attempt, RentedAdapter recipient, Valve valve, CancellationToken cancellationToken)
    {
        using var trace = MessageTrace.StartAttempt(attempt.TraceParent, lease.PartnerId, attempt.Message.Attempt);
        var (startedAt, began) = (time.GetUtcNow(), time.GetTimestamp());

        // No transaction is open here: a slow recipient must never hold a database lock.
        var heldBack = practices is null ? null : await practices.JudgeAsync(lease, attempt, recipient.Partner, cancellationToken);
        var outcome = heldBack is not null ? heldBack.Outcome
            : attempt.Interrupted && recipient.Partner.WhenUnknown == UnknownPolicy.Ask
            ? new Unknown("an earlier attempt was interrupted and nobody wrote down its end")
            : await DeliverAsync(attempt.Message, recipient, cancellationToken);

        var took = time.GetElapsedTime(began);
        trace?.SetTag("hub.outcome", outcome.Name);

        // Once the recipient has answered, a shutdown must not lose the answer; a lost lease must not change the state.
        var result = schedule.Next(outcome, attempt, recipient.Partner, startedAt, time.GetUtcNow());
        result = heldBack is null ? result : heldBack.Follow(result);
        if (outcome is Unavailable { RetryAfter: { } asked, NotTried: false })
        {
            valve.Pause(schedule.Obeyed(asked)); // for what was asked of all, not for what this lane waits besides
        }

        var owned = await CompleteAsync(lease, attempt, result, cancellationToken);
        HubMeters.Attempted(lease.PartnerId, outcome, attempt, owned, took);
        if (owned)
        {
            LogAttempt(attempt.Message.DeliveryId, lease.PartnerId, attempt.Message.Attempt, outcome.Name, result.NextState);
        }
        else
        {
            LogLeaseLost(lease.LaneId, outcome.Name);
        }

        return owned;
    }

    /// <summary>
    /// Writes the outcome down; while the store is away, again and again for as long as the lease may stand. An answer that is lost would be
    /// asked for once more. To write it twice does no harm: the second finds the delivery no longer under way.
    /// </summary>
    private async Task<bool> CompleteAsync(LaneLease lease, StartedAttempt attempt, AttemptResult result, CancellationToken stopping)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                return await store.CompleteAsync(lease, attempt.Message, result, CancellationToken.None);
            }
            catch (StorageUnavailableException) when (time.GetElapsedTime(began) < lease.Span && !stopping.IsCancellationRequested)
            {
                await Task.Delay(StorePause, time, CancellationToken.None);
            }
        }
    }

    private static async Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, RentedAdapter recipient, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.Deliver);
        return await recipient.Adapter.DeliverAsync(message, cancellationToken);
    }

    [LoggerMessage(3001, LogLevel.Information, "Delivery {DeliveryId} to {PartnerId}, attempt {Attempt}: {Outcome}, now {State}")]
    private partial void LogAttempt(Guid deliveryId, string partnerId, int attempt, string outcome, DeliveryState state);

    [LoggerMessage(3003, LogLevel.Warning, "Lane {LaneId} was taken over, or answered by another way, while its partner answered {Outcome}; kept as evidence")]
    private partial void LogLeaseLost(long laneId, string outcome);
}
