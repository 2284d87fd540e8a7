namespace Hub.Proxy.Store.HotPath;

/// <summary>The lanes that one write touches: numbers given in lane order, and each lane's due time settled once at the end.</summary>
internal sealed class StoredLanes(StoreSession db, string organisation, DateTimeOffset now)
{
    private readonly SortedSet<long> touched = [];

    public long Ensure(string partnerId, Guid personId)
    {
        var lane = Find(partnerId, personId);
        if (lane is null)
        {
            db.Execute(Sql.InsertLane, ("@org", organisation), ("@partner", partnerId), ("@person", personId));
            lane = Find(partnerId, personId);
        }

        touched.Add(lane!.Value);
        return lane.Value;
    }

    public long TakeSequence(long lane) => db.Number(Sql.TakeSequence, ("@lane", lane))!.Value;

    public void TouchAllOf(Guid personId) => touched.UnionWith(db.All(Sql.LanesOfPerson, row => row.GetInt64(0), ("@person", personId)));

    public void Settle()
    {
        foreach (var lane in touched)
        {
            db.Execute(Sql.SettleLane, ("@lane", lane));
        }
    }

    /// <summary>Numbers are taken lane by lane in id order, so that two writers can neither deadlock nor number out of commit order.</summary>
    public void WriteDeliveries(IReadOnlyList<(PreparedEvent Event, string? PersonHeld)> events)
    {
        var rows = events
            .SelectMany(e => e.Event.Planned.Deliveries.Select((delivery, index) => new Row(e.Event, delivery, e.Event.Bodies[index], e.PersonHeld)))
            .ToList();
        foreach (var row in rows.Where(r => !r.Delivery.HasLane))
        {
            Write(row, lane: null);
        }

        var byLane = rows.Where(r => r.Delivery.HasLane).GroupBy(r => Ensure(r.Delivery.PartnerId!, r.Event.Planned.Person.PersonId)).ToList();
        foreach (var group in byLane.OrderBy(g => g.Key))
        {
            foreach (var row in group)
            {
                Write(row, group.Key);
            }
        }
    }

    private void Write(Row row, long? lane)
    {
        var delivery = row.Delivery;
        var (state, heldBy, because) = delivery.Shadow ? (DeliveryState.Shadow, Rows.HeldBy.Nothing, (delivery.RefusedBecause ?? delivery.HeldBecause) is { } would ? "Live, it would not have gone by itself: " + would : null)
            : lane is null ? (DeliveryState.Unroutable, Rows.HeldBy.Nothing, $"No partner file serves {delivery.RecipientName}.")
            : delivery.RefusedBecause is { } never ? (DeliveryState.Refused, Rows.HeldBy.Nothing, never)
            : delivery.HeldBecause is { } plan ? (DeliveryState.Held, Rows.HeldBy.Plan, plan)
            : row.PersonHeld is { } person ? (DeliveryState.Held, Rows.HeldBy.Person, person)
            : (DeliveryState.Waiting, Rows.HeldBy.Nothing, delivery.WaitsBecause ?? "Its turn to be sent has not come yet.");
        long? seq = lane is { } id ? TakeSequence(id) : null;
        if (lane is not null && delivery.Withdraws is { } withdrawn)
        {
            CancelWithdrawn(row.Event.Planned.EventId, lane.Value, seq!.Value, withdrawn);
        }

        db.Execute(
            Sql.InsertDelivery,
            ("@id", delivery.DeliveryId), ("@org", organisation), ("@event", row.Event.Planned.EventId), ("@lane", lane),
            ("@seq", seq), ("@partner", delivery.PartnerId), ("@person", row.Event.Planned.Person.PersonId),
            ("@recipient", delivery.RecipientName), ("@audience", delivery.Audience.ToString()), ("@state", state),
            ("@body", StoredPayloads.Keep(db, organisation, row.Body, now)), ("@next", state is DeliveryState.Unroutable or DeliveryState.Refused or DeliveryState.Shadow ? null : now),
            ("@waiting", because), ("@held", state is DeliveryState.Held ? because : null), ("@heldBy", heldBy), ("@urgency", delivery.Urgency),
            ("@title", delivery.Title), ("@part", delivery.Part), ("@fileHash", delivery.PartnerFileHash), ("@stops", delivery.StopsLaneWhenRefused), ("@now", now),
            ("@finished", state is DeliveryState.Refused or DeliveryState.Shadow ? now : null));
    }

    /// <summary>What was held for a person and is not true any more needs no decision.</summary>
    private void CancelWithdrawn(Guid eventId, long lane, long seq, string type)
    {
        var cancelled = db.All(
            Sql.CancelWithdrawn, row => row.GetGuid(0), ("@lane", lane), ("@seq", seq), ("@event", eventId), ("@type", type), ("@now", now),
            ("@because", "It was withdrawn before it left."));
        foreach (var delivery in cancelled)
        {
            db.Execute(Sql.CloseAttentionOfDelivery, ("@id", delivery), ("@now", now), ("@by", "hub"), ("@note", "Withdrawn by the sender before it left."));
        }
    }

    private long? Find(string partnerId, Guid personId) => db.Number(Sql.FindLane, ("@partner", partnerId), ("@person", personId));

    private sealed record Row(PreparedEvent Event, PlannedDelivery Delivery, PreparedPayload Body, string? PersonHeld);
}
