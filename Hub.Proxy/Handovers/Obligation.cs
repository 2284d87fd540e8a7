using Hub.Fhir.Events;

namespace Hub.Proxy.Handovers;

/// <summary>What can be owed at a handover. The name in kebab case is the one that rules, reports and FHIR use.</summary>
public enum ObligationKind
{
    GpInformed,
    GpAction,

    /// <summary>Something asked of a team that none of the other kinds names.</summary>
    TeamAction,
    CmhtAccepts,
    WardInformed,

    /// <summary>Who prescribes one medicine from now on.</summary>
    MedicineResponsibility,

    /// <summary>Until when one medicine is supplied.</summary>
    MedicineSupply,

    /// <summary>A list that the hub compiled is confirmed by a clinician (clinical rule 6).</summary>
    MedicineListConfirmed,
    DepotNextDose,
    Monitoring,
    FollowUpBooked,
    FollowUpDone,
    CrisisPlanGiven,
    PatientCopy,
    CarerCopy,
    CareCoordinator,
    SafetyAlertRead,
    JointReview,
    SideEffectReply,
    ReferrerReply,

    /// <summary>Two have accepted: one lead is agreed (clinical rule 14).</summary>
    AgreeOneLead,

    /// <summary>A named person says whether a reported death is so (clinical rule 18).</summary>
    DeathConfirmed,

    /// <summary>The person, or a carer whom it affects, has word of the planned date before it comes.</summary>
    DischargeNotice,

    /// <summary>The person who was referred is seen face to face; an answer to the referrer is not that.</summary>
    ReferralSeen,

    /// <summary>How the person reaches the team without a new referral after the discharge is said.</summary>
    DirectContact,

    /// <summary>Who answers for the person until a team has accepted is confirmed by the shift lead, where no rule says so (clinical rule 12).</summary>
    GapConfirmed,
}

/// <summary>Where an obligation stands. Overdue is not a state: it is seen from the clock.</summary>
public enum ObligationState
{
    /// <summary>Owed, and nobody has been asked through the hub.</summary>
    Proposed = 0,

    /// <summary>A message that asks for it is on its way.</summary>
    Requested = 1,

    /// <summary>The recipient's system has the message. The most that a transport can reach.</summary>
    Received = 2,

    /// <summary>Somebody with a name has taken it on.</summary>
    Accepted = 3,
    InProgress = 4,
    Done = 5,

    /// <summary>Refused with a reason: it is back with the team that asked.</summary>
    Rejected = 6,
    Waived = 7,
    Cancelled = 8,
}

/// <summary>One thing that somebody owes after an event of care, as it stands. Immutable: an act gives a new one.</summary>
public sealed record Obligation
{
    public required Guid Id { get; init; }
    public required ObligationKind Kind { get; init; }

    /// <summary>Which of its kind, in the source's own ids: a line, an action of the plan, a team. Never a person's name.</summary>
    public required string Subject { get; init; }

    /// <summary>Who must do it.</summary>
    public required CareParty Actor { get; init; }
    public string? ActorName { get; init; }

    /// <summary>Who asks for it until it is done: a role of the sending team, which is told when silence lasts too long (clinical rule 15).</summary>
    public required string Chaser { get; init; }

    public required ObligationState State { get; init; }

    /// <summary>Who has taken it on.</summary>
    public string? Owner { get; init; }

    /// <summary>How that was learnt: "told to us" for a phone call (clinical rule 14).</summary>
    public ActChannel? OwnerToldBy { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    /// <summary>Null where no clock runs.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The rule that set <see cref="DueAt"/>.</summary>
    public string? Clock { get; init; }

    /// <summary>Goes to the front: what asked for it was refused, or a life depends on it.</summary>
    public bool Urgent { get; init; }

    /// <summary>Rungs of the ladder that have been told.</summary>
    public int RungsTold { get; init; }

    /// <summary>When the clock speaks next; null when it is stopped. While it is held: when it would.</summary>
    public DateTimeOffset? NextClockAt { get; init; }

    /// <summary>Since when a reported death holds its clock: it says nothing until the death is confirmed or the notice is removed (clinical rule 18).</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>True where what is owed concerns clozapine: like follow-up, depot and supply it is never paused (clinical rule 15).</summary>
    public bool NeverPaused { get; init; }

    /// <summary>Counts changes, so that two who act at once do not overwrite each other (If-Match).</summary>
    public long Version { get; init; }

    public bool IsOpen => State is not (ObligationState.Done or ObligationState.Waived or ObligationState.Cancelled);

    /// <summary>Somebody with a name has taken it on, and that is all that was asked: it waits for nobody.</summary>
    public bool IsAnswered => State == ObligationState.Accepted && ObligationMachine.AnswersIt(Kind);

    public bool IsOverdue(DateTimeOffset now) => IsOpen && !IsAnswered && DueAt <= now;
}
