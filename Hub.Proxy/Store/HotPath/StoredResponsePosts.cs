using Hub.Proxy.Acknowledgements;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes what becomes of answers that are posted. Runs on the writer's thread.</summary>
internal sealed class StoredResponsePosts(string organisation)
{
    public void Ask(StoreSession db, Guid receivedId, string sourceId, string url, DateTimeOffset now) => db.Execute(
        ResponsePostSql.Ask, ("@org", organisation), ("@received", receivedId), ("@source", sourceId), ("@url", url), ("@now", now));

    /// <summary>The sender of what asked for this is to be told how it stands.</summary>
    public static void AskStatus(StoreSession db, Guid obligationId, DateTimeOffset now) =>
        db.Execute(ResponsePostSql.AskStatus, ("@id", obligationId), ("@url", ResponsePost.Status), ("@now", now));

    public static List<ResponsePost> Claim(StoreSession db, int max, TimeSpan lease, DateTimeOffset now) => db.All(
        ResponsePostSql.Claim, row => new ResponsePost(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3), now - row.Time(4), row.GetInt32(5)) { AskedAt = row.Time(4) },
        ("@now", now), ("@until", now + lease), ("@max", max));

    public void Complete(StoreSession db, ResponsePost post, string? fault, TimeSpan? again, PlannedAttention? entry, DateTimeOffset now)
    {
        var owned = db.Number(
            ResponsePostSql.Complete, ("@id", post.Id), ("@attempt", post.Attempt), ("@asked", post.AskedAt), ("@fault", fault), ("@taken", fault is null ? now : null), ("@next", again is { } pause ? now + pause : null)) is not null;
        if (owned && entry is not null)
        {
            StoredAttention.Write(db, organisation, entry, post.ReceivedId, now);
        }
    }
}
