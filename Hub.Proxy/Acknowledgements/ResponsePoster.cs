using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Proxy.Handovers.Senders;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>One answer on its way to its sender, leased.</summary>
/// <param name="Since">How long ago the sender asked for it.</param>
public sealed record ResponsePost(long Id, Guid ReceivedId, string SourceId, string Url, TimeSpan Since, int Attempt)
{
    /// <summary>Stands for the address: the sender is told there how what its message asked stands, wherever its file says when it is told.</summary>
    public const string Status = "status";

    /// <summary>When it was asked for, as the store has it.</summary>
    public DateTimeOffset AskedAt { get; init; }
}

/// <summary>
/// Posts answers to senders that named a response-url, until they are taken, for a day; then a person is told. The answer is made from what is stored, so
/// that each try has the same bytes, and a sender knows a repeat by its Bundle.id.
/// </summary>
internal sealed partial class ResponsePoster(
    IMessageStore store, Timeline timeline, IPartnerDirectory partners, FhirResponseSender sender, StatusPosts status, TimeProvider time, ILogger<ResponsePoster> logger) : BackgroundService, IResponsePosts
{
    private const int Batch = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim asked = new(0, 1);

    public async Task AskAsync(Guid receivedId, string sourceId, Uri to, CancellationToken cancellationToken)
    {
        await store.AskForPostAsync(receivedId, sourceId, to.OriginalString, cancellationToken);
        try
        {
            asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // It looks anyway.
        }
    }

    public override void Dispose()
    {
        asked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                pause = await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(fault);
            }

            await asked.WaitAsync(pause, stoppingToken);
        }
    }

    /// <summary>Posts all that is due; returns how long nothing will be, at most the interval.</summary>
    private async Task<TimeSpan> SweepAsync(CancellationToken cancellationToken)
    {
        for (IReadOnlyList<ResponsePost> due; (due = await store.ClaimPostsAsync(Batch, Lease, cancellationToken)).Count > 0;)
        {
            foreach (var post in due)
            {
                await PostAsync(post, cancellationToken);
            }
        }

        var wait = await store.NextPostAsync(cancellationToken) - time.GetUtcNow();
        return wait is null || wait > Interval ? Interval : wait < ShortestPause ? ShortestPause : wait.Value;
    }

    private async Task PostAsync(ResponsePost post, CancellationToken cancellationToken)
    {
        var result = post.Url == ResponsePost.Status ? await status.PostAsync(post, cancellationToken) : await TryAsync(post, cancellationToken);
        var again = result is { Why: not null, Again: true } && post.Since < GiveUpAfter;
        if (result.Why is not null)
        {
            LogNotTaken(post.ReceivedId, post.SourceId, result.Why, again);
        }

        // What was taken is written down though the hub is stopping, or it would be posted twice.
        await store.CompletePostAsync(post, result.Why, again ? Pause(post.Attempt, result.RetryAfter) : null, result.Why is null || again ? null : post.Url == ResponsePost.Status ? StatusEntry(post, result.Why) : Entry(post, result.Why), CancellationToken.None);
    }

    private async Task<ResponsePosting> TryAsync(ResponsePost post, CancellationToken cancellationToken)
    {
        if (partners.Find(post.SourceId) is not { } source || !FhirMessageSettings.Has(source))
        {
            return new ResponsePosting("there is no partner file of the sender", Again: true);
        }

        var settings = FhirMessageSettings.Of(source);
        if (!settings.ResponseUrls.Contains(post.Url, StringComparer.Ordinal))
        {
            return new ResponsePosting("its file does not list this address any more");
        }

        if (await timeline.ReceivedAsync(post.ReceivedId, cancellationToken) is not { MessageKey: not null } row)
        {
            return new ResponsePosting("the message that it answers is no longer kept");
        }

        var answer = FhirHttp.Bytes(FhirResponses.Answer(row, await timeline.OriginalAsync(post.ReceivedId, cancellationToken), partners).Body, row.MediaType);
        return await sender.PostAsync(source, settings.ResponseAccess, new Uri(post.Url), answer, row.MediaType, cancellationToken);
    }

    private static TimeSpan Pause(int attempt, TimeSpan? asked)
    {
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempt - 1, 11)));
        pause = asked > pause ? asked.Value : pause;
        return pause < LongestPause ? pause : LongestPause;
    }

    private PlannedAttention Entry(ResponsePost post, string why) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = "response-not-taken",
        Subject = post.SourceId,
        Reason = $"{post.SourceId} asked for answers at an address of its own and does not take them there: {why}. Its messages are stored and dealt with; only the answer did not arrive.",
        Owner = "Integration engineer",
        NextStep = "Ask the sender whether it fetches its answers (Content-Location), and put the address or responseAccess in its partner file right (hub endpoint probe).",
        PartnerId = post.SourceId,
    };

    private PlannedAttention StatusEntry(ResponsePost post, string why) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = "status-not-taken",
        Subject = post.SourceId,
        Reason = $"{post.SourceId} is to be told how its handovers stand (statusTo in its file) and does not take it: {why}. What was declined or is overdue may not be seen there.",
        Owner = "Integration engineer",
        NextStep = "Put the address, secret or access in its partner file right (hub endpoint probe). The list of handovers stands here whatever they see there: hub handover list.",
        PartnerId = post.SourceId,
    };

    [LoggerMessage(3031, LogLevel.Warning, "The answer to message {ReceivedId} was not taken by {SourceId}: {Why}. Again: {Again}")]
    private partial void LogNotTaken(Guid receivedId, string sourceId, string why, bool again);

    [LoggerMessage(3032, LogLevel.Error, "Answers could not be posted; they are tried again")]
    private partial void LogFault(Exception fault);
}
