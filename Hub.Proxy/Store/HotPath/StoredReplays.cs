using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes a replay: a new delivery at the end of its lane whose bytes are fixed already. Runs on the writer's thread.</summary>
internal static class StoredReplays
{
    /// <summary>False where the original is no longer as it was judged: then nothing is written.</summary>
    public static bool TryWrite(StoreSession db, ReplayOrder order, PreparedReplay prepared, DateTimeOffset now)
    {
        // Whose trust's it is, the original says: who orders a replay by hand need not know it.
        if (Read(db, order.OriginalId) is not { Organisation: var organisation })
        {
            return false;
        }

        var lanes = new StoredLanes(db, organisation, now);
        var lane = lanes.Ensure(order.PartnerId, order.PersonId);
        db.LockLane(lane);
        var original = Read(db, order.OriginalId);
        if (original is null || original.State != order.OriginalState || (order.Content is null && (original.Frozen is null || original.ComposeAnew)))
        {
            return false;
        }

        if (order.Readdress is { } moved && !StoredReaddress.TryRegister(db, order.PersonId, moved, prepared.Identity, now))
        {
            return false;
        }

        var body = prepared.Body is { } composed ? StoredPayloads.Keep(db, organisation, composed, now) : original.Body;
        var frozen = prepared.Frozen is { } bound ? StoredPayloads.Keep(db, organisation, bound, now) : original.Frozen!.Value;
        foreach (var used in new[] { body, frozen })
        {
            db.Execute(Sql.TouchPayload, ("@id", used), ("@now", now), ("@yesterday", now.AddDays(-1)));
        }

        Insert(db, organisation, order, original, (lane, lanes.TakeSequence(lane), body, frozen), now);
        db.Execute(Sql.CarryByReplay, ("@id", order.OriginalId), ("@replay", order.DeliveryId));
        if (original.State == DeliveryState.Unroutable)
        {
            db.Execute(Sql.ReplaceUnroutable, ("@id", order.OriginalId), ("@replay", order.DeliveryId), ("@now", now));
            db.Execute(Sql.CloseAttentionOfDelivery, ("@id", order.OriginalId), ("@now", now), ("@by", order.By), ("@note", order.Note));
        }

        if (order.Readdress is { } from)
        {
            new StoredReaddress(organisation).Follow(db, order, from, now);
        }

        foreach (var attention in order.Attention)
        {
            StoredAttention.Write(db, organisation, attention, receivedId: null, now);
        }

        lanes.Settle();
        return true;
    }

    private static Original? Read(StoreSession db, Guid id) => db.First<Original?>(
        Sql.ReadOriginal,
        row => new Original((DeliveryState)row.GetInt32(0), row.GetInt64(1), row.Number(2), row.Text(3), row.Text(4), row.GetBoolean(5), row.GetString(6)), ("@id", id));

    private static void Insert(
        StoreSession db, string organisation, ReplayOrder order, Original original, (long Lane, long Seq, long Body, long Frozen) at, DateTimeOffset now) => db.Execute(
        Sql.InsertReplay,
        ("@id", order.DeliveryId), ("@org", organisation), ("@event", order.EventId), ("@lane", at.Lane), ("@seq", at.Seq), ("@partner", order.PartnerId),
        ("@person", order.PersonId), ("@recipient", order.RecipientName), ("@audience", order.Audience.ToString()),
        ("@state", order.HeldBecause is null ? DeliveryState.Waiting : DeliveryState.Held), ("@body", at.Body), ("@frozen", at.Frozen),
        ("@mediaType", order.Content?.Frozen.MediaType ?? original.MediaType), ("@messageId", order.Content?.Frozen.ProtocolMessageId ?? original.MessageId),
        ("@part", order.Part), ("@version", order.Version), ("@next", now + order.Wait),
        ("@waiting", order.HeldBecause ?? "A replay that a person asked for; its turn has not come yet."), ("@held", order.HeldBecause),
        ("@heldBy", order.HeldBecause is null ? Rows.HeldBy.Nothing : Rows.HeldBy.Plan), ("@urgency", order.Urgency), ("@title", order.Title),
        ("@fileHash", order.PartnerFileHash), ("@stops", order.StopsLane), ("@original", order.OriginalId), ("@form", order.Form.ToString()), ("@by", order.By),
        ("@note", order.Note), ("@now", now));

    private sealed record Original(DeliveryState State, long Body, long? Frozen, string? MediaType, string? MessageId, bool ComposeAnew, string Organisation);
}

/// <summary>A replay's content hashed, compressed and sealed, before the writer is asked.</summary>
internal sealed record PreparedReplay(PreparedPayload? Body, PreparedPayload? Frozen, StoredContent? Identity = null)
{
    public static PreparedReplay Of(ReplayOrder order, ContentKeys keys) => order.Content is { } content
        ? new(PreparedPayload.Of(content.Body.Span, keys), PreparedPayload.Of(content.Frozen.Bytes.Span, keys), order.Readdress?.Identity is { } identity ? StoredContent.Of(IdentityJson.Write(identity)) : null)
        : new(null, null);
}
