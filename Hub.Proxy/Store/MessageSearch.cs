using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>What messages are looked for by; what is left out restricts nothing.</summary>
internal sealed record MessageQuery
{
    /// <summary>Looked up by its keyed hash; it is in no column and printed nowhere.</summary>
    public NhsNumber? NhsNumber { get; init; }

    /// <summary>MSH-10, MessageHeader.id or Idempotency-Key as the sender calls it, or the id under which a message left the hub.</summary>
    public string? ControlId { get; init; }

    /// <summary>A source or a recipient.</summary>
    public string? Partner { get; init; }
    public DeliveryState? State { get; init; }
    public IntakeOutcome? Outcome { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public int Max { get; init; } = 50;

    /// <summary>The last message of the page before.</summary>
    public Guid? After { get; init; }
}

/// <summary>Finds messages over everything that the store keeps, newest first and page by page. For people: no message waits for it.</summary>
internal sealed class MessageSearch(Func<HubDbContext> open, StoreOptions options)
{
    // Messages of one millisecond that a page may end among.
    private const int MostAtOnce = 200;

    // Of one person: read from their own events, so that a number is found as quickly among many messages as among few.
    private const int MostOfPerson = 5_000;

    public async Task<IReadOnlyList<Guid>> FindAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        await using var context = open();
        var received = context.Received.AsNoTracking();
        if (query.NhsNumber is { } number)
        {
            var persons = await PersonsAsync(context, number, cancellationToken);
            var theirs = await context.Events.Where(e => persons.Contains(e.PersonId)).OrderByDescending(e => e.Id).Select(e => e.ReceivedId).Take(MostOfPerson).ToListAsync(cancellationToken);
            received = received.Where(r => theirs.Contains(r.Id));
        }

        if (query.ControlId is { Length: > 0 } control)
        {
            var ending = "|" + control;
            received = received.Where(r => r.MessageKey == control || r.MessageKey!.EndsWith(ending)
                || context.Events.Any(e => e.ReceivedId == r.Id && context.Deliveries.Any(d => d.EventId == e.Id && d.ProtocolMessageId == control)));
        }

        if (query.Partner is { } partner)
        {
            received = received.Where(r => r.SourceId == partner || context.Events.Any(e => e.ReceivedId == r.Id && context.Deliveries.Any(d => d.EventId == e.Id && d.PartnerId == partner)));
        }

        if (query.State is { } state)
        {
            // Together with a recipient it is that recipient's copy that must stand so.
            received = received.Where(r => context.Events.Any(e => e.ReceivedId == r.Id
                && context.Deliveries.Any(d => d.EventId == e.Id && d.State == state && (query.Partner == null || r.SourceId == query.Partner || d.PartnerId == query.Partner))));
        }

        received = Between(query.Outcome is { } outcome ? received.Where(r => r.Outcome == outcome) : received, query);
        return await PageAsync(context, received, query, cancellationToken);
    }

    private static IQueryable<ReceivedRow> Between(IQueryable<ReceivedRow> received, MessageQuery query)
    {
        if (query.Since is { } since)
        {
            received = received.Where(r => r.ReceivedAt >= since);
        }

        return query.Until is { } until ? received.Where(r => r.ReceivedAt < until) : received;
    }

    private static async Task<IReadOnlyList<Guid>> PageAsync(HubDbContext context, IQueryable<ReceivedRow> received, MessageQuery query, CancellationToken cancellationToken)
    {
        if (query.After is { } last && await context.Received.Where(r => r.Id == last).Select(r => (DateTimeOffset?)r.ReceivedAt).SingleOrDefaultAsync(cancellationToken) is { } at)
        {
            var from = await Ordered(received.Where(r => r.ReceivedAt <= at)).Take(query.Max + MostAtOnce).Select(r => r.Id).ToListAsync(cancellationToken);
            return [.. from.Skip(from.IndexOf(last) + 1).Take(query.Max)];
        }

        return await Ordered(received).Take(query.Max).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    private static IOrderedQueryable<ReceivedRow> Ordered(IQueryable<ReceivedRow> received) => received.OrderByDescending(r => r.ReceivedAt).ThenByDescending(r => r.Id);

    /// <summary>Everyone who has the number, whoever they were merged into, and whoever was merged into them.</summary>
    private async Task<List<Guid>> PersonsAsync(HubDbContext context, NhsNumber number, CancellationToken cancellationToken)
    {
        var found = new HashSet<Guid>();
        foreach (var hash in new IdentifierHasher(options).ToFind(new PatientRef { NhsNumber = number }))
        {
            found.UnionWith(await context.PersonIdentifiers.Where(i => i.Hash == hash).Select(i => i.PersonId).ToListAsync(cancellationToken));
        }

        for (var before = 0; before < found.Count;)
        {
            before = found.Count;
            var ids = found.ToList();
            found.UnionWith(await context.Persons.Where(p => ids.Contains(p.Id) && p.MergedInto != null).Select(p => p.MergedInto!.Value).ToListAsync(cancellationToken));
            found.UnionWith(await context.Persons.Where(p => p.MergedInto != null && ids.Contains(p.MergedInto.Value)).Select(p => p.Id).ToListAsync(cancellationToken));
        }

        return [.. found];
    }
}
