namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// Adds what a commit did to the audit trail: one record a commit, inside it, so that there is no act without its record and no record without its act. The
/// trail is one over all nodes: who writes to it has it to itself until its commit, and locks nothing after.
/// </summary>
internal sealed class StoredAudit(string organisation, byte[] key) : IDisposable
{
    private readonly AuditRecord record = new(key);

    /// <summary>Writes down what the session has noted since its transaction began. The last thing before the commit.</summary>
    public void Write(StoreSession db)
    {
        if (db.Audited.Count == 0)
        {
            return;
        }

        db.LockAudit();
        var before = db.First<(long Seq, byte[] Seal)?>(AuditSql.Last, row => (row.GetInt64(0), row.Bytes(1))) ?? (0, AuditRecord.Beginning);
        var now = db.Now;
        var (content, seal) = record.Seal(before.Seal, before.Seq + 1, now, db.Audited);
        db.Execute(AuditSql.Insert, ("@seq", before.Seq + 1), ("@org", organisation), ("@at", now), ("@content", content), ("@seal", seal));
        db.Audited.Clear();
    }

    public void Dispose() => record.Dispose();
}
