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

    /// <summary>Messages an hour while the backlog of a hold is worked off; null for no limit.</summary>
    public int? ReleasePerHour { get; set; }

    /// <summary>When a partner that fetches its messages last asked for them; null where it never did, or is sent them.</summary>
    public DateTimeOffset? LastAskedAt { get; set; }
}
