using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.OperatorConsole;

/// <summary>A person whose messages to one partner are stopped.</summary>
internal sealed record HeldLane(Guid PersonId, PersonLine Person, string Why);

/// <summary>A message that a partner does not have yet.</summary>
internal sealed record UnsentMessage(Guid DeliveryId, PersonLine Person, string Title, Urgency Urgency, string State, DateTimeOffset Since);

/// <summary>Who waits at one partner.</summary>
internal sealed class PartnerLanes(Func<HubDbContext> open)
{
    public async Task<IReadOnlyList<HeldLane>> HeldAsync(string partnerId, int max, CancellationToken cancellationToken)
    {
        await using var context = open();
        var rows = await context.Lanes.AsNoTracking().Where(l => l.PartnerId == partnerId && l.HeldReason != null).Take(max)
            .Join(context.Persons, l => l.PersonId, p => p.Id, (l, p) => new { l.HeldReason, Person = p }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new HeldLane(r.Person.Id, ConsolePeople.Of(context.Keys, r.Person), r.HeldReason!))];
    }

    /// <summary>What it does not have, of the people who have waited longest.</summary>
    public async Task<IReadOnlyList<UnsentMessage>> UnsentAsync(string partnerId, int max, CancellationToken cancellationToken)
    {
        await using var context = open();
        var lanes = context.Lanes.AsNoTracking().Where(l => l.PartnerId == partnerId);
        var rows = await lanes.Join(context.Deliveries.Where(d => d.FinishedAt == null), l => l.Id, d => d.LaneId, (l, d) => d).OrderBy(d => d.CreatedAt).Take(max)
            .Join(context.Persons, d => d.PersonId, p => p.Id, (d, p) => new { Delivery = d, Person = p }).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(r => r.Delivery.Urgency).ThenBy(r => r.Delivery.CreatedAt)
            .Select(r => new UnsentMessage(r.Delivery.Id, ConsolePeople.Of(context.Keys, r.Person), r.Delivery.Title, r.Delivery.Urgency, MessageStory.StateOf(r.Delivery), r.Delivery.CreatedAt))];
    }
}
