using Hub.Proxy.Handovers;

namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// Clinical rule 18 in the store: a reported death holds every clock of its person at once, in all their episodes; follow-ups end only on the word of a
/// named person; and a removal of the notice lets the clocks go on where they stood. Runs in the transaction of what says so.
/// </summary>
internal sealed class StoredDeaths(StoredObligations obligations)
{
    /// <summary>What an event says of the death.</summary>
    public void Take(StoreSession db, DeathNews news, Guid personId, string by, DateTimeOffset now)
    {
        var evidence = new Evidence { At = now, Channel = ActChannel.Record, By = by };
        if (news == DeathNews.Reported)
        {
            db.Execute(ObligationSql.SetPersonHeld, ("@person", personId), ("@since", now));
            Note(db, "Held", db.All(ObligationSql.HoldClocks, Moved, ("@person", personId), ("@now", now), ("@confirm", ObligationKind.DeathConfirmed)), evidence, now);
        }
        else if (news == DeathNews.Released)
        {
            Release(db, personId, evidence, now);
            Note(db, "Reopened", db.All(
                ObligationSql.ReopenFollowUps, Moved, ("@person", personId), ("@now", now), ("@accepted", ObligationState.Accepted), ("@proposed", ObligationState.Proposed),
                ("@requested", ObligationState.Requested)), evidence, now);
            CloseConfirmations(db, personId, ObligationState.Cancelled, nameof(Cancel), by, "The report of death no longer stands.", now);
        }
    }

    /// <summary>What a named person says of it. What was owed for the person's own care ends if it is so; what others must still be told goes on.</summary>
    public void Answer(StoreSession db, Guid personId, bool isSo, Evidence evidence, DateTimeOffset now)
    {
        if (isSo)
        {
            Note(db, nameof(Waive), db.All(
                ObligationSql.EndFollowUps, Moved, ("@person", personId), ("@now", now), ("@waived", ObligationState.Waived), ("@gpInformed", ObligationKind.GpInformed),
                ("@gpAction", ObligationKind.GpAction), ("@teamAction", ObligationKind.TeamAction), ("@wardInformed", ObligationKind.WardInformed),
                ("@alert", ObligationKind.SafetyAlertRead), ("@referrer", ObligationKind.ReferrerReply), ("@carer", ObligationKind.CarerCopy),
                ("@confirm", ObligationKind.DeathConfirmed)), evidence with { Note = "The death was confirmed.", Call = null }, now);
            CloseConfirmations(db, personId, ObligationState.Done, nameof(Complete), evidence.By, "Confirmed for another episode of the person.", now);
        }

        Release(db, personId, evidence with { Note = null, Call = null }, now);
    }

    /// <summary>Two records are two people again: a death reported of the one must not silence the clocks of the other, where nobody would be asked about it.</summary>
    public void Separate(StoreSession db, Guid personId, DateTimeOffset now) =>
        Release(db, personId, new Evidence { At = now, Channel = ActChannel.Hub, By = "merge undone" }, now);

    /// <summary>Since when new obligations for the person are held; null where their clocks run.</summary>
    public static DateTimeOffset? HeldSince(StoreSession db, Guid personId) =>
        db.Number(ObligationSql.PersonHeld, ("@person", personId)) is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null;

    /// <summary>What the report itself asks is not held by it.</summary>
    public static bool IsHeld(ObligationKind kind, DeathNews news) =>
        kind != ObligationKind.DeathConfirmed && !(news == DeathNews.Reported && kind is ObligationKind.GpAction or ObligationKind.TeamAction);

    private void Release(StoreSession db, Guid personId, Evidence evidence, DateTimeOffset now)
    {
        db.Execute(ObligationSql.SetPersonHeld, ("@person", personId), ("@since", null));
        Note(db, "Released", db.All(ObligationSql.ReleaseClocks, Moved, ("@person", personId), ("@now", now)), evidence, now);
    }

    private void CloseConfirmations(StoreSession db, Guid personId, ObligationState state, string act, string by, string how, DateTimeOffset now)
    {
        foreach (var id in db.All(ObligationSql.OpenConfirmations, row => row.GetGuid(0), ("@person", personId), ("@confirm", ObligationKind.DeathConfirmed)))
        {
            obligations.Close(db, id, state, act, by, how, now);
        }
    }

    private void Note(StoreSession db, string act, List<(Guid Id, ObligationState State)> moved, Evidence evidence, DateTimeOffset now) =>
        moved.ForEach(one => obligations.AddStep(db, one.Id, act, evidence, one.State, now));

    private static (Guid, ObligationState) Moved(System.Data.Common.DbDataReader row) => (row.GetGuid(0), (ObligationState)row.GetInt32(1));
}
