using Hub.Fhir.Events;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>Finds persons, episodes and lanes.</summary>
internal static class SqliteLookups
{
    public static List<KnownPerson> Persons(SqliteSession db, IReadOnlyList<byte[]> hashes)
    {
        var through = new Dictionary<Guid, HashSet<Guid>>();
        foreach (var (first, survivor) in hashes.SelectMany(hash =>
            db.All(Sql.FindPersonsByHash, row => (row.GetGuid(0), row.GetGuid(1)), ("@hash", hash))))
        {
            var retired = through.TryGetValue(survivor, out var known) ? known : through[survivor] = [];
            if (first != survivor)
            {
                retired.Add(first);
            }
        }

        return [.. through.Select(found => db.First(Sql.ReadPerson, row => Person(row, found.Key, found.Value), ("@id", found.Key))!)];
    }

    public static KnownEpisode? Episode(SqliteSession db, EpisodeKey key) =>
        db.First(Sql.FindEpisode, ReadEpisode, ("@org", key.Organisation.Value), ("@local", key.LocalId));

    public static List<KnownEpisode> Episodes(SqliteSession db, Guid personId) => db.All(Sql.FindEpisodes, ReadEpisode, ("@person", personId));

    public static List<LaneLease> Claim(SqliteSession db, ClaimRequest request, DateTimeOffset now)
    {
        var token = Guid.CreateVersion7(now);
        var until = now + request.Lease;
        var claimed = db.All(
            request.PartnerId is null ? Sql.ClaimAnywhere : Sql.Claim,
            row => (Urgency: row.GetInt32(3), DueAt: row.GetInt64(4), Lease: new LaneLease
            {
                LaneId = row.GetInt64(0),
                PartnerId = row.GetString(1),
                PersonId = row.GetGuid(2),
                Token = token,
                Until = until,
                Span = request.Lease,
            }),
            ("@partner", request.PartnerId), ("@now", now), ("@until", until), ("@token", token), ("@max", request.Max));

        // RETURNING promises no order (SQLite, "RETURNING", 4).
        return [.. claimed.OrderBy(c => c.Urgency).ThenBy(c => c.DueAt).Select(c => c.Lease)];
    }

    private static KnownPerson Person(SqliteDataReader row, Guid id, HashSet<Guid> through) => new()
    {
        PersonId = id,
        Version = row.GetInt64(0),
        Identity = IdentityJson.Read(StoredContent.Read(row.GetString(1), row.Bytes(2))),
        HeldReason = row.Text(3),
        FoundThrough = [.. through],
    };

    private static KnownEpisode ReadEpisode(SqliteDataReader row) => new()
    {
        Key = new EpisodeKey(OdsCode.Parse(row.GetString(0)), row.GetString(1)),
        Version = row.GetInt64(2),
        State = CareEventJson.ReadState(StoredContent.Read(row.GetString(3), row.Bytes(4))),
        PersonId = row.GetGuid(5),
    };
}
