using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>
/// Looks into every mailbox that a partner file names, one loop a mailbox, each at its own pace and with a growing pause while it fails. A changed file
/// begins its mailbox's loop anew. Of several nodes one empties a mailbox, as long as its lease stands; should two do it, what is taken twice is a repeat.
/// </summary>
internal sealed partial class MailboxPollers(
    IPartnerDirectory partners, MailboxFactory mailboxes, RecipientAdapters adapters, MailboxDoors doors, IMessageStore store, StoreOptions options, TimeProvider time, ILogger<MailboxPollers> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    // A SQLite store has one hub: whose lease stands there, was this hub's before it was killed, and it need not wait for the end of it.
    private readonly Guid node = options.Provider == StoreProvider.Sqlite ? Guid.Empty : Guid.CreateVersion7(time.GetUtcNow());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var running = new Dictionary<string, Loop>(StringComparer.Ordinal);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var groups = MailboxGroup.Of(partners.All).ToDictionary(g => g.Settings.Key, StringComparer.Ordinal);
                foreach (var (key, loop) in running.Where(r => !groups.TryGetValue(r.Key, out var now) || now.Version != r.Value.Version).ToList())
                {
                    running.Remove(key);
                    await loop.StopAsync();
                }

                foreach (var (key, group) in groups.Where(g => !running.ContainsKey(g.Key)))
                {
                    running[key] = Loop.Start(group.Version, token => EmptyAsync(group, token), stoppingToken);
                }

                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(running.Values.Select(l => l.StopAsync()));
        }
    }

    private async Task EmptyAsync(MailboxGroup group, CancellationToken cancellationToken)
    {
        using var mailbox = mailboxes.Open(group.Settings);
        var lease = new MailboxLease(store, group.Settings.Key, node, group.Settings.PollEvery, time);
        var poll = new MailboxPoll(group, mailbox, adapters, doors, lease, time, logger);
        for (var failures = 0; !cancellationToken.IsCancellationRequested;)
        {
            try
            {
                if (await lease.KeepAsync(cancellationToken))
                {
                    await poll.RunAsync(cancellationToken);
                }

                failures = 0;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (MeshBrokenMessageException refused)
            {
                failures++;
                LogFailed(group.First.Id, refused.Message);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failures++;
                LogFailed(group.First.Id, fault.GetType().Name); // never the text: it can hold what MESH sent
            }

            try
            {
                await Task.Delay(PauseAfter(group.Settings.PollEvery, failures), time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await lease.GiveBackAsync();
    }

    /// <summary>Doubling with each pass that failed in a row.</summary>
    internal static TimeSpan PauseAfter(TimeSpan every, int failures)
    {
        var pause = every * Math.Pow(2, Math.Min(failures, 10));
        return pause <= LongestPause ? pause : every > LongestPause ? every : LongestPause;
    }

    [LoggerMessage(4107, LogLevel.Warning, "The mailbox of {PartnerId} could not be looked into ({Fault}); it is tried again after a pause")]
    private partial void LogFailed(string partnerId, string fault);

    private sealed record Loop(string Version, CancellationTokenSource Stop, Task Work)
    {
        public static Loop Start(string version, Func<CancellationToken, Task> work, CancellationToken stopping)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            return new Loop(version, stop, Task.Run(() => work(stop.Token), CancellationToken.None));
        }

        public async Task StopAsync()
        {
            await Stop.CancelAsync();
            try
            {
                await Work;
            }
            catch (OperationCanceledException)
            {
                // Told to stop, and did.
            }

            Stop.Dispose();
        }
    }
}
