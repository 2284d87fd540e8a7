using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Handovers.Senders;

/// <summary>Handovers as their senders may see them: each sees what its own messages began, found by its own ids, and cannot tell another's from none.</summary>
/// <param name="open">Opens the store.</param>
/// <param name="book">The whole of a handover.</param>
/// <param name="time">What is late now.</param>
internal sealed class SenderBook(Func<HubDbContext> open, HandoverBook book, TimeProvider time)
{
    /// <summary>A message changes a few episodes at most; a batch of hundreds is asked about one by one.</summary>
    private const int MostOfMessage = 20;

    /// <summary>The handover that one of the sender's events belongs to, by the id that the hub gave the event; null where there is none.</summary>
    public async Task<SenderHandover?> OfEventAsync(string sourceId, Guid eventId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var episode = await context.Events.Where(e => e.Id == eventId && context.Received.Any(r => r.Id == e.ReceivedId && r.SourceId == sourceId))
            .Select(e => e.EpisodeId).SingleOrDefaultAsync(cancellationToken);
        return episode is { } id ? await ReadAsync(sourceId, id, cancellationToken) : null;
    }

    /// <summary>By the sender's own id of the episode.</summary>
    public async Task<SenderHandover?> OfEpisodeAsync(PartnerFile source, string? organisation, string localId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var named = context.EpisodeStates.Where(e => e.LocalId == localId && e.EpisodeOrganisation == (organisation ?? source.Organisation!.Value));
        var episode = await named.Select(e => (long?)e.Id).SingleOrDefaultAsync(cancellationToken);
        return episode is { } id ? await ReadAsync(source.Id, id, cancellationToken) : null;
    }

    /// <summary>By the id that the sender gave its message: every handover that the message belongs to.</summary>
    public async Task<IReadOnlyList<SenderHandover>> OfMessageAsync(string sourceId, string messageKey, CancellationToken cancellationToken)
    {
        await using var context = open();
        var messages = context.Received.Where(r => r.SourceId == sourceId && r.MessageKey == messageKey);
        return await ReadAllAsync(sourceId, await EpisodesAsync(context.Events.Where(e => messages.Any(r => r.Id == e.ReceivedId)), cancellationToken), cancellationToken);
    }

    /// <summary>Every handover that one received message belongs to.</summary>
    public async Task<IReadOnlyList<SenderHandover>> OfReceivedAsync(string sourceId, Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await ReadAllAsync(sourceId, await EpisodesAsync(context.Events.Where(e => e.ReceivedId == receivedId), cancellationToken), cancellationToken);
    }

    private static Task<List<long>> EpisodesAsync(IQueryable<Store.Rows.EventRow> events, CancellationToken cancellationToken) =>
        events.Where(e => e.EpisodeId != null).Select(e => e.EpisodeId!.Value).Distinct().OrderBy(e => e).Take(MostOfMessage).ToListAsync(cancellationToken);

    private async Task<IReadOnlyList<SenderHandover>> ReadAllAsync(string sourceId, IReadOnlyList<long> episodes, CancellationToken cancellationToken)
    {
        var found = new List<SenderHandover>();
        foreach (var episode in episodes)
        {
            if (await ReadAsync(sourceId, episode, cancellationToken) is { } one)
            {
                found.Add(one);
            }
        }

        return found;
    }

    /// <summary>Null where this sender reported nothing of the episode.</summary>
    private async Task<SenderHandover?> ReadAsync(string sourceId, long episodeId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var reported = context.Events.Where(e => context.Received.Any(r => r.Id == e.ReceivedId && r.SourceId == sourceId));
        HashSet<Guid> own = [.. await reported.Where(e => e.EpisodeId == episodeId).Select(e => e.Id).ToListAsync(cancellationToken)];
        if (own.Count == 0 || await book.HandoverAsync(episodeId, cancellationToken) is not { } view)
        {
            return null;
        }

        var later = view.BackInCareAs.ToList();
        HashSet<long> known = later.Count == 0 ? []
            : [.. await reported.Where(e => e.EpisodeId != null && later.Contains(e.EpisodeId.Value)).Select(e => e.EpisodeId!.Value).Distinct().ToListAsync(cancellationToken)];
        return SenderWords.Of(view, own, known, time.GetUtcNow());
    }
}
