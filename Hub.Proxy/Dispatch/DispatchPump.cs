using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Dispatch;

/// <summary>
/// Sets workers to the lanes of each partner that has work due, never more at once than its file allows. Bell and sweeper both ring here;
/// to ring twice does no harm.
/// </summary>
internal sealed partial class DispatchPump(
    IMessageStore store, RecipientAdapters adapters, DispatchWorker worker, IOptions<DispatchOptions> options, TimeProvider time, ILogger<DispatchPump> logger)
    : IAsyncDisposable
{
    // A fault on our side is tried again when somebody may have seen it.
    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, Valve> valves = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Looks for work at a partner. Returns at once.</summary>
    public void Ring(string partnerId)
    {
        var valve = valves.GetOrAdd(partnerId, id => new Valve(id));
        if (!stopping.IsCancellationRequested && valve.TryOpen())
        {
            Track(FillAsync(valve));
        }
    }

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
        var free = Math.Clamp(recipient.Partner.AtOnce, 1, 64) - valve.Lanes;
        if (free <= 0)
        {
            valve.MaybeMore = true;
            return;
        }

        var twice = recipient.Adapter.Timeout * 2;
        var lease = twice > options.Value.Lease ? twice : options.Value.Lease;

        // Waited for even while stopping: cancellation would end the waiting and not the commit, and nobody would know of the leases to give back.
        var claimed = await store.ClaimAsync(new ClaimRequest(valve.PartnerId, free, lease), CancellationToken.None);
        valve.MaybeMore = claimed.Count == free;
        foreach (var lane in claimed)
        {
            valve.AddLane();
            Track(RunAsync(valve, lane));
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

            await worker.RunAsync(lease, recipient, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A shutdown is not a failed attempt.
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
            Reason = $"Messages wait for {valve.PartnerId}, but no partner file of that name can be used.",
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

    /// <summary>How much is under way at one partner, and whether somebody rang while work was being claimed.</summary>
    private sealed class Valve(string partnerId)
    {
        private int rings;
        private int lanes;

        public string PartnerId { get; } = partnerId;

        public int Lanes => Volatile.Read(ref lanes);

        /// <summary>True when the last claim found as much as there was room for.</summary>
        public bool MaybeMore { get; set; }

        public bool Missing { get; set; }

        /// <summary>True for the one who must claim; others have only rung.</summary>
        public bool TryOpen() => Interlocked.Increment(ref rings) == 1;

        /// <summary>False when somebody rang meanwhile: claim once more.</summary>
        public bool TryClose() => Interlocked.Exchange(ref rings, 0) is var rung && (rung <= 1 || Interlocked.Increment(ref rings) != 1);

        public void AddLane() => Interlocked.Increment(ref lanes);

        /// <summary>True when there may be more for the place that became free.</summary>
        public bool RemoveLane()
        {
            Interlocked.Decrement(ref lanes);
            return MaybeMore;
        }
    }
}
