namespace Hub.Fhir.Events;

public enum EpisodeStatus
{
    Open,
    Discharged,

    /// <summary>The admission was cancelled.</summary>
    Cancelled,
}

/// <summary>One medicine on the list the hub keeps for an episode, with when it was last reported.</summary>
public sealed record ReportedMedicine : PersonalValue
{
    /// <summary>The line as last asserted, with all that is known of it.</summary>
    public required MedicineLine Line { get; init; }
    public required MedicineStatus Status { get; init; }

    /// <summary>The time of the assertion this comes from.</summary>
    public required ClinicalTime AsOf { get; init; }
    public required SourceMessageId From { get; init; }
}

public enum MedicineStatus
{
    Active,
    OnHold,
    Stopped,
    CourseFinished,

    /// <summary>Cancelled; not known whether taken.</summary>
    CancelledUnknown,
    EnteredInError,
    NotUnderstood,
}

/// <summary>One reported change of one line, kept for as long as the episode is: the story of its medicines.</summary>
public sealed record RecordedChange : PersonalValue
{
    public required MedicineLine Line { get; init; }
    public required ClinicalTime OccurredAt { get; init; }
    public ClinicalTime? RecordedAt { get; init; }
    public required SourceMessageId From { get; init; }
    public Actor? DecidedBy { get; init; }

    /// <summary>True where it reached the hub after a later change of the same line was recorded, or was written down after the fact.</summary>
    public bool RecordedLate { get; init; }
}

/// <summary>A visit or a call that took place, or a planned one that did not.</summary>
public sealed record EpisodeContact : PersonalValue
{
    public required ClinicalTime At { get; init; }
    public string? Channel { get; init; }
    public IReadOnlyList<string> Staff { get; init; } = [];

    /// <summary>Why it did not happen, as in <see cref="ContactMissed.Outcome"/>; null for a contact that took place.</summary>
    public string? MissedOutcome { get; init; }
    public ClinicalTime? RebookedFor { get; init; }
    public required SourceMessageId From { get; init; }
}

/// <summary>A move that stands, with what it replaced, so that its cancel can put it back.</summary>
public sealed record StandingTransfer : PersonalValue
{
    public required Transfer Transfer { get; init; }
    public required EpisodeKind KindBefore { get; init; }
    public Team? CrtBefore { get; init; }
    public Team? CmhtBefore { get; init; }
    public Team? WardBefore { get; init; }
}

/// <summary>
/// What the hub last heard of one episode, and what each bundle is composed from besides its event. Immutable: applying an event
/// (Hub.Proxy/Episodes) gives a new one.
/// </summary>
public sealed record EpisodeState : PersonalValue
{
    public required EpisodeKey Key { get; init; }
    public required EpisodeKind Kind { get; init; }
    public required EpisodeStatus Status { get; init; }

    /// <summary>The person as last asserted, all sources of this episode taken together.</summary>
    public required PatientRef Patient { get; init; }

    /// <summary>Null where the first thing heard was not the admission.</summary>
    public Admission? Admission { get; init; }
    public ClinicalTime? StartedAt { get; init; }
    public ClinicalTime? EndedAt { get; init; }
    public DischargePlanned? DischargePlanned { get; init; }

    /// <summary>The discharge that stands; null after its cancel.</summary>
    public Discharge? Discharge { get; init; }

    /// <summary>The last discharge that was told to others, standing or withdrawn.</summary>
    public Discharge? LastTold { get; init; }

    /// <summary>The withdrawal that stands where the last discharge told was withdrawn and none has been made since.</summary>
    public DischargeCancelled? Withdrawal { get; init; }

    /// <summary>The first discharge told, which later versions show their changes from.</summary>
    public Discharge? FirstTold { get; init; }

    /// <summary>How many versions of the discharge have been told: discharge 1, withdrawal 2, new discharge 3.</summary>
    public int DischargeVersion { get; init; }

    public Team? Crt { get; init; }
    public Team? Cmht { get; init; }
    public Team? Ward { get; init; }
    public Actor? LeadWorker { get; init; }
    public Actor? KeyWorker { get; init; }
    public Actor? Consultant { get; init; }
    public CareCoordinator CareCoordinator { get; init; } = CareCoordinator.Unknown;
    public Coded? LegalStatus { get; init; }
    public bool OnLeave { get; init; }
    public IReadOnlyList<ReportedMedicine> Medicines { get; init; } = [];
    public IReadOnlyList<RecordedChange> Changes { get; init; } = [];
    public AllergyRecord Allergies { get; init; } = AllergyRecord.NotSent;
    public ClinicalTime? AllergiesAsOf { get; init; }
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];
    public IReadOnlyList<Risk> Risks { get; init; } = [];
    public IReadOnlyList<Carer> Carers { get; init; } = [];
    public IReadOnlyList<MonitoringCheck> PhysicalHealth { get; init; } = [];
    public IReadOnlyList<SideEffectReported> SideEffects { get; init; } = [];
    public GatekeepingDecision? Gatekeeping { get; init; }
    public ReferralReceived? Referral { get; init; }
    public NextVisit? NextVisit { get; init; }
    public CrisisPlanRef? CrisisPlan { get; init; }
    public IReadOnlyList<GivenCopy> Given { get; init; } = [];
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
    public DeathReported? Death { get; init; }

    /// <summary>The leave the person is on, or last came back from; null where none was heard of.</summary>
    public Leave? Leave { get; init; }

    /// <summary>Moves that stand, oldest first: a cancel takes away the last.</summary>
    public IReadOnlyList<StandingTransfer> Transfers { get; init; } = [];
    public ReferralAnswered? ReferralAnswer { get; init; }
    public ReferralDeclined? ReferralDecline { get; init; }

    /// <summary>Contacts that took place or were missed, in the order in which the hub heard of them.</summary>
    public IReadOnlyList<EpisodeContact> Contacts { get; init; } = [];

    /// <summary>The newest assertion of each kind of fact, so that a stale one never overwrites it.</summary>
    public IReadOnlyDictionary<string, AssertionOrder> LastAsserted { get; init; } = new Dictionary<string, AssertionOrder>();
}
