using Hub.Fhir.Bundles;

namespace Hub.Proxy.Store.Rows;

/// <summary>One event owed to one recipient.</summary>
public sealed class DeliveryRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }
    public Guid EventId { get; set; }
    public long? LaneId { get; set; }
    public long? Seq { get; set; }
    public string? PartnerId { get; set; }
    public Guid PersonId { get; set; }

    /// <summary>Whose it was before any merge, so that a merge can be undone.</summary>
    public Guid OriginalPersonId { get; set; }
    public required string RecipientName { get; set; }
    public Audience Audience { get; set; }
    public DocumentPart Part { get; set; }
    public DeliveryState State { get; set; }
    public long BodyPayloadId { get; set; }

    /// <summary>The bytes that every attempt sends; null before attempt 1.</summary>
    public long? FrozenPayloadId { get; set; }
    public string? MediaType { get; set; }
    public string? ProtocolMessageId { get; set; }
    public int Version { get; set; }

    /// <summary>Attempts in which something may have left the hub.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts without an answer since the last one with an answer; the back-off grows with it.</summary>
    public int Failures { get; set; }

    /// <summary>Attempts that came to Unknown.</summary>
    public int Unknowns { get; set; }
    public DateTimeOffset? NextAttemptAt { get; set; }
    public string? WaitingBecause { get; set; }
    public string? HeldReason { get; set; }
    public HeldBy HeldBy { get; set; }

    /// <summary>Refused because the person is none of theirs, whether or not another practice has it since (clinical rule 17).</summary>
    public bool IsReturned => HeldBy == HeldBy.Returned && State is DeliveryState.Refused or DeliveryState.Superseded;

    /// <summary>Where it stands, in one word: its state, and for a refused one whether it was returned.</summary>
    public string Stands => IsReturned ? nameof(HeldBy.Returned) : State.ToString();
    public Urgency Urgency { get; set; }
    public required string Title { get; set; }
    public string? PartnerFileHash { get; set; }
    public bool StopsLane { get; set; }

    /// <summary>The body will not do as it is kept; where an attempt has fixed bytes, they must not leave again.</summary>
    public bool ComposeAnew { get; set; }

    /// <summary>The later delivery whose frozen bytes tell again what this one could not get accepted.</summary>
    public Guid? CarriedBy { get; set; }

    /// <summary>The delivery that a person had sent again; null for what an event itself led to.</summary>
    public Guid? ReplayOf { get; set; }
    public ReplayForm? ReplayForm { get; set; }
    public string? ReplayedBy { get; set; }
    public string? ReplayNote { get; set; }

    /// <summary>What the carrier that took it calls it.</summary>
    public string? CarrierId { get; set; }

    /// <summary>When it was taken to be answered later, the last time; null where it never was.</summary>
    public DateTimeOffset? AwaitedSince { get; set; }

    /// <summary>Until when silence is expected.</summary>
    public DateTimeOffset? AwaitedUntil { get; set; }

    /// <summary>When a person was told that no answer has come.</summary>
    public DateTimeOffset? SilenceToldAt { get; set; }

    /// <summary>The furthest stage that an answer has told of; null where none has.</summary>
    public Hub.Adapters.Contract.AnswerStage? AnswerStage { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set exactly when nothing will be sent any more.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>What keeps a delivery from leaving, so that lifting one hold does not lift another.</summary>
public enum HeldBy
{
    Nothing = 0,

    /// <summary>Its own plan.</summary>
    Plan = 1,

    /// <summary>A hold on all that concerns the person.</summary>
    Person = 2,

    /// <summary>The recipient's word that the person is none of theirs: it was sent, refused and came back.</summary>
    Returned = 3,
}
