using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store.AtRest;

/// <summary>How many contents lie under a key; the name is null for those in clear.</summary>
internal sealed record ContentCount(string? KeyId, long Contents);

/// <summary>Looks at all content of a store: under which keys it lies, and whether it is as it was written. For verbs; takes as long as reading everything.</summary>
internal sealed class ContentCheck(Func<HubDbContext> open)
{
    /// <summary>Contents by key.</summary>
    public async Task<IReadOnlyList<ContentCount>> CountAsync(CancellationToken cancellationToken)
    {
        await using var context = open();
        var payloads = await context.Payloads.Where(p => p.Encoding != StoredContent.Gone).GroupBy(p => p.KeyId).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(cancellationToken);
        var persons = await context.Persons.GroupBy(p => p.KeyId).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(cancellationToken);
        var versions = await context.EpisodeVersions.GroupBy(v => v.KeyId).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(cancellationToken);
        var reasons = context.Attempts.Where(a => a.Reason != null);
        foreach (var key in await context.ContentKeys.Select(k => k.Id).ToListAsync(cancellationToken))
        {
            var under = SealedText.BeginningUnder(ContentKey.IdOf(key));
            versions.Add(new { Key = (string?)ContentKey.IdOf(key), Count = await reasons.LongCountAsync(a => a.Reason!.StartsWith(under), cancellationToken) });
        }

        versions.Add(new { Key = (string?)null, Count = await reasons.LongCountAsync(a => !a.Reason!.StartsWith("sealed:"), cancellationToken) });
        return [.. payloads.Concat(persons).Concat(versions).Where(g => g.Count > 0).GroupBy(g => g.Key).Select(g => new ContentCount(g.Key, g.Sum(c => c.Count))).OrderBy(c => c.KeyId, StringComparer.Ordinal)];
    }

    /// <summary>Opens everything, and names each row that is not as it was written, with what is wrong; never what it says.</summary>
    public async Task<(long Looked, IReadOnlyList<string> Wrong)> VerifyAsync(CancellationToken cancellationToken)
    {
        var (looked, wrong) = (0L, new List<string>());
        await using var context = open();
        void Look(string row, Action read)
        {
            looked++;
            try
            {
                read();
            }
            catch (InvalidDataException fault)
            {
                wrong.Add($"{row}: {fault.Message}");
            }
        }

        await foreach (var row in context.Payloads.AsNoTracking().OrderBy(p => p.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Look($"payload/{row.Id}", () => _ = row.Encoding == StoredContent.Gone ? [] : context.Keys.Read(row));
        }

        await foreach (var row in context.Persons.AsNoTracking().OrderBy(p => p.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Look($"person/{row.Id}", () => context.Keys.Read(row));
        }

        await foreach (var row in context.EpisodeVersions.AsNoTracking().OrderBy(v => v.EpisodeId).ThenBy(v => v.Version).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Look($"episode/{row.EpisodeId}/{row.Version}", () => context.Keys.Read(row));
        }

        await foreach (var row in context.Attempts.AsNoTracking().Where(a => a.Reason != null).OrderBy(a => a.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Look($"attempt/{row.Id}", () => context.Keys.Read(row.Reason, ContentPlace.Attempt(row.DeliveryId, row.Number)));
        }

        return (looked, wrong);
    }
}
