namespace Hub.Proxy.Store.Rows;

/// <summary>An entry on the operator's list: a reason, who must act, what next. Open entries of one cause are one.</summary>
public sealed class AttentionRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }
    public required string Kind { get; set; }
    public required string Reason { get; set; }
    public required string Owner { get; set; }
    public required string NextStep { get; set; }
    public Urgency Urgency { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public Guid? ReceivedId { get; set; }
    public Guid? EventId { get; set; }
    public Guid? DeliveryId { get; set; }
    public Guid? PersonId { get; set; }
    public string? PartnerId { get; set; }
    public Guid? ObligationId { get; set; }

    /// <summary>The cause; unique among open entries.</summary>
    public required string DedupeKey { get; set; }
    public int Count { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset LastAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBy { get; set; }
    public string? ClosingNote { get; set; }
}
