namespace Hub.Proxy.Store.Rows;

/// <summary>How sending to a partner stands: running state, which no configuration change touches.</summary>
public sealed class PartnerStateRow
{
    public required string PartnerId { get; set; }
    public required string Organisation { get; set; }

    /// <summary>Why nothing is sent; null while sending.</summary>
    public string? HeldReason { get; set; }
    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>True where a person paused it, false where the partner's refusal did.</summary>
    public bool Paused { get; set; }
}
