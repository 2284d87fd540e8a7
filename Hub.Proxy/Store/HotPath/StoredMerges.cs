namespace Hub.Proxy.Store.HotPath;

/// <summary>Two persons become one, or are taken apart again, with what waits for them.</summary>
internal static class StoredMerges
{
    /// <summary>False when the persons are not (any more) as the plan found them.</summary>
    public static bool TryApply(StoreSession db, PersonMerge merge, StoredLanes lanes, DateTimeOffset now)
    {
        var retired = Read(db, merge.Retired);
        var survivor = Read(db, merge.Survivor);
        if (merge.Retired == merge.Survivor || retired is null || survivor is null)
        {
            return false;
        }

        return merge.Undo ? TryUndo(db, merge, retired, lanes, now) : TryJoin(db, merge, retired, survivor, lanes, now);
    }

    private static bool TryJoin(StoreSession db, PersonMerge merge, Standing retired, Standing survivor, StoredLanes lanes, DateTimeOffset now)
    {
        if (retired.MergedInto is not null || survivor.MergedInto is not null)
        {
            return false;
        }

        db.Execute(Sql.SetMergedInto, ("@retired", merge.Retired), ("@survivor", merge.Survivor), ("@now", now));
        lanes.TouchAllOf(merge.Retired);
        Move(db, lanes, merge.Survivor, db.All(Sql.MovableOfPerson, row => (row.GetGuid(0), row.GetString(1)), ("@person", merge.Retired)));
        db.Execute(Sql.ComposePersonAnew, ("@person", merge.Survivor));

        // What was held of one must not leave because the two are now called one.
        if ((survivor.HeldReason ?? retired.HeldReason) is { } reason)
        {
            db.Execute(Sql.UpdatePerson, ("@id", merge.Survivor), ("@identity", null), ("@encoding", null), ("@key", null), ("@held", reason), ("@now", now));
            db.Execute(Sql.HoldDeliveriesOfPerson, ("@person", merge.Survivor), ("@reason", reason));
        }

        lanes.TouchAllOf(merge.Survivor);
        return true;
    }

    private static bool TryUndo(StoreSession db, PersonMerge merge, Standing retired, StoredLanes lanes, DateTimeOffset now)
    {
        if (retired.MergedInto != merge.Survivor)
        {
            return false;
        }

        // Found while the link still stands: the retired person's own, and those of persons merged into them before.
        var back = db.All(
            Sql.MovableBack, row => (row.GetGuid(0), row.GetString(1)), ("@person", merge.Retired), ("@survivor", merge.Survivor));
        db.Execute(Sql.SetMergedInto, ("@retired", merge.Retired), ("@survivor", null), ("@now", now));
        lanes.TouchAllOf(merge.Survivor);
        Move(db, lanes, merge.Retired, back);
        db.Execute(Sql.ComposePersonAnew, ("@person", merge.Survivor));
        if (retired.HeldReason is { } reason)
        {
            db.Execute(Sql.HoldDeliveriesOfPerson, ("@person", merge.Retired), ("@reason", reason));
        }
        else
        {
            db.Execute(Sql.ReleaseDeliveriesOfPerson, ("@person", merge.Retired), ("@now", now));
        }

        lanes.TouchAllOf(merge.Retired);
        return true;
    }

    private static void Move(StoreSession db, StoredLanes lanes, Guid personId, IReadOnlyList<(Guid Delivery, string Partner)> deliveries)
    {
        foreach (var (delivery, partner) in deliveries)
        {
            var lane = lanes.Ensure(partner, personId);
            db.Execute(Sql.MoveDelivery, ("@id", delivery), ("@lane", lane), ("@seq", lanes.TakeSequence(lane)), ("@person", personId));
        }
    }

    private static Standing? Read(StoreSession db, Guid personId) =>
        db.First<Standing?>(Sql.FindPersonState, row => new Standing(row.Text(1), row.Id(2)), ("@id", personId));

    private sealed record Standing(string? HeldReason, Guid? MergedInto);
}
