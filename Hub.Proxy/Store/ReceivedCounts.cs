using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>How many messages came from a source in one hour since the epoch, and when the last of them did.</summary>
internal sealed record ReceivedCount(string SourceId, long Hour, int Count, DateTimeOffset Last);

/// <summary>Counts what has come, source by source, for whoever watches that something comes.</summary>
internal sealed class ReceivedCounts(Func<HubDbContext> open)
{
    private static readonly TimeSpan LongestCommit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// What came at or after a time: through the index of times, so that a look at the last minute reads the last minute. What came a little before it may
    /// have been committed since: it counts for the last, and in no number.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedCount>> SinceAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (from, before) = (since.ToUnixTimeMilliseconds(), (since - LongestCommit).ToUnixTimeMilliseconds());
        await using var context = open();

        // The hour first: the other way round SQLite walks the index of sources, and with it all that ever came.
        var rows = await context.Database.SqlQuery<Row>($"""
            SELECT source_id AS "SourceId", received_at / 3600000 AS "Hour", sum(CASE WHEN received_at >= {from} THEN 1 ELSE 0 END) AS "Count", max(received_at) AS "Last"
            FROM received WHERE received_at >= {before} GROUP BY received_at / 3600000, source_id
            """).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new ReceivedCount(r.SourceId, r.Hour, (int)r.Count, DateTimeOffset.FromUnixTimeMilliseconds(r.Last)))];
    }

    /// <summary>Open entries of the operator's list of one kind about one partner.</summary>
    public async Task<IReadOnlyList<Guid>> OpenEntriesAsync(string kind, string partnerId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Attention.Where(a => a.ClosedAt == null && a.Kind == kind && a.PartnerId == partnerId).Select(a => a.Id).ToListAsync(cancellationToken);
    }

    private sealed record Row(string SourceId, long Hour, long Count, long Last);
}
