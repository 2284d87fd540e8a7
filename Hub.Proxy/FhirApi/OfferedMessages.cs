using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.FhirApi;

/// <summary>Reads what is offered to a partner from the store: heads of lanes with an open attempt.</summary>
internal sealed class OfferedMessages(Func<HubDbContext> open)
{
    /// <summary>What may be fetched now, oldest first. What concerns a person who is held is not.</summary>
    public async Task<IReadOnlyList<OfferedMessage>> OfAsync(string partnerId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var rows = await context.Lanes.AsNoTracking().Where(l => l.PartnerId == partnerId && l.HeadDueAt != null && l.LeaseToken != null && l.HeldReason == null)
            .Join(context.Deliveries.AsNoTracking().Where(d => d.FinishedAt == null && d.State == DeliveryState.Sending && d.FrozenPayloadId != null), l => l.Id, d => d.LaneId, (l, d) => new { Lane = l, Delivery = d })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(r => ToOffered(r.Lane, r.Delivery, r.Delivery.CreatedAt)).OrderBy(o => o.Place, StringComparer.Ordinal)];
    }

    /// <summary>One message of a partner by its id, in whatever state it is; null where this partner has none of it.</summary>
    public async Task<OfferedMessage?> FindAsync(string partnerId, string messageId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var row = await context.Lanes.AsNoTracking().Where(l => l.PartnerId == partnerId)
            .Join(context.Deliveries.AsNoTracking().Where(d => d.ProtocolMessageId == messageId), l => l.Id, d => d.LaneId, (l, d) => new { Lane = l, Delivery = d })
            .OrderByDescending(r => r.Delivery.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            return null;
        }

        var started = await context.Attempts.AsNoTracking().Where(a => a.DeliveryId == row.Delivery.Id).OrderByDescending(a => a.Id).Select(a => a.StartedAt).FirstOrDefaultAsync(cancellationToken);
        return ToOffered(row.Lane, row.Delivery, started);
    }

    /// <summary>The bytes that attempt 1 fixed.</summary>
    public async Task<byte[]> BytesAsync(OfferedMessage offered, CancellationToken cancellationToken)
    {
        await using var context = open();
        var frozen = await context.Payloads.AsNoTracking().SingleAsync(p => p.Id == offered.Delivery.FrozenPayloadId, cancellationToken);
        if (frozen.BaseId is not { } baseId)
        {
            return context.Keys.Read(frozen);
        }

        var body = await context.Payloads.AsNoTracking().SingleAsync(p => p.Id == baseId, cancellationToken);
        return context.Keys.Read(frozen, body);
    }

    private static OfferedMessage ToOffered(Store.Rows.LaneRow lane, Store.Rows.DeliveryRow delivery, DateTimeOffset startedAt) => new()
    {
        Delivery = delivery,
        StartedAt = startedAt,
        Lease = lane.LeaseToken is not { } token || delivery.State != DeliveryState.Sending ? null : new LaneLease
        {
            LaneId = lane.Id,
            PartnerId = lane.PartnerId,
            PersonId = lane.PersonId,
            Token = token,
            Until = lane.LeasedUntil ?? delivery.CreatedAt,
            Span = WaitingMessages.OfferedFor,
        },
    };
}
