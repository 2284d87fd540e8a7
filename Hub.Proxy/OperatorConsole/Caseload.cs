using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.OperatorConsole;

/// <summary>An episode as it stands.</summary>
internal sealed record CaseloadEntry(long EpisodeId, Guid PersonId, EpisodeState State);

/// <summary>Open episodes, for the pages that a shift works with.</summary>
internal sealed class Caseload(Func<HubDbContext> open)
{
    /// <summary>Open episodes, the newest first, from below an id on: along the primary key, so that a page costs the same wherever it is.</summary>
    public async Task<IReadOnlyList<CaseloadEntry>> OpenAsync(long before, int max, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await ReadAsync(context, context.EpisodeStates.Where(e => e.Id < before && e.Status == EpisodeStatus.Open).OrderByDescending(e => e.Id).Take(max), cancellationToken);
    }

    /// <summary>These episodes, however they stand.</summary>
    public async Task<IReadOnlyDictionary<long, CaseloadEntry>> OfAsync(IEnumerable<long> episodeIds, CancellationToken cancellationToken)
    {
        var ids = episodeIds.Distinct().ToList();
        await using var context = open();
        return (await ReadAsync(context, context.EpisodeStates.Where(e => ids.Contains(e.Id)), cancellationToken)).ToDictionary(e => e.EpisodeId);
    }

    /// <summary>All obligations of these episodes, closed ones too: who holds a person is read from both.</summary>
    public async Task<ILookup<long, Obligation>> ObligationsAsync(IEnumerable<long> episodeIds, CancellationToken cancellationToken)
    {
        var ids = episodeIds.Distinct().ToList();
        await using var context = open();
        var rows = await context.Obligations.AsNoTracking().Where(o => ids.Contains(o.EpisodeId)).ToListAsync(cancellationToken);
        return rows.ToLookup(r => r.EpisodeId, r => HandoverBook.Entry(r).Obligation);
    }

    private static async Task<IReadOnlyList<CaseloadEntry>> ReadAsync(HubDbContext context, IQueryable<Store.Rows.EpisodeStateRow> which, CancellationToken cancellationToken)
    {
        var rows = await which.AsNoTracking()
            .Join(context.EpisodeVersions, e => new { EpisodeId = e.Id, e.Version }, v => new { v.EpisodeId, v.Version }, (e, v) => new { e.Id, e.PersonId, Version = v }).ToListAsync(cancellationToken);
        return [.. rows.OrderByDescending(r => r.Id).Select(r => new CaseloadEntry(r.Id, r.PersonId, CareEventJson.ReadState(context.Keys.Read(r.Version))))];
    }
}
