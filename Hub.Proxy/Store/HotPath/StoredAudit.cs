using System.Data.Common;

namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// Adds what a commit did to the audit trail: one record a commit, inside it, so that there is no act without its record and no record without its act. The
/// trail is one over all nodes: who writes to it has it to itself until its commit, and locks nothing after.
/// </summary>
internal sealed class StoredAudit(string organisation, byte[] key) : IDisposable
{
    public const string Last = "SELECT seq, seal FROM audit_record ORDER BY seq DESC LIMIT 1";

    private const string Insert = "INSERT INTO audit_record (seq, organisation, at, content, seal) VALUES (@seq, @org, @at, @content, @seal)";

    private readonly AuditRecord record = new(key);

    /// <summary>Writes down what the session has noted since its transaction began. The last thing before the commit.</summary>
    public void Write(StoreSession db)
    {
        if (db.Audited.Count == 0)
        {
            return;
        }

        db.LockAudit();
        var before = db.First<(long Seq, byte[] Seal)?>(Last, Head) ?? (0, AuditRecord.Beginning);
        var now = db.Now;
        var (content, seal) = record.Seal(before.Seal, before.Seq + 1, now, db.Audited);
        db.Execute(Insert, ("@seq", before.Seq + 1), ("@org", organisation), ("@at", now), ("@content", content), ("@seal", seal));
        db.Audited.Clear();
    }

    public void Dispose() => record.Dispose();

    internal static (long Seq, byte[] Seal)? Head(DbDataReader row) => (row.GetInt64(0), row.Bytes(1));
}
