using Hub.Fhir.Events;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>What came in, what went where, who answered what: read from the store, for people and programs that watch.</summary>
internal sealed class Timeline(Func<HubDbContext> open)
{
    /// <summary>Messages that came in at or after a time, oldest first, each with all that followed from it.</summary>
    public Task<IReadOnlyList<ReceivedView>> SinceAsync(DateTimeOffset since, int max, CancellationToken cancellationToken) =>
        ReadAsync(context => context.Received.Where(r => r.ReceivedAt >= since), max, cancellationToken);

    /// <summary>Messages about a person, those of persons merged into them not included.</summary>
    public Task<IReadOnlyList<ReceivedView>> OfPersonAsync(Guid personId, int max, CancellationToken cancellationToken) => ReadAsync(
        context => context.Received.Where(r => context.Events.Any(e => e.ReceivedId == r.Id && e.PersonId == personId)), max, cancellationToken);

    /// <summary>Messages of one episode.</summary>
    public Task<IReadOnlyList<ReceivedView>> OfEpisodeAsync(EpisodeKey key, int max, CancellationToken cancellationToken)
    {
        var (organisation, localId) = (key.Organisation.Value, key.LocalId);
        return ReadAsync(
            context => context.Received.Where(r => context.Events.Any(e => e.ReceivedId == r.Id
                && context.EpisodeStates.Any(s => s.Id == e.EpisodeId && s.EpisodeOrganisation == organisation && s.LocalId == localId))),
            max, cancellationToken);
    }

    /// <summary>The message that an event came in; null where there is no such event.</summary>
    public async Task<ReceivedView?> OfEventAsync(Guid eventId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(context => context.Received.Where(r => context.Events.Any(e => e.Id == eventId && e.ReceivedId == r.Id)), 1, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>These messages, in the order asked for.</summary>
    public async Task<IReadOnlyList<ReceivedView>> OfMessagesAsync(IReadOnlyList<Guid> receivedIds, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(context => context.Received.Where(r => receivedIds.Contains(r.Id)), receivedIds.Count, cancellationToken);
        return [.. receivedIds.Select(id => found.FirstOrDefault(f => f.Received.Id == id)).OfType<ReceivedView>()];
    }

    /// <summary>Every entry of the operator's list that a message led to, closed ones too, in the order they were made.</summary>
    public async Task<IReadOnlyList<AttentionRow>> AttentionOfMessageAsync(ReceivedView message, CancellationToken cancellationToken)
    {
        var events = message.Events.Select(e => (Guid?)e.Event.Id).ToList();
        var deliveries = message.Events.SelectMany(e => e.Deliveries).Select(d => (Guid?)d.Delivery.Id).ToList();
        await using var context = open();
        var found = await context.Attention.AsNoTracking()
            .Where(a => a.ReceivedId == message.Received.Id || events.Contains(a.EventId) || deliveries.Contains(a.DeliveryId)).ToListAsync(cancellationToken);
        return [.. found.OrderBy(a => a.CreatedAt)];
    }

    /// <summary>How many deliveries stand in each state, those done with left out.</summary>
    public async Task<OpenCounts> CountOpenAsync(CancellationToken cancellationToken)
    {
        await using var context = open();
        var unfinished = await context.Deliveries.Where(d => d.FinishedAt == null)
            .GroupBy(d => d.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var refused = await context.Deliveries.CountAsync(d => d.State == DeliveryState.Refused, cancellationToken);
        int Of(DeliveryState state) => unfinished.Where(u => u.Key == state).Sum(u => u.Count);
        return new OpenCounts(
            Of(DeliveryState.Waiting), Of(DeliveryState.Sending), Of(DeliveryState.Unknown), Of(DeliveryState.Held), Of(DeliveryState.Unroutable), refused, Of(DeliveryState.Awaited));
    }

    /// <summary>The operator's list as it stands: urgent first, then what is due first.</summary>
    public async Task<IReadOnlyList<AttentionRow>> AttentionAsync(int max, CancellationToken cancellationToken, int skip = 0)
    {
        await using var context = open();
        return await context.Attention.AsNoTracking().Where(a => a.ClosedAt == null)
            .OrderBy(a => a.Urgency).ThenBy(a => a.DueAt == null).ThenBy(a => a.DueAt).ThenBy(a => a.CreatedAt)
            .Skip(skip).Take(max).ToListAsync(cancellationToken);
    }

    /// <summary>How many entries of the operator's list are open.</summary>
    public async Task<int> CountAttentionAsync(CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Attention.CountAsync(a => a.ClosedAt == null, cancellationToken);
    }

    /// <summary>One entry of the operator's list, open or closed; null where there is none.</summary>
    public async Task<AttentionRow?> AttentionEntryAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Attention.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
    }

    /// <summary>What an event waits for a person for.</summary>
    public async Task<IReadOnlyList<AttentionRow>> AttentionOfEventAsync(Guid eventId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Attention.AsNoTracking().Where(a => a.ClosedAt == null && a.EventId == eventId).OrderBy(a => a.Id).ToListAsync(cancellationToken);
    }

    /// <summary>One received message by its id; null where there is none.</summary>
    public async Task<ReceivedRow?> ReceivedAsync(Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Received.AsNoTracking().SingleOrDefaultAsync(r => r.Id == receivedId, cancellationToken);
    }

    /// <summary>The original bytes of a message; null where they were not kept, or no longer are.</summary>
    public async Task<byte[]?> OriginalAsync(Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var payload = await context.Received.Where(r => r.Id == receivedId).Select(r => r.PayloadId).SingleOrDefaultAsync(cancellationToken);
        return payload is { } id ? await StoredMessages.ContentAsync(context, id, cancellationToken) : null;
    }

    /// <summary>
    /// Episodes that go by a local id (visit numbers may be the same in two organisations), each as it stands and with the events that made it, newest first.
    /// </summary>
    public async Task<IReadOnlyList<EpisodeView>> EpisodesAsync(string localId, CancellationToken cancellationToken, string? organisation = null)
    {
        await using var context = open();
        var named = context.EpisodeStates.AsNoTracking().Where(e => e.LocalId == localId);
        named = organisation is null ? named : named.Where(e => e.EpisodeOrganisation == organisation);
        var found = new List<EpisodeView>();
        foreach (var row in await named.OrderBy(e => e.Id).ToListAsync(cancellationToken))
        {
            var versions = await context.EpisodeVersions.AsNoTracking().Where(v => v.EpisodeId == row.Id)
                .ToDictionaryAsync(v => v.Version, v => CareEventJson.ReadState(context.Keys.Read(v)), cancellationToken);
            var events = await context.Events.AsNoTracking().Where(e => e.EpisodeId == row.Id && e.EpisodeVersion != null).OrderByDescending(e => e.EpisodeVersion)
                .Join(context.Payloads, e => e.PayloadId, p => p.Id, (e, p) => new { e.EpisodeVersion, e.ReceivedAt, Payload = p }).ToListAsync(cancellationToken);
            found.Add(new EpisodeView(versions[row.Version], [.. events.Select(e => new EpisodeEventView(
                CareEventJson.ReadEvent(context.Keys.Read(e.Payload)), e.ReceivedAt, versions.GetValueOrDefault(e.EpisodeVersion!.Value - 1)))]));
        }

        return found;
    }

    /// <summary>Every open episode of an organisation, and those named, however they stand.</summary>
    public async Task<IReadOnlyList<EpisodeState>> EpisodesToCompareAsync(OdsCode organisation, IReadOnlyList<string> localIds, CancellationToken cancellationToken)
    {
        var code = organisation.Value;
        await using var context = open();
        var rows = await context.EpisodeStates.AsNoTracking().Where(e => e.EpisodeOrganisation == code && (e.Status == EpisodeStatus.Open || localIds.Contains(e.LocalId)))
            .Join(context.EpisodeVersions, e => new { EpisodeId = e.Id, e.Version }, v => new { v.EpisodeId, v.Version }, (_, v) => v).ToListAsync(cancellationToken);
        return [.. rows.Select(r => CareEventJson.ReadState(context.Keys.Read(r)))];
    }

    private async Task<IReadOnlyList<ReceivedView>> ReadAsync(
        Func<HubDbContext, IQueryable<ReceivedRow>> which, int max, CancellationToken cancellationToken)
    {
        await using var context = open();
        var received = await which(context).AsNoTracking().OrderBy(r => r.ReceivedAt).ThenBy(r => r.Id).Take(max).ToListAsync(cancellationToken);
        var ids = received.Select(r => r.Id).ToList();
        var events = await context.Events.AsNoTracking().Where(e => ids.Contains(e.ReceivedId)).ToListAsync(cancellationToken);
        var eventIds = events.Select(e => e.Id).ToList();
        var deliveries = await context.Deliveries.AsNoTracking().Where(d => eventIds.Contains(d.EventId)).ToListAsync(cancellationToken);
        var deliveryIds = deliveries.Select(d => d.Id).ToList();
        var attempts = await context.Attempts.AsNoTracking().Where(a => deliveryIds.Contains(a.DeliveryId)).ToListAsync(cancellationToken);
        attempts.ForEach(a => a.Reason = context.Keys.Reason(a));
        var answers = await context.Acknowledgements.AsNoTracking().Where(a => deliveryIds.Contains(a.DeliveryId)).ToListAsync(cancellationToken);

        var attemptsOf = attempts.OrderBy(a => a.Id).ToLookup(a => a.DeliveryId);
        var answersOf = answers.OrderBy(a => a.Id).ToLookup(a => a.DeliveryId);
        var deliveriesOf = deliveries.OrderBy(d => d.Id)
            .Select(d => new DeliveryView(d, [.. attemptsOf[d.Id]], [.. answersOf[d.Id]])).ToLookup(d => d.Delivery.EventId);
        var eventsOf = events.OrderBy(e => e.EventIndex).Select(e => new EventView(e, [.. deliveriesOf[e.Id]])).ToLookup(e => e.Event.ReceivedId);
        return [.. received.Select(r => new ReceivedView(r, [.. eventsOf[r.Id]]))];
    }
}

/// <summary>An episode as it stands, with the events that made it, newest first.</summary>
internal sealed record EpisodeView(EpisodeState State, IReadOnlyList<EpisodeEventView> Events);

/// <summary>An event of an episode, and the state before it.</summary>
internal sealed record EpisodeEventView(CareEvent Event, DateTimeOffset ReceivedAt, EpisodeState? Before);

/// <summary>A message that came in, with its events.</summary>
public sealed record ReceivedView(ReceivedRow Received, IReadOnlyList<EventView> Events);

/// <summary>An event, with who was to be told.</summary>
public sealed record EventView(EventRow Event, IReadOnlyList<DeliveryView> Deliveries);

/// <summary>A delivery, with each attempt and each answer in the order they came.</summary>
public sealed record DeliveryView(DeliveryRow Delivery, IReadOnlyList<AttemptRow> Attempts, IReadOnlyList<AcknowledgementRow> Answers);

/// <summary>Deliveries that nobody has acknowledged, by state.</summary>
public sealed record OpenCounts(int Waiting, int Sending, int Unknown, int Held, int Unroutable, int Refused, int Awaited = 0)
{
    public int Total => Waiting + Sending + Unknown + Held + Unroutable + Refused + Awaited;
}
