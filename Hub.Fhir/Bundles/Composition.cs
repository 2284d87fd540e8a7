using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Fhir.Bundles;

/// <summary>All that a bundle is made from. The same request gives the same bytes, on any machine and in any year.</summary>
public sealed record ComposeRequest
{
    public required CareEvent Event { get; init; }

    /// <summary>The episode with <see cref="Event"/> applied; null for events outside an episode.</summary>
    public EpisodeState? Episode { get; init; }

    /// <summary>The episode before <see cref="Event"/>.</summary>
    public EpisodeState? Before { get; init; }

    public required Audience Audience { get; init; }

    /// <summary>
    /// Earlier events that this recipient was sent and did not accept, oldest first: their changes are told again, because stops and
    /// reasons are in no snapshot (clinical rule 2).
    /// </summary>
    public IReadOnlyList<CareEvent> CarriedForward { get; init; } = [];

    /// <summary>Monitoring rules of the trust; those without a pharmacist's signature say nothing (clinical rule 10).</summary>
    public IReadOnlyList<MonitoringRule> Rules { get; init; } = [];

    /// <summary>When the hub received the message, as stored: the only time in a bundle that is the hub's own.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A message for one audience, composed and checked, before it is bound to a recipient.</summary>
public sealed record ComposedBody
{
    /// <summary>A FHIR R4 message Bundle as JSON, its MessageHeader without destination. <see cref="MessageEnvelope"/> adds what is the recipient's.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>One line for lists and filing: what is asked, what it is, which version. No name, no number.</summary>
    public required string Title { get; init; }

    /// <summary>What the check found; with an error among them the message is not sent by itself.</summary>
    public required IReadOnlyList<ConformanceIssue> Issues { get; init; }

    /// <summary>
    /// Document B, where there is one: third-party, safeguarding and carer-confidential text, to be sent as a message of its own and never
    /// shown to the person (clinical rule 20).
    /// </summary>
    public ComposedBody? ProfessionalsOnly { get; init; }

    /// <summary>What it asks, each with the Task that asks for it: what the hub then follows until somebody has answered.</summary>
    public IReadOnlyList<AskedTask> Asks { get; init; } = [];
}

/// <summary>One thing asked of one party: one Task in the message, one line on its first page.</summary>
/// <param name="AskId">Unique within the event, such as <c>medicine-</c> and the line's id.</param>
/// <param name="TaskId">Task.id in the message.</param>
/// <param name="Owner">Who is asked.</param>
/// <param name="OwnerName">By name, where one was given.</param>
/// <param name="Text">What is asked, in the words of the page.</param>
/// <param name="Due">The sender's date; null where none was given.</param>
public sealed record AskedTask(string AskId, string TaskId, CareParty Owner, string? OwnerName, string Text, ClinicalTime? Due);

/// <summary>What one recipient's copy of a message is known by, for ever: a retry and a replay carry the same ids.</summary>
public sealed record MessageIds
{
    /// <summary>MessageHeader.id and Bundle.identifier: a UUID derived from source key, recipient and version.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The recipient's endpoint, as MessageHeader.destination.endpoint.</summary>
    public required string DestinationEndpoint { get; init; }

    public required string RecipientName { get; init; }
    public OdsCode? RecipientOrganisation { get; init; }
}
