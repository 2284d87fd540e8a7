using Hub.Fhir.Events;
using Hub.Proxy.Store.AtRest;
using System.Data.Common;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Finds persons, episodes and lanes.</summary>
internal static class StoredLookups
{
    public static List<KnownPerson> Persons(StoreSession db, IReadOnlyList<byte[]> hashes)
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

        return [.. through.Select(found => db.First(Sql.ReadPerson, row => Person(db.Keys, row, found.Key, found.Value), ("@id", found.Key))!)];
    }

    /// <summary>True where the key finds at least one of some persons under what they are known by, or the store knows nobody yet.</summary>
    public static bool KnowsItsPersons(StoreSession session, IdentifierHasher hasher)
    {
        var samples = session.All(
            Sql.SampleIdentities, row => (Identity: IdentityJson.Read(session.Keys.Read(row.Content(0), ContentPlace.Person(row.GetGuid(3)))), Hash: row.Bytes(4)), ("@keyId", hasher.KeyId));
        return samples.Count == 0 || samples.Any(sample => hasher.ToFind(sample.Identity).Any(hash => hash.AsSpan().SequenceEqual(sample.Hash)));
    }

    public static KnownEpisode? Episode(StoreSession db, EpisodeKey key) =>
        db.First(Sql.FindEpisode, row => ReadEpisode(db.Keys, row), ("@org", key.Organisation.Value), ("@local", key.LocalId));

    public static List<KnownEpisode> Episodes(StoreSession db, Guid personId) => db.All(Sql.FindEpisodes, row => ReadEpisode(db.Keys, row), ("@person", personId));

    private static KnownPerson Person(ContentKeys keys, DbDataReader row, Guid id, HashSet<Guid> through) => new()
    {
        PersonId = id,
        Version = row.GetInt64(0),
        Identity = IdentityJson.Read(keys.Read(row.Content(1), ContentPlace.Person(row.GetGuid(5)))),
        HeldReason = row.Text(4),
        FoundThrough = [.. through],
    };

    private static KnownEpisode ReadEpisode(ContentKeys keys, DbDataReader row) => new()
    {
        Key = new EpisodeKey(OdsCode.Parse(row.GetString(0)), row.GetString(1)),
        Version = row.GetInt64(2),
        State = CareEventJson.ReadState(keys.Read(row.Content(3), ContentPlace.EpisodeVersion(row.GetInt64(6), row.GetInt64(2)))),
        PersonId = row.GetGuid(7),
    };
}
