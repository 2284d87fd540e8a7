namespace Hub.Adapters.Contract;

/// <summary>
/// The carrier has taken it, and the recipient's own answer comes later by another way: a MESH mailbox, a FHIR message of its own.
/// The delivery is neither delivered nor refused until then, and it is not sent again.
/// </summary>
/// <param name="CarrierId">What the carrier calls it, such as a MESH message id; null where it has no name of its own.</param>
/// <param name="Within">How long silence is expected, after which a person is told.</param>
public sealed record Awaited(string? CarrierId, TimeSpan Within) : DeliveryOutcome;

/// <summary>How far an answer that came later goes. Order matters: a later stage is never taken back by an earlier one.</summary>
public enum AnswerStage
{
    /// <summary>The recipient's mailbox was emptied: MESH tracking says <c>acknowledged</c>.</summary>
    Collected = 1,

    /// <summary>The recipient's system could read it: ITK3 InfAck.</summary>
    Technical = 2,

    /// <summary>What the recipient itself says of it: ITK3 BusAck, a FHIR <c>response</c> message.</summary>
    Business = 3,
}

/// <summary>Something that a recipient or its carrier says of a message sent earlier.</summary>
public sealed record LateAnswer
{
    public required string PartnerId { get; init; }

    /// <summary>What our message was known by to the recipient (<see cref="FrozenMessage.ProtocolMessageId"/>); null where only the carrier's id is named.</summary>
    public string? ProtocolMessageId { get; init; }

    /// <summary>
    /// What the carrier called our message; null where the answer names it by our id. It is known only after the attempt's end is written: an answer that may come
    /// sooner is to name ours as well, wherever the carrier tells it.
    /// </summary>
    public string? CarrierId { get; init; }

    public required AnswerStage Stage { get; init; }

    /// <summary>
    /// What the delivery comes to by this answer; null where it is a stage on the way and the answer proper is still awaited. <see cref="Unknown"/> and
    /// <see cref="Awaited"/> say nothing of it and count as null: nothing is inferred.
    /// </summary>
    public DeliveryOutcome? Outcome { get; init; }

    /// <summary>The answer as it came, kept as evidence. The same bytes once more are the same answer.</summary>
    public required ReadOnlyMemory<byte> Evidence { get; init; }

    /// <summary>What <see cref="Evidence"/> is written in.</summary>
    public string MediaType { get; init; } = "application/octet-stream";
}

/// <summary>What became of a late answer.</summary>
public enum AnswerTaking
{
    /// <summary>Written down, and the delivery moved.</summary>
    Taken,

    /// <summary>It had been written down before: the same answer once more.</summary>
    Repeated,

    /// <summary>It names no message that this partner was sent. Kept for a person to look at.</summary>
    NotOurs,

    /// <summary>The delivery had come to its end by another answer, which stands; this one is kept, and a person is told where the two disagree.</summary>
    TooLate,
}

/// <summary>Takes answers that came later. It returns when the answer is durable: only then may the carrier be told that we have it.</summary>
public interface IAnswerIntake
{
    /// <exception cref="StorageUnavailableException">Nothing was stored: the carrier must not be told that we have it.</exception>
    Task<AnswerTaking> AcceptAsync(LateAnswer answer, CancellationToken cancellationToken);
}
