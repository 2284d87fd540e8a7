using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.FhirApi;

/// <summary>A message that its partner may fetch or has fetched: the delivery, and the lease under which its attempt is open.</summary>
internal sealed record OfferedMessage
{
    public required DeliveryRow Delivery { get; init; }

    /// <summary>Null where no attempt is open.</summary>
    public LaneLease? Lease { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public string Id => Delivery.ProtocolMessageId!;

    /// <summary>Where it stands among all that waits: oldest first, and the same whenever it is asked.</summary>
    public string Place => $"{Delivery.CreatedAt.ToUnixTimeMilliseconds():D15}-{Delivery.Id:N}";

    /// <summary>The attempt as it stands open, for its end to be reckoned from.</summary>
    public StartedAttempt Attempt(ReadOnlyMemory<byte> bytes) => new()
    {
        Message = new OutboundMessage
        {
            DeliveryId = Delivery.Id,
            PartnerId = Delivery.PartnerId!,
            LaneId = Delivery.LaneId!.Value,
            ProtocolMessageId = Id,
            Bytes = bytes,
            MediaType = Delivery.MediaType!,
            Attempt = Delivery.Attempts,
        },
        Failures = Delivery.Failures,
        Unknowns = Delivery.Unknowns,
    };
}
