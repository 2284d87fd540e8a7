using System.Security.Cryptography;
using System.Text.Json;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Audit;

/// <summary>Where the trail stands: the number of its last record and its seal. Kept somewhere else, it shows whether the trail's end was cut off.</summary>
public sealed record AuditHead(long Seq, string Seal)
{
    public static AuditHead Of(AuditRow row) => new(row.Seq, Convert.ToHexString(row.Seal));
}

/// <summary>What a check of the trail found.</summary>
/// <param name="Records">How many records were looked at.</param>
/// <param name="Entries">How many entries they hold.</param>
/// <param name="Head">The last record; null where there is none.</param>
/// <param name="Faults">What is not as it was written; the first few.</param>
public sealed record AuditFindings(long Records, long Entries, AuditHead? Head, IReadOnlyList<string> Faults);

/// <summary>Reads the audit trail, and says whether it is as it was written.</summary>
internal sealed class AuditTrail(StoreOptions options)
{
    private const int MostFaults = 20;
    private const int PageLength = 1000;

    /// <summary>Goes through the whole trail. A gap, a changed record and one in another's place each break the seal where they are, and are named.</summary>
    /// <param name="known">Where the trail stood when somebody wrote that down; null where nobody did.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<AuditFindings> VerifyAsync(AuditHead? known, CancellationToken cancellationToken)
    {
        using var record = new AuditRecord(options.KeyFor(StoreOptions.AuditPurpose));
        var faults = new List<string>();
        var (before, seq, entries, records) = (AuditRecord.Beginning, 0L, 0L, 0L);
        AuditRow? last = null;
        await foreach (var row in ReadAsync(since: null, cancellationToken))
        {
            records++;
            if (row.Seq != seq + 1)
            {
                faults.Add(row.Seq == seq + 2 ? $"Record {seq + 1} is missing." : $"Records {seq + 1} to {row.Seq - 1} are missing.");
            }
            else if (!CryptographicOperations.FixedTimeEquals(record.SealOf(before, row.Seq, row.At.ToUnixTimeMilliseconds(), row.Content), row.Seal))
            {
                faults.Add($"Record {row.Seq} of {row.At:yyyy-MM-dd HH:mm:ss} UTC is not as it was written, or does not stand where it stood.");
            }

            if (known?.Seq == row.Seq && !known.Seal.Equals(Convert.ToHexString(row.Seal), StringComparison.OrdinalIgnoreCase))
            {
                faults.Add($"Record {row.Seq} bears another seal than the one that was written down.");
            }

            entries += Count(row, faults);
            (before, seq, last) = (row.Seal, row.Seq, row);
            if (faults.Count >= MostFaults)
            {
                faults.Add("There may be more; the check stopped here.");
                break;
            }
        }

        if (known is not null && known.Seq > seq && faults.Count < MostFaults)
        {
            faults.Add($"The trail ends at record {seq}, and stood at {known.Seq} when that was written down: its end was cut off.");
        }

        return new AuditFindings(records, entries, last is null ? null : AuditHead.Of(last), faults);
    }

    /// <summary>The records since a time, in their order.</summary>
    public async IAsyncEnumerable<AuditRow> ReadAsync(DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            await using var context = StoreStart.Context(options);
            var page = await context.AuditRecords.AsNoTracking().Where(r => r.Seq > after && (since == null || r.At >= since)).OrderBy(r => r.Seq).Take(PageLength).ToListAsync(cancellationToken);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < PageLength)
            {
                yield break;
            }

            after = page[^1].Seq;
        }
    }

    /// <summary>The records before a number, newest first.</summary>
    public async Task<IReadOnlyList<AuditRow>> BackAsync(long before, int max, CancellationToken cancellationToken)
    {
        await using var context = StoreStart.Context(options);
        return await context.AuditRecords.AsNoTracking().Where(r => r.Seq < before).OrderByDescending(r => r.Seq).Take(max).ToListAsync(cancellationToken);
    }

    /// <summary>The record of a number; null where there is none.</summary>
    public async Task<AuditRow?> FindAsync(long seq, CancellationToken cancellationToken)
    {
        await using var context = StoreStart.Context(options);
        return await context.AuditRecords.AsNoTracking().SingleOrDefaultAsync(r => r.Seq == seq, cancellationToken);
    }

    public async Task<AuditHead?> HeadAsync(CancellationToken cancellationToken)
    {
        await using var context = StoreStart.Context(options);
        return await context.AuditRecords.AsNoTracking().OrderByDescending(r => r.Seq).FirstOrDefaultAsync(cancellationToken) is { } row ? AuditHead.Of(row) : null;
    }

    private static int Count(AuditRow row, List<string> faults)
    {
        try
        {
            return AuditRecord.Read(row.Content).Count;
        }
        catch (JsonException)
        {
            faults.Add($"Record {row.Seq} cannot be read.");
            return 0;
        }
    }
}
