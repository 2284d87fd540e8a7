using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Proxy.Store;

/// <summary>Which lanes a worker asks for.</summary>
public sealed record ClaimRequest(string PartnerId, int Max, TimeSpan Lease);

/// <summary>The right to make attempts in one lane for a while.</summary>
public sealed record LaneLease
{
    public required long LaneId { get; init; }
    public required string PartnerId { get; init; }
    public required Guid PersonId { get; init; }
    public required Guid Token { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>How long it was given for; each attempt begun renews it by as much.</summary>
    public required TimeSpan Span { get; init; }
}

/// <summary>An attempt that the store has written down as begun, with what its schedule is reckoned from.</summary>
public sealed record StartedAttempt
{
    public required OutboundMessage Message { get; init; }

    /// <summary>Attempts without an answer in a row before this one.</summary>
    public required int Failures { get; init; }

    /// <summary>Earlier attempts that came to Unknown.</summary>
    public required int Unknowns { get; init; }

    /// <summary>True where an earlier attempt began and nobody wrote down its end: the hub died or was stopped meanwhile.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The trace that its message came in by (W3C <c>traceparent</c>).</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What is about to be sent for the first time, with all that its envelope is bound from.</summary>
public sealed record LaneHead
{
    public required Guid DeliveryId { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required Hub.Fhir.Bundles.Audience Audience { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Key of the source message, for ids that a replay repeats.</summary>
    public required string SourceKey { get; init; }

    /// <summary>1 for the first message to this recipient from this event; a correction of the same has the next.</summary>
    public required int Version { get; init; }

    /// <summary>The event's type name.</summary>
    public required string EventType { get; init; }

    public DocumentPart Part { get; init; }

    /// <summary>The event's place among the events of its message, from 0.</summary>
    public required int EventIndex { get; init; }

    /// <summary>What to compose from where the body as it is kept will not do; null, and not even read, where it will.</summary>
    public ComposeAnew? Anew { get; init; }
}

/// <summary>What a body is composed from anew: identities were merged, or the recipient has not accepted what went before.</summary>
public sealed record ComposeAnew
{
    public required CareEvent Event { get; init; }

    /// <summary>The person as held now, which after a merge is the survivor.</summary>
    public required PatientRef Person { get; init; }

    /// <summary>True where the person may not be who the message named any more.</summary>
    public required bool PersonMoved { get; init; }

    /// <summary>The episode as this event left it.</summary>
    public EpisodeState? Episode { get; init; }

    /// <summary>The episode before this event.</summary>
    public EpisodeState? Before { get; init; }

    /// <summary>Events of this lane that the recipient was sent and did not accept, oldest first.</summary>
    public IReadOnlyList<CareEvent> NotAccepted { get; init; } = [];
}

public enum DeliveryState
{
    /// <summary>Due now or later.</summary>
    Waiting = 0,

    /// <summary>Attempt 1 has begun; the bytes are fixed.</summary>
    Sending = 1,
    Delivered = 2,

    /// <summary>Refused for good; its obligations stay open.</summary>
    Refused = 3,

    /// <summary>Sent, and nobody can tell; the partner's policy says resend or ask.</summary>
    Unknown = 4,

    /// <summary>A person must decide before it goes.</summary>
    Held = 5,

    /// <summary>No partner file serves the recipient.</summary>
    Unroutable = 6,

    /// <summary>A later message says all that this one said, or has withdrawn it before it left.</summary>
    Superseded = 7,

    /// <summary>Composed and checked for a partner in shadow mode. It is finished and in no lane: it never leaves, whatever its partner's file says later.</summary>
    Shadow = 8,

    /// <summary>Taken by a carrier or by the recipient's door; the recipient's own answer comes later. It is unfinished, is not sent again by itself, and holds up nothing behind it.</summary>
    Awaited = 9,
}

/// <summary>How a delivery is sent again.</summary>
public enum ReplayForm
{
    /// <summary>The very bytes of the original, under its message id: the recipient sees a repeat for what it is.</summary>
    AsSent,

    /// <summary>Read and composed from the original bytes by today's mapping and partner files, under a message id of its own.</summary>
    Remap,

    /// <summary>Returned by one practice and sent to the one that a person has confirmed: a new message about the same document.</summary>
    Readdress,
}

/// <summary>An attempt's outcome with what the schedule made of it.</summary>
public sealed record AttemptResult
{
    public required DeliveryOutcome Outcome { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required DeliveryState NextState { get; init; }

    /// <summary>When the lane's head is due again; null where it waits for a person or is done.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Why the row waits, for people: "waiting because ...".</summary>
    public string? WaitingBecause { get; init; }

    /// <summary>True where the recipient says that the person is none of theirs: returned, until somebody has said whose they are (clinical rule 17).</summary>
    public bool Returned { get; init; }

    /// <summary>Stops the lane until a person decides.</summary>
    public string? HoldLane { get; init; }

    /// <summary>Stops the whole partner.</summary>
    public string? HoldPartner { get; init; }
    public PlannedAttention? Attention { get; init; }

    /// <summary>Who is told where another answer came meanwhile, stands, and says otherwise; null for an outcome that is no word of the recipient's.</summary>
    public PlannedAttention? Contradiction { get; init; }
}
