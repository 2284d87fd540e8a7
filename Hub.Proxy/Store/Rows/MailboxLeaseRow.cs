namespace Hub.Proxy.Store.Rows;

/// <summary>Which node empties a mailbox of ours now. A lease that has run out is anybody's.</summary>
public sealed class MailboxLeaseRow
{
    /// <summary>The MESH and the mailbox there.</summary>
    public required string Mailbox { get; set; }
    public required string Organisation { get; set; }

    /// <summary>One node's one start.</summary>
    public Guid Holder { get; set; }
    public DateTimeOffset LeasedUntil { get; set; }
}
