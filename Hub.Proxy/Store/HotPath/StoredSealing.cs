using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Seals anew, under the newest key, what is under another or in clear. Reading and sealing happen outside the writer.</summary>
internal sealed class StoredSealing(ContentKeys keys)
{
    /// <summary>One row, and how it is opened and written again.</summary>
    private sealed record Again(string Row, Func<Action<StoreSession>> Seal);

    /// <summary>What a step finds to do.</summary>
    public (SealingPlace? Next, IReadOnlyList<Action<StoreSession>> Writes, IReadOnlyList<string> Unreadable) Read(StoreSession db, SealingPlace at, int max)
    {
        var (rows, next) = at.Table switch
        {
            SealingTable.Payload => Payloads(db, at, max),
            SealingTable.Person => Persons(db, at, max),
            SealingTable.EpisodeVersion => Versions(db, at, max),
            _ => Reasons(db, at, max),
        };
        var (writes, unreadable) = (new List<Action<StoreSession>>(rows.Count), new List<string>());
        foreach (var row in rows)
        {
            try
            {
                writes.Add(row.Seal());
            }
            catch (InvalidDataException)
            {
                unreadable.Add(row.Row);
            }
        }

        return (next, writes, unreadable);
    }

    private (List<Again> Rows, SealingPlace? Next) Payloads(StoreSession db, SealingPlace at, int max)
    {
        var to = at.After + max;
        var rows = db.All(
            KeySql.PayloadsToSeal,
            row => (Id: row.GetInt64(0), Content: row.Content(1), Hash: row.Bytes(4), Over: row.Number(5) is { } over ? (over, row.GetInt32(6)) : ((long, int)?)null),
            ("@after", at.After), ("@to", to), ("@key", keys.ActiveId));
        return (rows.ConvertAll(row =>
        {
            // In clear it went by its plain hash. Where the same content has come again since, the two stay two.
            var keyed = row.Content.KeyId is null ? keys.HashOf(row.Hash) : row.Hash;
            var hash = row.Content.KeyId is null && db.Number(Sql.FindPayload, ("@hash", keyed)) is not null ? row.Hash : keyed;
            return Of(
                $"payload/{row.Id}", row.Content, ContentPlace.Payload(row.Hash, row.Over), ContentPlace.Payload(hash, row.Over),
                (session, anew) => session.Execute(
                    KeySql.SealPayload, ("@id", row.Id), ("@content", anew.Content), ("@key", anew.KeyId), ("@hash", hash), ("@before", row.Content.Content), ("@encoding", row.Content.Encoding)));
        }), to >= (db.Number(KeySql.LastPayload) ?? 0) ? new SealingPlace(SealingTable.Person, 0, Guid.Empty) : at with { After = to });
    }

    private (List<Again> Rows, SealingPlace? Next) Persons(StoreSession db, SealingPlace at, int max)
    {
        var rows = db.All(KeySql.Persons, row => (Id: row.GetGuid(0), Content: row.Content(1)), ("@after", at.Person), ("@max", max));
        var next = rows.Count < max ? new SealingPlace(SealingTable.EpisodeVersion, 0, Guid.Empty) : at with { Person = rows[^1].Id };
        return (rows.Where(row => row.Content.KeyId != keys.ActiveId).Select(row => Of(
            $"person/{row.Id}", row.Content, ContentPlace.Person(row.Id), ContentPlace.Person(row.Id),
            (session, anew) => session.Execute(KeySql.SealPerson, ("@id", row.Id), ("@content", anew.Content), ("@key", anew.KeyId), ("@before", row.Content.Content)))).ToList(), next);
    }

    private (List<Again> Rows, SealingPlace? Next) Versions(StoreSession db, SealingPlace at, int max)
    {
        var to = at.After + max;
        var rows = db.All(
            KeySql.VersionsToSeal, row => (Episode: row.GetInt64(0), Version: row.GetInt64(1), Content: row.Content(2)),
            ("@after", at.After), ("@to", to), ("@key", keys.ActiveId));
        return (rows.ConvertAll(row => Of(
            $"episode/{row.Episode}/{row.Version}", row.Content, ContentPlace.EpisodeVersion(row.Episode, row.Version), ContentPlace.EpisodeVersion(row.Episode, row.Version),
            (session, anew) => session.Execute(
                KeySql.SealVersion, ("@episode", row.Episode), ("@version", row.Version), ("@content", anew.Content), ("@key", anew.KeyId), ("@before", row.Content.Content)))),
            to >= (db.Number(KeySql.LastEpisode) ?? 0) ? new SealingPlace(SealingTable.Attempt, 0, Guid.Empty) : at with { After = to });
    }

    private (List<Again> Rows, SealingPlace? Next) Reasons(StoreSession db, SealingPlace at, int max)
    {
        var to = at.After + max;
        var rows = db.All(
            KeySql.ReasonsToSeal, row => (Id: row.GetInt64(0), Place: ContentPlace.Attempt(row.GetGuid(1), row.GetInt32(2)), Reason: row.GetString(3)),
            ("@after", at.After), ("@to", to), ("@under", SealedText.BeginningUnder(keys.ActiveId) + "%"));
        return (rows.ConvertAll(row => new Again($"attempt/{row.Id}", () =>
        {
            var anew = keys.Seal(keys.Read(row.Reason, row.Place), row.Place);
            return session => session.Execute(KeySql.SealReason, ("@id", row.Id), ("@reason", anew), ("@before", row.Reason));
        })), to >= (db.Number(KeySql.LastAttempt) ?? 0) ? null : at with { After = to });
    }

    private Again Of(string row, StoredContent before, ContentPlace place, ContentPlace moved, Action<StoreSession, StoredContent> write) => new(row, () =>
    {
        var anew = keys.Seal(keys.Opened(before, place), moved);
        return session => write(session, anew);
    });
}
