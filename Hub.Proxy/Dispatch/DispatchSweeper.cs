using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Dispatch;

/// <summary>Finds due work by the clock. Everything is delivered with no bell at all; a bell only makes it sooner.</summary>
internal sealed partial class DispatchSweeper(
    IMessageStore store, DispatchPump pump, IOptions<DispatchOptions> options, TimeProvider time, ILogger<DispatchSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private TimeSpan owed;

    private readonly ClockWatch clock = new(time);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await pump.StopAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(await SweepAsync(stoppingToken), time, stoppingToken);
        }
    }

    /// <summary>Rings for all that is due; returns how long there is nothing to look for, at most the sweep interval.</summary>
    private async Task<TimeSpan> SweepAsync(CancellationToken cancellationToken)
    {
        var interval = options.Value.SweepInterval;
        try
        {
            owed += clock.SetBack() ?? TimeSpan.Zero;
            if (owed > TimeSpan.Zero)
            {
                LogSetBack(owed);
                await store.ClockSetBackAsync(owed, cancellationToken);
                owed = TimeSpan.Zero; // and not before: what could not be written is written at the next sweep
            }

            foreach (var partner in await store.PartnersWithWorkDueAsync(cancellationToken))
            {
                pump.Ring(partner);
            }

            var wait = await store.NextDueAsync(cancellationToken) - time.GetUtcNow();
            return wait is null || wait > interval ? interval : wait < ShortestPause ? ShortestPause : wait.Value;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFault(fault);
            return interval;
        }
    }

    [LoggerMessage(3007, LogLevel.Warning, "The clock was set back by {Back}; what waits and what is leased goes by the new time")]
    private partial void LogSetBack(TimeSpan back);

    [LoggerMessage(3002, LogLevel.Error, "A sweep failed; the next comes as usual")]
    private partial void LogFault(Exception fault);
}
