using Microsoft.Extensions.Options;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>Forgets by the clock what is finished and old, in batches with a breath between them. On from the first start.</summary>
internal sealed partial class RetentionSweeper(
    IMessageStore store, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var forgotten = await SweepAsync(stoppingToken);
                if (!forgotten.Nothing)
                {
                    LogForgotten(forgotten.Contents, forgotten.Bytes, forgotten.Messages, forgotten.Entries, forgotten.Persons, forgotten.Calls);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(fault);
            }

            await Task.Delay(options.Value.Every, time, stoppingToken);
        }
    }

    /// <summary>All that is due, a batch a commit.</summary>
    internal async Task<Forgotten> SweepAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var contents = await RepeatAsync(store.EmptyContentAsync, TimeSpan.FromDays(settings.ContentDays + 1), settings.BatchSize, cancellationToken);
        return contents.And(await RepeatAsync(store.DeleteRecordsAsync, TimeSpan.FromDays(settings.RecordDays + 1), settings.BatchSize, cancellationToken));
    }

    private async Task<Forgotten> RepeatAsync(
        Func<TimeSpan, int, CancellationToken, Task<Forgotten>> forget, TimeSpan age, int max, CancellationToken cancellationToken)
    {
        var all = default(Forgotten);
        while (await forget(age, max, cancellationToken) is { Nothing: false } batch)
        {
            all = all.And(batch);
            await Task.Delay(Breath, time, cancellationToken);
        }

        return all;
    }

    [LoggerMessage(4001, LogLevel.Information, "Retention: {Contents} contents emptied ({Bytes} bytes before compression), {Messages} messages, {Entries} entries, {Persons} persons and {Calls} gateway calls deleted")]
    private partial void LogForgotten(int contents, long bytes, int messages, int entries, int persons, int calls);

    [LoggerMessage(4002, LogLevel.Error, "Retention failed; it is tried again at its next time")]
    private partial void LogFault(Exception fault);
}
