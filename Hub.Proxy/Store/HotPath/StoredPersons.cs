using Hub.Fhir.Events;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Persons and episodes of one plan: applied only where the versions the plan was made from still stand.</summary>
internal sealed class StoredPersons(StoreSession db, string organisation, string keyId, DateTimeOffset now)
{
    // Checked once: a later event of the same message was planned on top of what an earlier one changed.
    private readonly Dictionary<Guid, string?> checkedPersons = [];
    private readonly HashSet<EpisodeKey> checkedEpisodes = [];
    private readonly HashSet<Guid> hidden = [];

    public string? HeldReason(Guid personId) => checkedPersons[personId];

    /// <summary>False when the person moved on since the plan was made.</summary>
    public bool TryApply(PreparedEvent one, StoredLanes lanes)
    {
        var planned = one.Planned.Person;
        var state = db.First<PersonState?>(
            Sql.FindPersonState, row => new PersonState(row.GetInt64(0), row.Text(1), row.Id(2), row.Content(3)), ("@id", planned.PersonId));
        if (state is null)
        {
            return planned.ExpectedVersion == 0 && TryInsert(one);
        }

        if (!checkedPersons.ContainsKey(planned.PersonId) && (state.Version != planned.ExpectedVersion || state.MergedInto is not null))
        {
            return false;
        }

        var held = NewHold(planned.Hold, state.HeldReason);
        var newIdentity = one.Identity is { } identity && !identity.Content.AsSpan().SequenceEqual(db.Keys.Opened(state.Identity, ContentPlace.Person(planned.PersonId)).Content);
        if (newIdentity || held != state.HeldReason)
        {
            StoredContent? known = newIdentity ? db.Keys.Seal(one.Identity!.Value, ContentPlace.Person(planned.PersonId)) : null;
            db.Execute(
                Sql.UpdatePerson,
                ("@id", planned.PersonId), ("@identity", known?.Content), ("@encoding", known?.Encoding), ("@key", known?.KeyId), ("@held", held), ("@now", now));
            WriteIdentifiers(one);
        }

        if (planned.LiftHeldBecause is { } lifted)
        {
            db.Execute(Sql.ReleaseHeldBecause, ("@person", planned.PersonId), ("@reason", lifted), ("@now", now));
            lanes.TouchAllOf(planned.PersonId);
        }

        // Once a message, however many episodes it fans out over.
        if (planned.HidePlacesBecause is { } because && hidden.Add(planned.PersonId))
        {
            StoredHiding.Apply(db, organisation, one.Planned, because, now);
            lanes.TouchAllOf(planned.PersonId);
        }

        if (held != state.HeldReason)
        {
            SetHold(planned.PersonId, held, lanes);
        }

        checkedPersons[planned.PersonId] = held;
        return true;
    }

    /// <summary>False when the episode moved on since the plan was made.</summary>
    public bool TryApplyEpisode(PreparedEvent one, out (long Id, long Version)? written)
    {
        written = null;
        if (one.Planned.Episode is not { } planned)
        {
            return true;
        }

        var again = checkedEpisodes.Contains(planned.Key);
        var row = planned.ExpectedVersion == 0 && !again ? InsertEpisode(one, planned) : UpdateEpisode(planned, again);
        if (row == default)
        {
            return false;
        }

        var state = db.Keys.Seal(one.State!.Value, ContentPlace.EpisodeVersion(row.Id, row.Version)); // here: the row has no number before
        db.Execute(
            Sql.InsertEpisodeVersion,
            ("@episode", row.Id), ("@version", row.Version), ("@org", organisation), ("@encoding", state.Encoding), ("@content", state.Content), ("@key", state.KeyId));
        checkedEpisodes.Add(planned.Key);
        written = row;
        return true;
    }

    private bool TryInsert(PreparedEvent one)
    {
        var planned = one.Planned.Person;
        var clear = one.Identity ?? throw new InvalidOperationException("A person not known before needs an identity.");
        var holders = one.IdentifiersToFind.SelectMany(hash => db.All(Sql.FindPersonsByHash, row => row.GetGuid(1), ("@hash", hash)));
        if (holders.Any(holder => !planned.KnownHolders.Contains(holder) && !checkedPersons.ContainsKey(holder)))
        {
            return false;
        }

        var held = NewHold(planned.Hold, null);
        var identity = db.Keys.Seal(clear, ContentPlace.Person(planned.PersonId));
        if (db.Scalar(
            Sql.InsertPerson,
            ("@id", planned.PersonId), ("@org", organisation), ("@identity", identity.Content), ("@encoding", identity.Encoding), ("@key", identity.KeyId), ("@held", held),
            ("@now", now)) is null)
        {
            return false;
        }

        WriteIdentifiers(one);
        checkedPersons[planned.PersonId] = held;
        return true;
    }

    private void WriteIdentifiers(PreparedEvent one)
    {
        foreach (var hash in one.IdentifiersToStore)
        {
            db.Execute(
                Sql.InsertIdentifier, ("@org", organisation), ("@person", one.Planned.Person.PersonId), ("@hash", hash), ("@keyId", keyId), ("@now", now));
        }
    }

    private void SetHold(Guid personId, string? reason, StoredLanes lanes)
    {
        if (reason is null)
        {
            db.Execute(Sql.ReleaseDeliveriesOfPerson, ("@person", personId), ("@now", now));
        }
        else
        {
            db.Execute(Sql.HoldDeliveriesOfPerson, ("@person", personId), ("@reason", reason));
        }

        lanes.TouchAllOf(personId);
    }

    private (long Id, long Version) InsertEpisode(PreparedEvent one, PlannedEpisode planned) => db.First(
        Sql.InsertEpisode, row => (row.GetInt64(0), row.GetInt64(1)),
        ("@org", organisation), ("@episodeOrg", planned.Key.Organisation.Value), ("@local", planned.Key.LocalId),
        ("@person", one.Planned.Person.PersonId), ("@status", planned.State.Status), ("@now", now));

    private (long Id, long Version) UpdateEpisode(PlannedEpisode planned, bool again) => db.First(
        Sql.UpdateEpisode, row => (row.GetInt64(0), row.GetInt64(1)),
        ("@episodeOrg", planned.Key.Organisation.Value), ("@local", planned.Key.LocalId), ("@status", planned.State.Status),
        ("@expected", again ? -1L : planned.ExpectedVersion), ("@now", now));

    private static string? NewHold(string? planned, string? standing) => planned switch
    {
        null => standing,
        "" => null,
        _ => planned,
    };

    private sealed record PersonState(long Version, string? HeldReason, Guid? MergedInto, StoredContent Identity);
}
