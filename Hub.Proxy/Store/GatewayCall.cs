namespace Hub.Proxy.Store;

/// <summary>One request of one partner to another, as the audit keeps it: who, whom, what kind, and what came of it; nothing about a patient.</summary>
public sealed record GatewayCall
{
    public required Guid Id { get; init; }

    /// <summary>When the answer was complete, by this node's clock.</summary>
    public required DateTimeOffset At { get; init; }
    public string? Caller { get; init; }
    public string? Target { get; init; }
    public required string Method { get; init; }
    public string? Resource { get; init; }
    public required int Status { get; init; }

    /// <summary>Why the hub itself answered; null where the target's answer was passed on.</summary>
    public string? Code { get; init; }
    public required TimeSpan Took { get; init; }
    public required Guid RequestId { get; init; }
}
