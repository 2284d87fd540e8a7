using Hub.Adapters.Contract;

namespace Hub.Proxy.Store;

/// <summary>What follows from an answer that came later, for the store to write down in the commit that takes it. Pure; the time is the store's.</summary>
public sealed record AnswerRules
{
    /// <summary>What the delivery comes to by an outcome, as it would have at once.</summary>
    public required Func<DeliveryOutcome, StartedAttempt, DateTimeOffset, AttemptResult> Follow { get; init; }

    /// <summary>Who is told of an answer that names nothing of this partner's.</summary>
    public required Func<DateTimeOffset, PlannedAttention> Stray { get; init; }

    /// <summary>Who is told that a delivery ended otherwise than this answer says.</summary>
    public required Func<Guid, DateTimeOffset, PlannedAttention> Contradiction { get; init; }
}

/// <summary>A delivery whose answer did not come in its time.</summary>
public sealed record SilentDelivery(
    Guid DeliveryId, string PartnerId, DateTimeOffset AwaitedSince, AnswerStage? Stage, string? ProtocolMessageId, string? CarrierId, Guid EventId)
{
    /// <summary>The kind of the entry that tells a person, and closes by itself when the answer comes.</summary>
    public const string EntryKind = "no-answer";
}
