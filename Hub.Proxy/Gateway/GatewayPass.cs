using Hub.Adapters.Contract;

namespace Hub.Proxy.Gateway;

/// <summary>One call as the gate judged it. Without one, nothing is forwarded, whatever way a request found to the proxy's routes.</summary>
internal sealed class GatewayPass
{
    public required Guid RequestId { get; init; }
    public required Guid CorrelationId { get; init; }
    public GatewayRequest? Request { get; set; }
    public PartnerFile? Caller { get; set; }
    public PartnerFile? Target { get; set; }
    public GatewaySettings? Settings { get; set; }

    /// <summary>What the hub answers in place of the target; null while it need not.</summary>
    public GatewayRefusal? Refusal { get; set; }

    /// <summary>True once the proxy had it.</summary>
    public bool Forwarded { get; set; }
}
