using Hub.Fhir.Events;

namespace Hub.Adapters.Contract;

/// <summary>
/// The hub's door for every source. When a call returns, its outcome is committed, the original bytes with it: only then may the source
/// answer its sender.
/// </summary>
public interface IEventIntake
{
    /// <summary>
    /// Takes what a source read from one message. No events means that the message is no crisis-team event: it is counted and answered
    /// with acceptance. Cancellation ends the waiting, never the commit.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored: the source must stop reading and send no acknowledgement.</exception>
    Task<IntakeReceipt> AcceptAsync(ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken);

    /// <summary>Keeps a message that cannot be taken, with its bytes, on the operator's list.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    Task<IntakeReceipt> RefuseAsync(ReceivedMessage received, Refusal refusal, CancellationToken cancellationToken);
}

/// <summary>One message as it came in, before anybody judged it.</summary>
public sealed record ReceivedMessage
{
    /// <summary>Id of the source's partner file; <see cref="UnknownSource"/> where no file claims the sender.</summary>
    public required string SourceId { get; init; }

    /// <summary>Hl7v2, event-api, fhir-messages ...: the adapter's protocol name.</summary>
    public required string Protocol { get; init; }

    /// <summary>
    /// What the sender calls this message, within its source: MSH-3, MSH-4 and MSH-10 joined by <c>|</c>, or the Idempotency-Key.
    /// Null where the message is too broken to have one.
    /// </summary>
    public string? MessageKey { get; init; }

    /// <summary>The date of MSH-7, because control ids start again; null where keys never do.</summary>
    public DateOnly? KeyDate { get; init; }

    /// <summary>SHA-256 of the content without send times (MSH-7), 32 bytes: the same message sent again hashes the same.</summary>
    public required ReadOnlyMemory<byte> ContentHash { get; init; }

    /// <summary>The bytes exactly as received.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public required string MediaType { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The person a message without events is about, so that its content is kept only where we follow that person.</summary>
    public PatientRef? Subject { get; init; }

    /// <summary>What the message is in the sender's terms, such as <c>ADT^A03</c>; for lists and counts.</summary>
    public string? Kind { get; init; }

    /// <summary>Why a message without events is none of ours, in plain English; null where it has events.</summary>
    public string? SetAsideBecause { get; init; }

    public const string UnknownSource = "unknown";
}

/// <summary>One thing wrong with a message: what, where, who must act and what next. Never patient data.</summary>
public sealed record Problem
{
    /// <summary>Stable name, such as <c>missing-patient</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Where in the sender's terms: <c>PID-3</c>, <c>/patient/birthDate</c>, byte offset.</summary>
    public required string Location { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Text { get; init; }

    /// <summary>What the one who must act does next.</summary>
    public required string NextStep { get; init; }

    public ProblemOwner Owner { get; init; } = ProblemOwner.Sender;

    /// <summary>HL7 table 0357: 100 to 103 content, 200 to 203 not supported, 207 internal.</summary>
    public int Hl7ErrorCode { get; init; } = 207;
}

public enum ProblemOwner
{
    Sender,
    Hub,
    Recipient,
}

/// <summary>Why a message was refused. <see cref="Rejected"/>: it will never be taken (AR); else its content is wrong and it is parked (AE).</summary>
public sealed record Refusal(bool Rejected, IReadOnlyList<Problem> Problems);

public enum IntakeOutcome
{
    /// <summary>Taken; its events are stored with all that follows from them.</summary>
    Accepted,

    /// <summary>Read, and none of ours.</summary>
    SetAside,

    /// <summary>Same key, other content: stored whole, and a person is asked. Answered with acceptance unless the source's file says otherwise.</summary>
    Conflict,

    /// <summary>Content wrong: parked with the operator (AE).</summary>
    Parked,

    /// <summary>Never to be taken (AR).</summary>
    Rejected,
}

/// <summary>What became of a received message, as committed.</summary>
public sealed record IntakeReceipt
{
    public required Guid ReceivedId { get; init; }
    public required IntakeOutcome Outcome { get; init; }
    public IReadOnlyList<Guid> EventIds { get; init; } = [];
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>True when this is the answer given to an earlier copy of the same message.</summary>
    public bool Repeated { get; init; }

    public IntakeReceipt AsRepeated() => this with { Repeated = true };
}

/// <summary>The store cannot take anything now. The sender must get no acknowledgement, so that it sends again.</summary>
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException(string message, Exception? inner = null) : base(message, inner) { }

    public StorageUnavailableException() { }

    public StorageUnavailableException(string message) : base(message) { }
}
