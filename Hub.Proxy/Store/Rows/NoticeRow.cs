namespace Hub.Proxy.Store.Rows;

/// <summary>A notice to people that is owed for an entry of the operator's list.</summary>
public sealed class NoticeRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public Guid AttentionId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? NextAttemptAt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? SentAt { get; set; }
}
