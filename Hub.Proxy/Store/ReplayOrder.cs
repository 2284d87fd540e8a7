using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;

namespace Hub.Proxy.Store;

/// <summary>A person's order to send something again: a delivery of its own, with its bytes fixed already, that names its original, who asked and why.</summary>
public sealed record ReplayOrder
{
    public required Guid DeliveryId { get; init; }
    public required Guid OriginalId { get; init; }

    /// <summary>How the original stood when the order was judged: where it has moved on since, nothing is done.</summary>
    public required DeliveryState OriginalState { get; init; }
    public required Guid EventId { get; init; }
    public required string PartnerId { get; init; }
    public required Guid PersonId { get; init; }
    public required string RecipientName { get; init; }
    public required Audience Audience { get; init; }
    public required DocumentPart Part { get; init; }
    public required Urgency Urgency { get; init; }
    public required string Title { get; init; }
    public required int Version { get; init; }
    public string? PartnerFileHash { get; init; }
    public bool StopsLane { get; init; }
    public required ReplayForm Form { get; init; }
    public required string By { get; init; }
    public required string Note { get; init; }

    /// <summary>How long it waits first, so that many of them do not come at once.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Why it waits for a person first; null where it may go.</summary>
    public string? HeldBecause { get; init; }

    /// <summary>What was composed and bound today; null where the original's bytes are sent.</summary>
    public ReplayContent? Content { get; init; }
    public IReadOnlyList<PlannedAttention> Attention { get; init; } = [];

    /// <summary>Set where it goes to another practice than the original.</summary>
    public Readdressed? Readdress { get; init; }
}

/// <summary>What moves with a message that goes to another practice.</summary>
/// <param name="FromPartnerId">The practice that returned it: what was asked of it is asked of the new one.</param>
/// <param name="Identity">The person as registered with the new one; null where that is written already.</param>
/// <param name="PersonVersion">How the person stood when it was proposed.</param>
public sealed record Readdressed(string FromPartnerId, Hub.Fhir.Events.PatientRef? Identity, long PersonVersion);

/// <summary>A body composed anew, and the message made of it.</summary>
public sealed record ReplayContent(ReadOnlyMemory<byte> Body, FrozenMessage Frozen);
