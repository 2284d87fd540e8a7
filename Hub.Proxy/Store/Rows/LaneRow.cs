namespace Hub.Proxy.Store.Rows;

/// <summary>A person at a recipient: order is kept inside, and whoever holds the lease may send.</summary>
public sealed class LaneRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public required string PartnerId { get; set; }
    public Guid PersonId { get; set; }
    public long NextSeq { get; set; }

    /// <summary>When the lowest unfinished delivery is due; null where there is none or it waits for a person.</summary>
    public DateTimeOffset? HeadDueAt { get; set; }

    /// <summary>The most urgent of its unfinished deliveries.</summary>
    public Urgency Urgency { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }
    public Guid? LeaseToken { get; set; }
    public string? HeldReason { get; set; }
}
