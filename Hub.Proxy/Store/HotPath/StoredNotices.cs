using Hub.Proxy.Notices;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes what becomes of notices. Runs on the writer's thread.</summary>
internal sealed class StoredNotices(string organisation)
{
    // While a reported death holds an obligation its reminders wait too (clinical rule 18).
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(15);

    public static List<NoticeLease> Claim(StoreSession db, int max, TimeSpan lease, Func<int, TimeSpan> untilNextRung, DateTimeOffset now)
    {
        var due = db.All(
            NoticeSql.Due, row => (Id: row.GetInt64(0), Attempts: row.GetInt32(1), Rung: row.GetInt32(2), Role: row.GetString(3), DueAt: row.IsDBNull(4) ? (DateTimeOffset?)null : row.Time(4),
                Taken: row.Text(5), IsOfObligation: !row.IsDBNull(6), IsClosed: !row.IsDBNull(7), IsHeld: !row.IsDBNull(8)), ("@now", now), ("@max", max));
        var leased = new List<NoticeLease>();
        foreach (var one in due)
        {
            if (one.IsClosed)
            {
                db.Execute(NoticeSql.End, ("@id", one.Id), ("@now", now));
            }
            else if (one.IsHeld)
            {
                db.Execute(NoticeSql.PutOff, ("@id", one.Id), ("@until", now + HeldFor));
            }
            else
            {
                // An obligation's own ladder tells the next rung.
                db.Execute(NoticeSql.Lease, ("@id", one.Id), ("@until", now + lease), ("@rungAt", one.IsOfObligation ? null : now + untilNextRung(one.Rung)));
                leased.Add(new NoticeLease(one.Id, one.Attempts + 1, one.Role, one.DueAt, one.Taken?.Split(',') ?? []));
            }
        }

        return leased;
    }

    public void Complete(StoreSession db, NoticeLease lease, IReadOnlyList<string> taken, string? fault, TimeSpan? tryAgainIn, PlannedAttention? alarm, DateTimeOffset now)
    {
        db.Number(
            NoticeSql.Complete, ("@id", lease.Id), ("@attempt", lease.Attempt), ("@taken", taken.Count == 0 ? null : string.Join(',', taken)), ("@fault", fault),
            ("@sent", fault is null ? now : null), ("@next", tryAgainIn is { } pause ? now + pause : null));
        if (alarm is not null)
        {
            StoredAttention.Write(db, organisation, alarm, receivedId: null, now);
        }
    }

    public int Raise(StoreSession db, Func<int, NextRung> next, int max, DateTimeOffset now)
    {
        var due = db.All(
            NoticeSql.ToRaise, row => (Id: row.GetInt64(0), Rung: row.GetInt32(1), Attention: row.GetGuid(2), WasHad: !row.IsDBNull(3), IsClosed: !row.IsDBNull(4)), ("@now", now), ("@max", max));
        foreach (var one in due)
        {
            if (one.IsClosed)
            {
                db.Execute(NoticeSql.End, ("@id", one.Id), ("@now", now));
                continue;
            }

            db.Execute(NoticeSql.Raised, ("@id", one.Id));

            // Whoever had it for a while and left it open is told again before anybody above.
            var rung = one.WasHad ? one.Rung : one.Rung + 1;
            db.Execute(
                NoticeSql.InsertRung, ("@org", organisation), ("@attention", one.Attention), ("@rung", rung), ("@role", rung == 0 ? null : next(rung - 1).Role), ("@now", now));
        }

        return due.Count;
    }

    /// <summary>Null where there is no such open notice.</summary>
    public static NoticeHad? Have(StoreSession db, long id, string by, TimeSpan silent, DateTimeOffset now)
    {
        if (db.First<(Guid Attention, Guid? Obligation)?>(NoticeSql.FindOpen, row => (row.GetGuid(0), row.Id(1)), ("@id", id)) is not { } found)
        {
            return null;
        }

        db.Execute(NoticeSql.Have, ("@id", id), ("@attention", found.Attention), ("@by", by), ("@now", now), ("@until", now + silent));
        return new NoticeHad(found.Obligation, now + silent);
    }
}
