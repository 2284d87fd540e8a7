using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.Notices;

/// <summary>
/// Tells sources what became of what their messages asked: accepted, declined, overdue and so on, until it is taken, for a day; then a person is told. What was
/// said, and why, the source reads with its own token at the address that is named: no words travel here.
/// </summary>
internal sealed partial class SenderStatusPoster(
    IMessageStore store, SenderStatusBook book, IPartnerDirectory partners, SignedPost post, TimeProvider time, ILogger<SenderStatusPoster> logger) : BackgroundService
{
    private const int Batch = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
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

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Nobody asked to be told: nothing is written down either, and there is nothing to look for.
        while (partners.All.Any(p => p.Status is not null) && await store.ClaimSenderStatusesAsync(Batch, Lease, cancellationToken) is { Count: > 0 } due)
        {
            foreach (var one in due)
            {
                await TellAsync(one, cancellationToken);
            }
        }
    }

    private async Task TellAsync(SenderStatusLease one, CancellationToken cancellationToken)
    {
        var why = await TryAsync(one, cancellationToken);
        var again = why is not null && time.GetUtcNow() - one.At < GiveUpAfter;
        if (why is not null)
        {
            LogNotTaken(one.Notice.Id, one.SourceId, why, again);
        }

        // What was taken is written down though the hub is stopping, or it would be told twice.
        await store.CompleteNoticeAsync(one.Notice, why is null ? [one.SourceId] : [], why, again ? Pause(one.Notice.Attempt) : null, why is null || again ? null : Alarm(one.SourceId, why), CancellationToken.None);
    }

    private async Task<string?> TryAsync(SenderStatusLease one, CancellationToken cancellationToken)
    {
        if (partners.Find(one.SourceId)?.Status is not { } settings)
        {
            return "its file names no address for it any more";
        }

        if (await book.FindAsync(one.ObligationId, cancellationToken) is not { } stands)
        {
            return "the message that it is about is no longer kept";
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new { id = one.Notice.Id, one.Status, one.At, about = stands }, HandoverJson.Options);
        var to = new WebhookSettings { Url = settings.Url, Secret = settings.Secret, TimeoutSeconds = settings.TimeoutSeconds };
        return await post.SendAsync(to, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"hub-status-{one.Notice.Id}"), body, cancellationToken);
    }

    private static TimeSpan Pause(int attempt)
    {
        var pause = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(attempt - 1, 10)));
        return pause < LongestPause ? pause : LongestPause;
    }

    private PlannedAttention Alarm(string sourceId, string why) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = "status-not-taken",
        Subject = sourceId,
        Reason = $"{sourceId} asked to be told what becomes of its messages and does not take it: {why}. What it was to be told stands in the hub all the same.",
        Owner = "Integration engineer",
        NextStep = "Put status in its partner file right, or the receiver. Until then the source can ask: GET /events/{id}/handover.",
        PartnerId = sourceId,
    };

    [LoggerMessage(9011, LogLevel.Warning, "Status {NoticeId} was not taken by {SourceId}: {Why}. Again: {Again}")]
    private partial void LogNotTaken(long noticeId, string sourceId, string why, bool again);

    [LoggerMessage(9012, LogLevel.Error, "Sources could not be told how what they asked stands; it is tried again")]
    private partial void LogFault(Exception fault);
}
