using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Proxy.Store;

/// <summary>Everything that one received message leads to.</summary>
public sealed record IntakePlan
{
    public required Guid ReceivedId { get; init; }
    public required ReceivedMessage Received { get; init; }
    public required IntakeOutcome Outcome { get; init; }
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>False where only key and hash may be kept: a message about a person we do not follow.</summary>
    public bool KeepContent { get; init; } = true;
    public IReadOnlyList<PlannedEvent> Events { get; init; } = [];
    public IReadOnlyList<PlannedAttention> Attention { get; init; } = [];

    /// <summary>What the message was read with, so that a trace made later can say whether it still tells the truth.</summary>
    public string? SourceFileHash { get; init; }
    public string? MappingVersion { get; init; }

    /// <summary>The trace that the message came in by (W3C <c>traceparent</c>); what follows from it, whenever and on whichever node, is a part of it.</summary>
    public string? TraceParent { get; init; }
}

public sealed record PlannedEvent
{
    public required Guid EventId { get; init; }
    public required CareEvent Event { get; init; }
    public required PlannedPerson Person { get; init; }

    /// <summary>Null for events outside an episode.</summary>
    public PlannedEpisode? Episode { get; init; }
    public PersonMerge? Merge { get; init; }
    public IReadOnlyList<PlannedDelivery> Deliveries { get; init; } = [];

    /// <summary>What it does to the obligations of its episode; null where nothing.</summary>
    public Hub.Proxy.Handovers.ObligationPlan? Obligations { get; init; }
}

public sealed record PlannedPerson
{
    public required Guid PersonId { get; init; }

    /// <summary>The version the plan was made from; 0 for a person not known before.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The identity to hold from now on; null leaves it as it is. A person not known before must have one.</summary>
    public PatientRef? Identity { get; init; }

    /// <summary>
    /// For a person not known before: others that are known to share an identifier and were judged to be somebody else. Any further holder
    /// of an identifier means that the plan was made too early: <see cref="StateMoved"/>.
    /// </summary>
    public IReadOnlyList<Guid> KnownHolders { get; init; } = [];

    /// <summary>Lets go what of this person is held for exactly this reason, composed anew; null lets nothing go.</summary>
    public string? LiftHeldBecause { get; init; }

    /// <summary>
    /// Why what waits of this person is held when their whereabouts become hidden: it is composed anew before it may leave, and what has left is listed
    /// (clinical rule 21). Null where nothing changes in that.
    /// </summary>
    public string? HidePlacesBecause { get; init; }

    /// <summary>Sets or lifts the hold on what leaves about this person; null leaves it. An empty string lifts it.</summary>
    public string? Hold { get; init; }
}

public sealed record PlannedEpisode
{
    public required EpisodeKey Key { get; init; }

    /// <summary>0 for an episode not known before.</summary>
    public required long ExpectedVersion { get; init; }
    public required EpisodeState State { get; init; }
}

/// <summary>Two persons become one, or are taken apart again. Waiting copies in both lanes are joined (or parted) and composed anew.</summary>
public sealed record PersonMerge(Guid Survivor, Guid Retired, bool Undo);

public enum Urgency
{
    Urgent = 0,
    Routine = 1,
}

/// <summary>Which document of an event a delivery carries (clinical rule 20).</summary>
public enum DocumentPart
{
    /// <summary>Safe for the person to read at home.</summary>
    Shareable = 0,

    /// <summary>For professionals only; a message of its own.</summary>
    ProfessionalsOnly = 1,
}

public sealed record PlannedDelivery
{
    public required Guid DeliveryId { get; init; }

    /// <summary>Null where the recipient that should exist has no partner file: state unroutable, with an owner.</summary>
    public string? PartnerId { get; init; }

    /// <summary>The partner as people know it, or what it would be: "GP practice Y06601".</summary>
    public required string RecipientName { get; init; }
    public required Hub.Fhir.Bundles.Audience Audience { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required string Title { get; init; }
    public DocumentPart Part { get; init; }
    public required Urgency Urgency { get; init; }
    public string? PartnerFileHash { get; init; }

    /// <summary>True for a withdrawal, merge, identity or location-hiding change: refused, it stops its lane until a person decides.</summary>
    public bool StopsLaneWhenRefused { get; init; }

    /// <summary>The type of event that it withdraws, such as <c>discharge</c>: a copy of one in the same episode that is held and has never left never will. Null for any other.</summary>
    public string? Withdraws { get; init; }

    /// <summary>True for a partner in shadow mode: kept to be looked at, and never sent.</summary>
    public bool Shadow { get; init; }

    /// <summary>False where nobody is ever sent it: no partner file, or one in shadow mode. Nothing finds it in a lane then, by whatever way.</summary>
    public bool HasLane => PartnerId is not null && !Shadow;

    /// <summary>Why it must wait for a person; null where it may go.</summary>
    public string? HeldBecause { get; init; }

    /// <summary>What it waits for while nothing keeps it, where that is not its turn.</summary>
    public string? WaitsBecause { get; init; }

    /// <summary>Why it is never sent; the next message of its lane then tells again what it said. Null where it may go.</summary>
    public string? RefusedBecause { get; init; }
}

/// <summary>An entry on the operator's list: a reason, who must act, by when.</summary>
public sealed record PlannedAttention
{
    public required Guid AttentionId { get; init; }

    /// <summary>Stable name, such as <c>conflict</c>, <c>unroutable</c>, <c>identity-doubt</c>, <c>refused-message</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Plain English, without patient data.</summary>
    public required string Reason { get; init; }

    /// <summary>The role that must act, such as "CRT administration".</summary>
    public required string Owner { get; init; }
    public required string NextStep { get; init; }
    public Urgency Urgency { get; init; } = Urgency.Routine;
    public DateTimeOffset? DueAt { get; init; }
    public Guid? EventId { get; init; }
    public Guid? DeliveryId { get; init; }
    public Guid? PersonId { get; init; }
    public string? PartnerId { get; init; }
    public Guid? ObligationId { get; init; }

    /// <summary>What it is about, where that is none of these: one open entry each.</summary>
    public string? Subject { get; init; }
}
