namespace Hub.Proxy.Store.Rows;

/// <summary>One attempt, written before anything is sent; without an end it was interrupted or is under way.</summary>
public sealed class AttemptRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public Guid DeliveryId { get; set; }
    public int Number { get; set; }
    public Guid LeaseToken { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? Outcome { get; set; }

    /// <summary>Perhaps in the partner's own words, so sealed in the table; plain where <see cref="Timeline"/> has read it.</summary>
    public string? Reason { get; set; }

    /// <summary>True where the answer came after the lease was lost: evidence, and no change of state.</summary>
    public bool Late { get; set; }
}
