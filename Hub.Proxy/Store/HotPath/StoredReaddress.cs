using Hub.Proxy.Handovers;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>What follows where a returned message goes to another practice: where the person is registered, what is asked of whom, what waits no more. Runs on the writer's thread.</summary>
internal sealed class StoredReaddress(string organisation)
{
    /// <summary>False where the person moved on since the proposal was made: then nothing is written.</summary>
    public static bool TryRegister(StoreSession db, Guid personId, Readdressed moved, StoredContent? identity, DateTimeOffset now)
    {
        var held = db.First<(long Version, string? Held, bool IsMerged)?>(Sql.FindPersonState, row => (row.GetInt64(0), row.Text(1), !row.IsDBNull(2)), ("@id", personId));
        if (held is not { IsMerged: false } person || person.Version != moved.PersonVersion)
        {
            return false;
        }

        if (identity is { } clear)
        {
            var registered = db.Keys.Seal(clear, ContentPlace.Person(personId));
            db.Execute(
                Sql.UpdatePerson, ("@id", personId), ("@identity", registered.Content), ("@encoding", registered.Encoding), ("@key", registered.KeyId), ("@held", person.Held), ("@now", now));
        }

        return true;
    }

    public void Follow(StoreSession db, ReplayOrder order, Readdressed moved, DateTimeOffset now)
    {
        db.Execute(Sql.ReplaceReaddressed, ("@id", order.OriginalId), ("@replay", order.DeliveryId), ("@now", now));
        db.Execute(Sql.CloseAttentionOfDelivery, ("@id", order.OriginalId), ("@now", now), ("@by", order.By), ("@note", order.Note));
        var obligations = new StoredObligations(organisation);
        var asked = db.All(
            ObligationSql.Readdress, row => (Id: row.GetGuid(0), State: (ObligationState)row.GetInt32(1)),
            ("@event", order.EventId), ("@from", moved.FromPartnerId), ("@to", order.PartnerId), ("@name", order.RecipientName), ("@now", now),
            ("@requested", ObligationState.Requested), ("@received", ObligationState.Received));
        foreach (var one in asked)
        {
            obligations.AddStep(
                db, one.Id, nameof(Reassign), new Evidence { At = now, Channel = ActChannel.Person, By = order.By, Note = order.Note }, one.State, now, order.RecipientName);
        }
    }
}
