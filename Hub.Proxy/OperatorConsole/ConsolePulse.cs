using System.Globalization;
using System.Runtime.CompilerServices;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.OperatorConsole;

/// <summary>
/// Tells open pages that something happened, and nothing of what: the page then fetches itself anew. However many look, the store is asked once a second,
/// and for nothing but the ends of indexes.
/// </summary>
internal sealed class ConsolePulse(Func<HubDbContext> open, TimeProvider time, IHostApplicationLifetime life) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim asking = new(1);
    private (DateTimeOffset At, string Mark) last = (DateTimeOffset.MinValue, "");

    /// <summary>A mark at once, and then each that is another than the one before, until the reader or the hub leaves.</summary>
    public async IAsyncEnumerable<string> MarksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.ApplicationStopping);
        var seen = "";
        while (await NextAsync(seen, either.Token) is { } mark)
        {
            seen = mark;
            yield return mark;
        }
    }

    public void Dispose() => asking.Dispose();

    private async Task<string?> NextAsync(string seen, CancellationToken cancellationToken)
    {
        try
        {
            for (var mark = await MarkAsync(cancellationToken); ; mark = await MarkAsync(cancellationToken))
            {
                if (mark != seen)
                {
                    return mark;
                }

                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<string> MarkAsync(CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (now - last.At >= Interval || now < last.At)
            {
                last = (now, await ReadAsync(cancellationToken));
            }

            return last.Mark;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        await using var context = open();
        var ends = await context.Database.SqlQueryRaw<Ends>(Newest).SingleAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{ends.Received}-{ends.Attempt}-{ends.Answer}-{ends.Step}-{ends.Waiting}");
    }

    /// <summary>What came last, was tried last, was answered last, was said last; and how much waits for a person.</summary>
    internal const string Newest = """
        SELECT coalesce((SELECT max(received_at) FROM received), 0) AS "Received", coalesce((SELECT max(id) FROM attempt), 0) AS "Attempt",
            coalesce((SELECT max(id) FROM acknowledgement), 0) AS "Answer", coalesce((SELECT max(id) FROM obligation_step), 0) AS "Step",
            (SELECT count(*) FROM attention WHERE closed_at IS NULL) AS "Waiting"
        """;

    private sealed record Ends(long Received, long Attempt, long Answer, long Step, long Waiting);
}
