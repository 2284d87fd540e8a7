using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Notices;

/// <summary>Sends what is owed to people through every channel that is set, each once, and tells the next rung where nobody says "I have it".</summary>
internal sealed partial class NoticeSweeper(
    IMessageStore store, IReadOnlyList<INoticeChannel> channels, NoticeRungs rungs, NoticeLinks links, TimeProvider time, ILogger<NoticeSweeper> logger) : BackgroundService
{
    private const int Batch = 20;
    private const int FaultsBeforeAlarm = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (channels.Count == 0)
        {
            LogNoChannel();
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(fault);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>Sends all that is due and raises what nobody has; how many were tried.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await store.RaiseNoticesAsync(rungs.After, Batch, cancellationToken);
        var tried = 0;
        for (IReadOnlyList<NoticeLease> due; (due = await store.ClaimNoticesAsync(Batch, Lease, rung => rungs.After(rung).After, cancellationToken)).Count > 0;)
        {
            foreach (var one in due)
            {
                await SendAsync(one, cancellationToken);
            }

            tried += due.Count;
        }

        return tried;
    }

    private async Task SendAsync(NoticeLease lease, CancellationToken cancellationToken)
    {
        var notice = new Notice(lease.Id, Rota.RoleOf(lease.Role), lease.DueAt, links.Of(lease.Id));
        var taken = lease.Taken.ToList();
        string? fault = null;
        foreach (var channel in channels.Where(c => !lease.Taken.Contains(c.Name)))
        {
            if (await channel.SendAsync(notice, cancellationToken) is { } why)
            {
                fault = $"{channel.Name}: {why}";
                LogNotTaken(lease.Id, channel.Name, why);
            }
            else
            {
                taken.Add(channel.Name);
            }
        }

        // What a channel took is written down though the hub is stopping, or it would be sent twice.
        var pause = fault is null ? (TimeSpan?)null : Pause(lease.Attempt);
        await store.CompleteNoticeAsync(lease, taken, fault, pause, fault is not null && lease.Attempt >= FaultsBeforeAlarm ? Alarm(fault) : null, CancellationToken.None);
    }

    private static TimeSpan Pause(int attempt)
    {
        var pause = TimeSpan.FromSeconds(30 * Math.Pow(2, Math.Min(attempt - 1, 10)));
        return pause < LongestPause ? pause : LongestPause;
    }

    // Routine: an urgent entry would ask for a notice through the very channel that fails.
    private PlannedAttention Alarm(string fault) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = "notices-not-sent",
        Subject = "notices",
        Reason = $"People are not being told: {fault}. Notices are tried again until they are taken; they stand in the list meanwhile.",
        Owner = "Hub operator",
        NextStep = "Put the channel right (Hub:Notices; hub doctor). Until then ring who is on the list: hub notice list.",
    };

    [LoggerMessage(9001, LogLevel.Warning, "No channel for notices is set (Hub:Notices): nobody is told by e-mail or webhook, and notices stay in the list (hub notice list)")]
    private partial void LogNoChannel();

    [LoggerMessage(9002, LogLevel.Error, "Notices could not be worked on; they are tried again")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(9003, LogLevel.Warning, "Notice {NoticeId} was not taken by {Channel}: {Why}")]
    private partial void LogNotTaken(long noticeId, string channel, string why);
}

/// <summary>Where a notice is read.</summary>
internal sealed class NoticeLinks(IOptions<HubOptions> hub, IOptions<NoticeSettings> notices, BoundPorts ports)
{
    public Uri Of(long id)
    {
        var root = notices.Value.Link is { } link ? new Uri(link.TrimEnd('/') + "/") : new UriBuilder("http", hub.Value.Http.Address, ports.Http).Uri;
        return new Uri(root, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"notices/{id}"));
    }
}
