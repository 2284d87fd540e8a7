using Hub.Adapters.Contract;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>What a posted body says: events, none of ours, or everything that is wrong with it.</summary>
public sealed record FhirMessageReading
{
    /// <summary>The sender's partner file; null where none claims the message.</summary>
    public PartnerFile? Partner { get; init; }

    /// <summary>The MessageHeader as far as an answer needs it; null where there is none, and so nothing to answer with a message.</summary>
    public MessageHead? Head { get; init; }

    /// <summary>True where the message answers another one (MessageHeader.response).</summary>
    public bool IsAnswer { get; init; }

    public IReadOnlyList<CareEvent> Events { get; init; } = [];

    /// <summary>The person of a message without events.</summary>
    public PatientRef? Subject { get; init; }

    /// <summary>Why a known message is none of ours.</summary>
    public string? SetAsideBecause { get; init; }

    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Sending the same again would be refused again.</summary>
    public bool NeverTaken { get; init; }

    /// <summary>Name of the event, or the sender's own code of it.</summary>
    public string? Kind { get; init; }

    /// <summary>Resources and elements that are in no event, by place; never a value.</summary>
    public IReadOnlyList<string> NotMapped { get; init; } = [];

    /// <summary>What the check of the message found.</summary>
    public IReadOnlyList<ConformanceIssue> Issues { get; init; } = [];

    /// <summary>SHA-256 of the content without what a resend may change: Bundle.id, identifier, timestamp and meta. The same in JSON and XML.</summary>
    public required ReadOnlyMemory<byte> ContentHash { get; init; }
}

/// <summary>What an answer says of the message that it answers.</summary>
/// <param name="MessageId">MessageHeader.id.</param>
public sealed record MessageHead(string MessageId, string? EventSystem, string? EventCode, string? SourceEndpoint);
