using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>Notices, by the clock, that an answer has not come in its time, and has a person told: once, on whichever node. It draws no conclusion from silence.</summary>
internal sealed partial class AnswerSweeper(IMessageStore store, IPartnerDirectory partners, TimeProvider time, ILogger<AnswerSweeper> logger) : BackgroundService
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

    /// <summary>Tells of all that is overdue; returns how long nothing will be, at most the interval.</summary>
    internal async Task<TimeSpan> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (int told; (told = await store.TellSilenceAsync(Entry, Batch, cancellationToken)) > 0;)
            {
                LogTold(told);
            }

            var wait = await store.NextSilenceAsync(cancellationToken) - time.GetUtcNow();
            return wait is null || wait > Interval ? Interval : wait < ShortestPause ? ShortestPause : wait.Value;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFault(fault);
            return Interval;
        }
    }

    private PlannedAttention Entry(SilentDelivery silent, DateTimeOffset now) => AnswerEntries.Silence(
        partners.Find(silent.PartnerId) ?? new PartnerFile { Id = silent.PartnerId, Name = silent.PartnerId, Role = PartnerRole.Recipient, Protocol = "" }, silent, now);

    [LoggerMessage(3021, LogLevel.Warning, "{Told} message(s) were not answered in their time: somebody has been told")]
    private partial void LogTold(int told);

    [LoggerMessage(3022, LogLevel.Error, "Awaited answers could not be looked for; they are looked for again")]
    private partial void LogFault(Exception fault);
}
