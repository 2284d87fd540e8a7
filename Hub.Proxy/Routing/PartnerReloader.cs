using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Routing;

/// <summary>
/// Looks at the folder of partner files every few seconds and takes what is new and right. Polled, because file events are not told for mounted
/// volumes such as a ConfigMap's.
/// </summary>
internal sealed partial class PartnerReloader(PartnerFiles partners, PartnerArchive archive, IMessageStore store, TimeProvider time, ILogger<PartnerReloader> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = new HashSet<string>();
        var unwritten = new List<AuditEntry>();
        archive.Keep(partners);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var reload = partners.Reload();
                if (reload.Added.Count + reload.Changed.Count + reload.Removed.Count > 0)
                {
                    LogChanged(string.Join(",", reload.Added), string.Join(",", reload.Changed), string.Join(",", reload.Removed));
                    archive.Keep(partners);
                    unwritten.AddRange(Entries(reload));
                }

                await WriteAsync(unwritten, stoppingToken);

                foreach (var problem in reload.Problems.Where(p => known.Add($"{p.File}|{p.Line}|{p.Field}|{p.Text}")))
                {
                    LogFaulty(problem.File, problem.Line, problem.Field, problem.Text, problem.Expected);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The hub is stopping.
        }
    }

    /// <summary>What the store cannot take now is written with the next look: a change of files stops for no store.</summary>
    private async Task WriteAsync(List<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        try
        {
            await store.AuditAsync(entries, cancellationToken);
            entries.Clear();
        }
        catch (StorageUnavailableException fault)
        {
            LogUnwritten(entries.Count, fault.Message);
        }
    }

    private IEnumerable<AuditEntry> Entries(PartnerReload reload) =>
        reload.Added.Select(id => (id, "added")).Concat(reload.Changed.Select(id => (id, "changed"))).Concat(reload.Removed.Select(id => (id, "removed")))
            .Select(one => new AuditEntry(AuditKind.Configure, AuditEntry.Hub, $"partner-file/{one.id}") { Result = partners.Find(one.id) is { } now ? $"{one.Item2} {now.Hash}" : one.Item2 });

    [LoggerMessage(2007, LogLevel.Warning, "{Count} change(s) of partner files are in force and not yet in the audit trail: {Fault}")]
    private partial void LogUnwritten(int count, string fault);

    [LoggerMessage(2003, LogLevel.Information, "Partner files taken over: added {Added}, changed {Changed}, removed {Removed}")]
    private partial void LogChanged(string added, string changed, string removed);

    [LoggerMessage(2004, LogLevel.Error, "Partner file {File}, line {Line}, {Field}: {Text} {Expected} What ran before goes on running")]
    private partial void LogFaulty(string? file, int? line, string field, string text, string expected);
}
