using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What one message came to when it was read.</summary>
public abstract record Hl7Reading
{
    private protected Hl7Reading() { }
}

/// <summary>It tells of these events.</summary>
public sealed record EventsRead(IReadOnlyList<CareEvent> Events) : Hl7Reading;

/// <summary>It is well formed and none of ours: no crisis-team event, or nothing that changes anything.</summary>
public sealed record SetAside(string Because, PatientRef? Subject) : Hl7Reading;

/// <summary>It cannot be taken.</summary>
public sealed record Unreadable(Refusal Refusal) : Hl7Reading;

/// <summary>One message of a frame, a file or a batch with all that intake and the answer need.</summary>
public sealed record Hl7v2Received
{
    public required ReceivedMessage Received { get; init; }
    public required Hl7Reading Reading { get; init; }

    /// <summary>Null where there is no readable MSH: such a message cannot be answered.</summary>
    public Hl7Header? Header { get; init; }

    /// <summary>Null where no partner file claims the sender.</summary>
    public Hl7v2Source? Source { get; init; }
}

/// <summary>A message must be refused; thrown by field readers and caught in <see cref="Hl7v2EventReader"/>, nowhere else.</summary>
internal sealed class Hl7RefusalException(Refusal refusal) : Exception("refused")
{
    public Refusal Refusal { get; } = refusal;
}
