using Hub.Proxy.Store;

namespace Hub.Proxy.Handovers;

/// <summary>Hears each clock that runs out, on whichever node, and tells the next person of the ladder; once, and late rather than never.</summary>
internal sealed partial class ObligationSweeper(IMessageStore store, Ladder ladder, TimeProvider time, ILogger<ObligationSweeper> logger) : BackgroundService
{
    private const int Batch = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(await SweepAsync(stoppingToken), time, stoppingToken);
        }
    }

    /// <summary>Tells all that is due; returns how long nothing will be, at most the interval.</summary>
    internal async Task<TimeSpan> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (int told; (told = await store.TellOverdueAsync(ladder.Next, Batch, cancellationToken)) > 0;)
            {
                LogTold(told);
            }

            var wait = await store.NextClockAsync(cancellationToken) - time.GetUtcNow();
            return wait is null || wait > Interval ? Interval : wait < ShortestPause ? ShortestPause : wait.Value;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFault(fault);
            return Interval;
        }
    }

    [LoggerMessage(5001, LogLevel.Warning, "{Told} obligation(s) overdue: somebody has been told")]
    private partial void LogTold(int told);

    [LoggerMessage(5002, LogLevel.Error, "The clocks of obligations could not be read; they are read again")]
    private partial void LogFault(Exception fault);
}
