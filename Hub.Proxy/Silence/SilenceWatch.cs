using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Silence;

/// <summary>
/// Looks once a minute whether a source has fallen silent: a dead feed looks green everywhere else. What has come is read from the store, so that it
/// holds for several nodes and after a restart.
/// </summary>
internal sealed partial class SilenceWatch(
    IPartnerDirectory partners, IMessageStore store, ReceivedCounts counts, TimeProvider time, ILogger<SilenceWatch> logger) : BackgroundService
{
    public const string Kind = "source-silent";

    /// <summary>So long after its start the hub accuses nobody.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, SilentSource> silent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceHistory> histories = new(StringComparer.Ordinal);
    private DateTimeOffset began;
    private DateTimeOffset? readTo;

    /// <summary>Sources that are silent now, and since when.</summary>
    public IReadOnlyDictionary<string, SilentSource> Silent => silent;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(fault);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>One look: reads what has come since the last, judges every source, and tells people of what changed.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        began = began == default ? now : began;
        var from = readTo ?? now - UsualRate.Window;
        foreach (var count in await counts.SinceAsync(from, cancellationToken))
        {
            Of(count.SourceId).Add(count);
        }

        readTo = now;
        if (now - began < Grace)
        {
            return; // the hub itself was away: its senders connect again and send what waited
        }

        foreach (var source in partners.All.Where(p => p.Role == PartnerRole.Source))
        {
            var history = Of(source.Id);
            var last = history.Last ?? began;
            await ToldAsync(source, SilenceRule.Judge(source.Silence, history.UsualAt(now), last, now), cancellationToken);
        }
    }

    private async Task ToldAsync(PartnerFile source, SilentSource? found, CancellationToken cancellationToken)
    {
        if (found is not null && silent.TryAdd(source.Id, found))
        {
            LogSilent(source.Id, found.Since);
            await store.AttendAsync(Entry(source, found), cancellationToken);
        }
        else if (found is null && silent.TryRemove(source.Id, out var was))
        {
            LogBack(source.Id);
            foreach (var entry in await counts.OpenEntriesAsync(Kind, source.Id, cancellationToken))
            {
                await store.CloseAttentionAsync(entry, "hub", $"Messages come again; the silence began {was.Since:yyyy-MM-dd HH:mm} UTC.", cancellationToken);
            }
        }
    }

    private SourceHistory Of(string sourceId)
    {
        if (!histories.TryGetValue(sourceId, out var history))
        {
            histories[sourceId] = history = new SourceHistory();
        }

        return history;
    }

    private PlannedAttention Entry(PartnerFile source, SilentSource found) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = Kind,
        Reason = $"Nothing has come from {source.Name} since {found.Since:yyyy-MM-dd HH:mm} UTC, {found.Because}.",
        Owner = "Hub operator, with the sender's integration engineer",
        NextStep = $"Ask the sender whether its interface runs{(source.SupportContact is { } contact ? $" ({contact})" : "")}, and whether events wait there. This entry closes itself when messages come again.",
        Urgency = Urgency.Urgent,
        DueAt = time.GetUtcNow().AddMinutes(15),
        PartnerId = source.Id,
    };

    [LoggerMessage(1005, LogLevel.Warning, "Source {Source} has been silent since {Since}")]
    private partial void LogSilent(string source, DateTimeOffset since);

    [LoggerMessage(1006, LogLevel.Information, "Source {Source} is heard again")]
    private partial void LogBack(string source);

    [LoggerMessage(1007, LogLevel.Error, "Looking for silent sources failed; the next look comes as usual")]
    private partial void LogFault(Exception fault);

    /// <summary>What has come from one source.</summary>
    private sealed class SourceHistory
    {
        private readonly Dictionary<long, int> hours = [];
        private UsualRate usual = UsualRate.Unknown;
        private long reckonedAt;

        public DateTimeOffset? Last { get; private set; }

        public void Add(ReceivedCount count)
        {
            hours[count.Hour] = hours.GetValueOrDefault(count.Hour) + count.Count;
            Last = Last > count.Last ? Last : count.Last;
        }

        // What is usual changes by the hour, and not by the minute.
        public UsualRate UsualAt(DateTimeOffset now)
        {
            if (UsualRate.Hour(now) is var hour && hour != reckonedAt)
            {
                foreach (var old in hours.Keys.Where(h => h < hour - (long)UsualRate.Window.TotalHours).ToList())
                {
                    hours.Remove(old);
                }

                (usual, reckonedAt) = (UsualRate.Of(hours, now), hour);
            }

            return usual;
        }
    }
}
