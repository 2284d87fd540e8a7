namespace Hub.Proxy.Store.HotPath;

/// <summary>Mailboxes that the nodes share: one empties each.</summary>
internal static class MailboxSql
{
    /// <summary>Taken, or kept by whoever has it; nothing where another node's lease stands.</summary>
    public const string Lease = """
        INSERT INTO mailbox_lease (mailbox, organisation, holder, leased_until) VALUES (@mailbox, @org, @holder, @until)
        ON CONFLICT (mailbox) DO UPDATE SET holder = @holder, leased_until = @until
        WHERE mailbox_lease.holder = @holder OR mailbox_lease.leased_until <= @now RETURNING 1
        """;

    public const string GiveBack = "DELETE FROM mailbox_lease WHERE mailbox = @mailbox AND holder = @holder";
}
