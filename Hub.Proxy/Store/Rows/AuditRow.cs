namespace Hub.Proxy.Store.Rows;

/// <summary>What one commit adds to the audit trail, sealed over the record before it. Never changed, never deleted.</summary>
public sealed class AuditRow
{
    /// <summary>1, 2, 3 ... without a gap, over all nodes.</summary>
    public long Seq { get; set; }
    public required string Organisation { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The entries, as <see cref="AuditRecord"/> writes them.</summary>
    public required byte[] Content { get; set; }

    /// <summary>HMAC-SHA256 over the seal before, number, time and content.</summary>
    public required byte[] Seal { get; set; }
}
