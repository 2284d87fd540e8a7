using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Dispatch;

/// <summary>
/// Sets workers to the lanes of each partner that has work due, never more at once than its file allows and the hub as a whole has places for.
/// A partner whose breaker is open, or that asked to be left alone for a while, is not called. Bell and sweeper both ring here; to ring twice does no harm.
/// </summary>
internal sealed partial class DispatchPump(
    IMessageStore store, RecipientAdapters adapters, PartnerBreakers breakers, DispatchWorker worker, IOptions<DispatchOptions> options, TimeProvider time,
    ILogger<DispatchPump> logger) : IAsyncDisposable
{
    // A fault on our side is tried again when somebody may have seen it.
    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, Valve> valves = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Places places = new(options.Value.MostAtOnce);

    /// <summary>Looks for work at a partner. Returns at once.</summary>
    public void Ring(string partnerId)
    {
        var valve = valves.GetOrAdd(partnerId, id => new Valve(id, time));
        if (!stopping.IsCancellationRequested && valve.TryOpen())
        {
            Track(FillAsync(valve));
        }
    }

    /// <summary>Until when a partner has asked to be left alone (Retry-After); null where it has not, or the time is over.</summary>
    public DateTimeOffset? AskedToWaitUntil(string partnerId) =>
        valves.TryGetValue(partnerId, out var valve) && valve.PausedFor is { } left ? time.GetUtcNow() + left : null;

    /// <summary>Claims nothing more, breaks off what is under way and gives its leases back.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        while (!running.IsEmpty)
        {
            await Task.WhenAll(running.Keys);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    // The task forgets itself when it ends, and is remembered only if it has not ended already.
    private void Track(Task task)
    {
        running.TryAdd(task, true);
        task.ContinueWith(ended => running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task FillAsync(Valve valve)
    {
        await Task.Yield();
        do
        {
            try
            {
                await ClaimAsync(valve);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The dispatcher's loop: it must outlive a store that is away; the sweeper rings again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogClaimFault(fault, valve.PartnerId);
            }
        }
        while (!valve.TryClose());
    }

    private async Task ClaimAsync(Valve valve)
    {
        await using var recipient = adapters.Rent(valve.PartnerId);
        if (recipient is null)
        {
            await ReportMissingAsync(valve);
            return;
        }

        valve.Missing = false;
        if (recipient.Adapter is IFetchedRecipient)
        {
            return; // it asks by itself
        }

        valve.Pace.PerSecond = (await store.FindPartnerAsync(valve.PartnerId, stopping.Token)).PerSecond;
        var wanted = FreeAt(valve, recipient.Partner);
        var taken = places.Take(wanted);
        if (taken < wanted)
        {
            places.Wait(valve.PartnerId); // rung for when a place is given back, in turn with other partners
        }

        if (taken == 0)
        {
            return;
        }

        IReadOnlyList<LaneLease> claimed = [];
        try
        {
            var twice = recipient.Adapter.Timeout * 2;
            var lease = twice > options.Value.Lease ? twice : options.Value.Lease;

            // Waited for even while stopping: cancellation would end the waiting and not the commit, and nobody would know of the leases to give back.
            claimed = await store.ClaimAsync(new ClaimRequest(valve.PartnerId, taken, lease), CancellationToken.None);
            valve.MaybeMore = claimed.Count == taken;
            if (claimed.Count == 0 && valve is { Lanes: 0, Pace.PerSecond: not null })
            {
                await store.EndReleaseRateAsync(valve.PartnerId, CancellationToken.None); // the backlog is gone
            }
        }
        finally
        {
            GiveBack(taken - claimed.Count);
        }

        foreach (var lane in claimed)
        {
            valve.AddLane();
            Track(RunAsync(valve, lane));
        }
    }

    /// <summary>How many more lanes may be tried at a partner now.</summary>
    private int FreeAt(Valve valve, PartnerFile partner)
    {
        valve.MaybeMore = true;
        if (valve.PausedFor is not null)
        {
            return 0; // the sweeper rings when the time is over
        }

        var breaker = breakers.StateOf(valve.PartnerId).State;
        if (breaker == BreakerState.Open)
        {
            return 0; // nothing would be sent
        }

        if (valve.Pace.PerSecond is not null)
        {
            if (valve.Lanes > 0)
            {
                return 0; // at a chosen rate one after another; the lane that ends rings
            }

            if (!valve.Pace.TryTake(out var wait))
            {
                Track(RingAfterAsync(valve.PartnerId, wait));
                return 0;
            }

            return 1;
        }

        // One message is the trial; the others would only be turned away.
        var most = breaker == BreakerState.TrialDue ? 1 : Math.Clamp(partner.AtOnce, 1, 64);
        return Math.Max(0, most - valve.Lanes);
    }

    private async Task RingAfterAsync(string partnerId, TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, time, stopping.Token);
            Ring(partnerId);
        }
        catch (OperationCanceledException)
        {
            // the hub stops
        }
    }

    private void GiveBack(int count)
    {
        foreach (var partner in places.GiveBack(count))
        {
            Ring(partner);
        }
    }

    private async Task RunAsync(Valve valve, LaneLease lease)
    {
        await Task.Yield();
        try
        {
            await using var recipient = adapters.Rent(valve.PartnerId);
            if (recipient is null)
            {
                await store.ReleaseAsync(lease, CancellationToken.None);
                return;
            }

            await worker.RunAsync(lease, recipient, valve, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A shutdown is not a failed attempt.
        }
        catch (StorageUnavailableException away)
        {
            LogClaimFault(away, lease.PartnerId); // nothing is wrong with the message: it goes on when the lease has run out
        }
#pragma warning disable CA1031 // The dispatcher's loop: a fault parks its own lane and no other.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogLaneFault(fault, lease.LaneId, lease.PartnerId);
            await ParkAsync(lease, fault);
        }
        finally
        {
            GiveBack(1);
            if (valve.RemoveLane())
            {
                Ring(valve.PartnerId);
            }
        }
    }

    private async Task ParkAsync(LaneLease lease, Exception fault)
    {
        var now = time.GetUtcNow();
        try
        {
            await store.PostponeAsync(lease, now + FaultPause, "The hub failed at it; it is tried again, and the operator knows.", new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now),
                Kind = "hub-fault",
                Reason = $"The hub failed at a message to {lease.PartnerId} ({fault.GetType().Name}). Messages about other people go on.",
                Owner = "Hub operator",
                NextStep = "Read the log at this time, tell the hub's maintainers, and tell the recipient by phone what is urgent.",
                Urgency = Urgency.Urgent,
                DueAt = now.AddMinutes(15),
                PersonId = lease.PersonId,
                PartnerId = lease.PartnerId,
            }, CancellationToken.None);
        }
        catch (StorageUnavailableException away)
        {
            LogClaimFault(away, lease.PartnerId); // the lease runs out by itself
        }
    }

    // Once for each time a file goes missing: work that nobody can send is never silent.
    private async Task ReportMissingAsync(Valve valve)
    {
        if (valve.Missing)
        {
            return;
        }

        var now = time.GetUtcNow();
        await store.AttendAsync(new PlannedAttention
        {
            AttentionId = Guid.CreateVersion7(now),
            Kind = "partner-missing",
            Reason = $"Messages wait for {valve.PartnerId}, but no partner file of that name can be used: it is missing, faulty or in shadow mode.",
            Owner = "Integration engineer",
            NextStep = "Put the partner file back, or correct it; what waits goes out by itself.",
            Urgency = Urgency.Urgent,
            DueAt = now.AddHours(1),
            PartnerId = valve.PartnerId,
        }, stopping.Token);
        valve.Missing = true;
    }

    [LoggerMessage(3005, LogLevel.Error, "Work for {PartnerId} could not be claimed")]
    private partial void LogClaimFault(Exception fault, string partnerId);

    [LoggerMessage(3006, LogLevel.Error, "Lane {LaneId} to {PartnerId} failed on our side and is put off")]
    private partial void LogLaneFault(Exception fault, long laneId, string partnerId);
}
