namespace Hub.Proxy.Store.HotPath;

/// <summary>The audit trail, which only grows.</summary>
internal static class AuditSql
{
    public const string Last = "SELECT seq, seal FROM audit_record WHERE seq = (SELECT MAX(seq) FROM audit_record)";

    public const string Insert = "INSERT INTO audit_record (seq, organisation, at, content, seal) VALUES (@seq, @org, @at, @content, @seal)";
}
