using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Audit;

/// <summary>
/// Writes down every minute, in a file beside the store, where the trail stands; and looks first whether what it wrote down last is still there. The seals
/// show what was changed inside the trail, this shows that its end was cut off, which no seal can.
/// </summary>
internal sealed partial class AuditWatch(StoreOptions store, IMessageStore messages, IOptions<HubOptions> options, TimeProvider time, ILogger<AuditWatch> logger) : BackgroundService
{
    public const string FileName = "audit-head.json";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly AuditTrail trail = new(store);
    private bool told;

    private string Path => System.IO.Path.Combine(options.Value.DataDirectory, FileName);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await messages.AuditAsync([new(AuditKind.Run, AuditEntry.Hub, Node) { Result = "stopped" }], cancellationToken);
            await LookAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is StorageUnavailableException or OperationCanceledException or IOException or System.Data.Common.DbException)
        {
            LogFault(fault.Message); // a node that cannot say that it stops stops all the same
        }
    }

    private static string Node => $"node/{System.Environment.MachineName}/{System.Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var started = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                if (!started)
                {
                    await messages.AuditAsync([new(AuditKind.Run, AuditEntry.Hub, Node) { Result = $"started {typeof(AuditWatch).Assembly.GetName().Version}" }], stoppingToken);
                    started = true;
                }
            }
            catch (Exception fault) when (fault is StorageUnavailableException or IOException or UnauthorizedAccessException or JsonException or System.Data.Common.DbException)
            {
                LogFault(fault.Message);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>Compares, then writes down where the trail stands now. What does not compare stays written down as it was, so that a later check still sees it.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(Path, cancellationToken) is { } known && (await trail.FindAsync(known.Seq, cancellationToken) is not { } row || AuditHead.Of(row) != known))
        {
            await TellAsync(known, cancellationToken);
            return;
        }

        if (await trail.HeadAsync(cancellationToken) is { } head)
        {
            var fresh = Path + ".new";
            await File.WriteAllTextAsync(fresh, JsonSerializer.Serialize(head), cancellationToken);
            File.Move(fresh, Path, overwrite: true);
        }
    }

    /// <summary>What was written down last; null where nothing was.</summary>
    internal static async Task<AuditHead?> ReadAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path) ? JsonSerializer.Deserialize<AuditHead>(await File.ReadAllTextAsync(path, cancellationToken)) : null;

    private async Task TellAsync(AuditHead known, CancellationToken cancellationToken)
    {
        LogCut(known.Seq);
        if (told)
        {
            return;
        }

        var now = time.GetUtcNow();
        await messages.AttendAsync(
            new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now), Kind = "audit-trail-cut", Owner = "The trust's information governance lead", Urgency = Urgency.Urgent, DueAt = now,
                Reason = $"The audit trail no longer holds its record {known.Seq} as this node saw it: somebody has changed or deleted what the hub wrote, or an older copy of the store was put in its place.",
                NextStep = $"Run hub audit verify, find out who could write to the database, and keep {FileName} and the backups as they are. Once that is settled, delete {FileName}: the hub begins it anew.",
                Subject = known.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            cancellationToken);
        told = true;
    }

    [LoggerMessage(4010, LogLevel.Critical, "The audit trail no longer holds record {Seq} as this node saw it; run hub audit verify")]
    private partial void LogCut(long seq);

    [LoggerMessage(4011, LogLevel.Warning, "Where the audit trail stands could not be written down: {Fault}")]
    private partial void LogFault(string fault);
}
