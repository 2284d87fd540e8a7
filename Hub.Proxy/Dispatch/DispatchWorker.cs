using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Dispatch;

/// <summary>Makes attempts in one lane, one at a time, while the lease stands and work is due. Safe to call twice for the same lane, and from two machines.</summary>
internal sealed partial class DispatchWorker(IMessageStore store, DeliverySchedule schedule, TimeProvider time, ILogger<DispatchWorker> logger)
{
    /// <exception cref="OperationCanceledException">The hub is stopping; the lease has been given back and no attempt counted as failed.</exception>
    public async Task RunAsync(LaneLease lease, RentedAdapter recipient, CancellationToken cancellationToken)
    {
        var passedOn = false;
        try
        {
            while (await store.FreezeHeadAsync(lease, head => EnvelopeBinder.Bind(head, recipient.Partner, recipient.Adapter), cancellationToken) is { } attempt)
            {
                passedOn = false;
                if (!await AttemptAsync(lease, attempt, recipient, cancellationToken))
                {
                    return;
                }

                passedOn = true; // the completion gave the lease back where nothing more is due
            }
        }
        catch (OperationCanceledException)
        {
            passedOn = false; // more was due, and the lane is ours still
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
    private async Task<bool> AttemptAsync(LaneLease lease, StartedAttempt attempt, RentedAdapter recipient, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();

        // No transaction is open here: a slow recipient must never hold a database lock.
        var outcome = attempt.Interrupted && recipient.Partner.WhenUnknown == UnknownPolicy.Ask
            ? new Unknown("an earlier attempt was interrupted and nobody wrote down its end")
            : await recipient.Adapter.DeliverAsync(attempt.Message, cancellationToken);

        // Once the recipient has answered, a shutdown must not lose the answer; a lost lease must not change the state.
        var result = schedule.Next(outcome, attempt, recipient.Partner, startedAt, time.GetUtcNow());
        var owned = await store.CompleteAsync(lease, attempt.Message, result, CancellationToken.None);
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

    [LoggerMessage(3001, LogLevel.Information, "Delivery {DeliveryId} to {PartnerId}, attempt {Attempt}: {Outcome}, now {State}")]
    private partial void LogAttempt(Guid deliveryId, string partnerId, int attempt, string outcome, DeliveryState state);

    [LoggerMessage(3003, LogLevel.Warning, "Lane {LaneId} was taken over while its partner answered {Outcome}; kept as evidence")]
    private partial void LogLeaseLost(long laneId, string outcome);
}
