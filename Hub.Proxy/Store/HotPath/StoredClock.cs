namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// Puts waits and leases onto a clock that was set back; without it a retry due in a second would wait an hour and a second, and a dead worker's lane
/// as long. Once in years, so these read whole tables.
/// </summary>
internal static class StoredClock
{
    // Those behind a head too: each becomes the head in its turn, due when it was accepted by the old time.
    private const string Deliveries = "UPDATE delivery SET next_attempt_at = next_attempt_at - @by WHERE finished_at IS NULL AND next_attempt_at > @now";

    private const string Heads = "UPDATE lane SET head_due_at = head_due_at - @by WHERE head_due_at > @now";

    // Those taken since by the new time end earlier than this, and stay.
    private const string Leases = "UPDATE lane SET leased_until = leased_until - @by WHERE leased_until >= @now + @by - 60000";

    private const string Silences = "UPDATE delivery SET awaited_until = awaited_until - @by WHERE state = 9 AND awaited_until > @now";

    public static void SetBack(StoreSession db, TimeSpan by, DateTimeOffset now)
    {
        var milliseconds = (long)by.TotalMilliseconds;
        db.Execute(Deliveries, ("@by", milliseconds), ("@now", now));
        db.Execute(Silences, ("@by", milliseconds), ("@now", now));
        db.Execute(Heads, ("@by", milliseconds), ("@now", now));
        db.Execute(Leases, ("@by", milliseconds), ("@now", now));
    }
}
