namespace Hub.Proxy.Store.HotPath;

/// <summary>Leases lanes: urgent first, and one place in four to routine lanes first, so that no flood of urgent work starves them. Runs on the writer's thread.</summary>
internal sealed class StoredClaims
{
    /// <summary>One place in this many goes to routine lanes first.</summary>
    private const int RoutineTurn = 4;

    private readonly Dictionary<string, int> turns = new(StringComparer.Ordinal);

    public List<LaneLease> Claim(StoreSession db, ClaimRequest request, DateTimeOffset now)
    {
        var turn = turns.GetValueOrDefault(request.PartnerId);
        var forRoutine = ((turn + request.Max) / RoutineTurn) - (turn / RoutineTurn);
        List<LaneLease> claimed = forRoutine == 0 ? [] : Claim(db, Sql.ClaimRoutine, request, forRoutine, now);
        if (claimed.Count < request.Max)
        {
            claimed.InsertRange(0, Claim(db, Sql.Claim, request, request.Max - claimed.Count, now));
        }

        turns[request.PartnerId] = (turn + claimed.Count) % RoutineTurn;
        return claimed;
    }

    private static List<LaneLease> Claim(StoreSession db, string sql, ClaimRequest request, int max, DateTimeOffset now)
    {
        var token = Guid.CreateVersion7(now);
        var until = now + request.Lease;
        var claimed = db.All(
            sql,
            row => (Urgency: row.GetInt32(3), DueAt: row.GetInt64(4), Lease: new LaneLease
            {
                LaneId = row.GetInt64(0),
                PartnerId = row.GetString(1),
                PersonId = row.GetGuid(2),
                Token = token,
                Until = until,
                Span = request.Lease,
            }),
            ("@partner", request.PartnerId), ("@now", now), ("@until", until), ("@token", token), ("@max", max));

        // RETURNING promises no order (SQLite, "RETURNING", 4).
        return [.. claimed.OrderBy(c => c.Urgency).ThenBy(c => c.DueAt).Select(c => c.Lease)];
    }
}
