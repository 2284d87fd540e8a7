using Hub.Fhir.Events;
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

    /// <summary>How many deliveries stand in each state, those done with left out.</summary>
    public async Task<OpenCounts> CountOpenAsync(CancellationToken cancellationToken)
    {
        await using var context = open();
        var unfinished = await context.Deliveries.Where(d => d.FinishedAt == null)
            .GroupBy(d => d.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var refused = await context.Deliveries.CountAsync(d => d.State == DeliveryState.Refused, cancellationToken);
        int Of(DeliveryState state) => unfinished.Where(u => u.Key == state).Sum(u => u.Count);
        return new OpenCounts(
            Of(DeliveryState.Waiting), Of(DeliveryState.Sending), Of(DeliveryState.Unknown), Of(DeliveryState.Held), Of(DeliveryState.Unroutable), refused);
    }

    /// <summary>The operator's list as it stands: urgent first, then what is due first.</summary>
    public async Task<IReadOnlyList<AttentionRow>> AttentionAsync(int max, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Attention.AsNoTracking().Where(a => a.ClosedAt == null)
            .OrderBy(a => a.Urgency).ThenBy(a => a.DueAt == null).ThenBy(a => a.DueAt).ThenBy(a => a.CreatedAt)
            .Take(max).ToListAsync(cancellationToken);
    }

    /// <summary>What an event waits for a person for.</summary>
    public async Task<IReadOnlyList<AttentionRow>> AttentionOfEventAsync(Guid eventId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Attention.AsNoTracking().Where(a => a.ClosedAt == null && a.EventId == eventId).OrderBy(a => a.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The original bytes of a message; null where they were not kept.</summary>
    public async Task<byte[]?> OriginalAsync(Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var payload = await context.Received.Where(r => r.Id == receivedId)
            .Join(context.Payloads, r => r.PayloadId, p => p.Id, (_, p) => p).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return payload is null ? null : StoredContent.Read(payload.Encoding, payload.Content, payload.Length);
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
        var answers = await context.Acknowledgements.AsNoTracking().Where(a => deliveryIds.Contains(a.DeliveryId)).ToListAsync(cancellationToken);

        var attemptsOf = attempts.OrderBy(a => a.Id).ToLookup(a => a.DeliveryId);
        var answersOf = answers.OrderBy(a => a.Id).ToLookup(a => a.DeliveryId);
        var deliveriesOf = deliveries.OrderBy(d => d.Id)
            .Select(d => new DeliveryView(d, [.. attemptsOf[d.Id]], [.. answersOf[d.Id]])).ToLookup(d => d.Delivery.EventId);
        var eventsOf = events.OrderBy(e => e.EventIndex).Select(e => new EventView(e, [.. deliveriesOf[e.Id]])).ToLookup(e => e.Event.ReceivedId);
        return [.. received.Select(r => new ReceivedView(r, [.. eventsOf[r.Id]]))];
    }
}

/// <summary>A message that came in, with its events.</summary>
public sealed record ReceivedView(ReceivedRow Received, IReadOnlyList<EventView> Events);

/// <summary>An event, with who was to be told.</summary>
public sealed record EventView(EventRow Event, IReadOnlyList<DeliveryView> Deliveries);

/// <summary>A delivery, with each attempt and each answer in the order they came.</summary>
public sealed record DeliveryView(DeliveryRow Delivery, IReadOnlyList<AttemptRow> Attempts, IReadOnlyList<AcknowledgementRow> Answers);

/// <summary>Deliveries that nobody has acknowledged, by state.</summary>
public sealed record OpenCounts(int Waiting, int Sending, int Unknown, int Held, int Unroutable, int Refused)
{
    public int Total => Waiting + Sending + Unknown + Held + Unroutable + Refused;
}
