using Hub.Fhir.Events;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>A stored event with the episode before it and the person as held now.</summary>
/// <param name="Row">The row.</param>
/// <param name="Event">As it was understood at intake.</param>
/// <param name="Before">The episode before it; null where nothing had been heard of it.</param>
/// <param name="Person">The person as held now; after a merge, the survivor.</param>
/// <param name="Deliveries">Who was to be told.</param>
internal sealed record StoredEvent(EventRow Row, CareEvent Event, EpisodeState? Before, HeldPerson Person, IReadOnlyList<DeliveryRow> Deliveries);

/// <summary>A person as held now.</summary>
internal sealed record HeldPerson(Guid Id, PatientRef Identity, string? HeldReason);

/// <summary>One received message with all that its mapping was made from.</summary>
/// <param name="Received">The row.</param>
/// <param name="Original">The bytes as they came; null where they were not kept, or no longer are.</param>
/// <param name="Events">In their order.</param>
internal sealed record StoredMessage(ReceivedRow Received, byte[]? Original, IReadOnlyList<StoredEvent> Events);

/// <summary>Reads whole messages with their content, for people and verbs that were asked to. Never on the path of a message.</summary>
internal sealed class StoredMessages(Func<HubDbContext> open)
{
    /// <summary>The message that an id belongs to: of the message, of one of its events, or of a delivery. Null where it is nobody's.</summary>
    public async Task<Guid?> ResolveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = open();
        if (await context.Received.AnyAsync(r => r.Id == id, cancellationToken))
        {
            return id;
        }

        var eventId = await context.Deliveries.Where(d => d.Id == id).Select(d => (Guid?)d.EventId).FirstOrDefaultAsync(cancellationToken) ?? id;
        return await context.Events.Where(e => e.Id == eventId).Select(e => (Guid?)e.ReceivedId).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<StoredMessage?> ReadAsync(Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        if (await context.Received.AsNoTracking().SingleOrDefaultAsync(r => r.Id == receivedId, cancellationToken) is not { } received)
        {
            return null;
        }

        var events = new List<StoredEvent>();
        foreach (var row in await context.Events.AsNoTracking().Where(e => e.ReceivedId == receivedId).OrderBy(e => e.EventIndex).ToListAsync(cancellationToken))
        {
            // What retention has emptied cannot be told again; the rows that show that it was there stay readable.
            if (await ContentAsync(context, row.PayloadId, cancellationToken) is { } content)
            {
                events.Add(new StoredEvent(
                    row, CareEventJson.ReadEvent(content), await BeforeAsync(context, row, cancellationToken), await PersonAsync(context, row.PersonId, cancellationToken),
                    await context.Deliveries.AsNoTracking().Where(d => d.EventId == row.Id).OrderBy(d => d.Id).ToListAsync(cancellationToken)));
            }
        }

        return new StoredMessage(received, received.PayloadId is { } payload ? await ContentAsync(context, payload, cancellationToken) : null, events);
    }

    /// <summary>Some content by its row; null where it was emptied.</summary>
    public async Task<byte[]?> ContentAsync(long payloadId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await ContentAsync(context, payloadId, cancellationToken);
    }

    /// <summary>The newest messages whose content is kept, newest first.</summary>
    public async Task<IReadOnlyList<Guid>> LastAsync(int count, string? sourceId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Received.Where(r => r.PayloadId != null && (sourceId == null || r.SourceId == sourceId))
            .OrderByDescending(r => r.ReceivedAt).ThenByDescending(r => r.Id).Take(count).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The episode that an event belongs to, as it stands now; null outside an episode.</summary>
    public async Task<EpisodeState?> EpisodeNowAsync(long? episodeId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var row = await context.EpisodeVersions.AsNoTracking()
            .Join(context.EpisodeStates.Where(s => s.Id == episodeId), v => new { Id = v.EpisodeId, v.Version }, s => new { s.Id, s.Version }, (v, _) => v)
            .SingleOrDefaultAsync(cancellationToken);
        return row is null ? null : CareEventJson.ReadState(context.Keys.Read(row));
    }

    /// <summary>What else one recipient was or is to be told of a person, oldest first.</summary>
    public async Task<IReadOnlyList<(DeliveryRow Delivery, long? EpisodeId)>> LaneAsync(string partnerId, Guid personId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var rows = await context.Deliveries.AsNoTracking().Where(d => d.PersonId == personId && d.PartnerId == partnerId)
            .Join(context.Events, d => d.EventId, e => e.Id, (d, e) => new { d, e.EpisodeId }).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(r => r.d.Seq ?? 0).ThenBy(r => r.d.Id).Select(r => (r.d, r.EpisodeId))];
    }

    internal static async Task<byte[]?> ContentAsync(HubDbContext context, long payloadId, CancellationToken cancellationToken)
    {
        var payload = await context.Payloads.AsNoTracking().SingleOrDefaultAsync(p => p.Id == payloadId, cancellationToken);
        if (payload is null or { Encoding: StoredContent.Gone })
        {
            return null;
        }

        if (payload.BaseId is not { } baseId)
        {
            return context.Keys.Read(payload);
        }

        var over = await context.Payloads.AsNoTracking().SingleAsync(p => p.Id == baseId, cancellationToken);
        return over.Encoding == StoredContent.Gone ? null : context.Keys.Read(payload, over);
    }

    private static async Task<EpisodeState?> BeforeAsync(HubDbContext context, EventRow row, CancellationToken cancellationToken)
    {
        var version = await context.EpisodeVersions.AsNoTracking()
            .SingleOrDefaultAsync(v => v.EpisodeId == row.EpisodeId && v.Version == row.EpisodeVersion - 1, cancellationToken);
        return version is null ? null : CareEventJson.ReadState(context.Keys.Read(version));
    }

    private static async Task<HeldPerson> PersonAsync(HubDbContext context, Guid personId, CancellationToken cancellationToken)
    {
        var person = await context.Persons.AsNoTracking().SingleAsync(p => p.Id == personId, cancellationToken);
        for (var steps = 0; person.MergedInto is { } survivor && steps < 20; steps++)
        {
            person = await context.Persons.AsNoTracking().SingleAsync(p => p.Id == survivor, cancellationToken);
        }

        return new HeldPerson(person.Id, IdentityJson.Read(context.Keys.Read(person)), person.HeldReason);
    }
}
