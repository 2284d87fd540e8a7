namespace Hub.Fhir.Events;

public enum EpisodeKind
{
    /// <summary>Under a crisis resolution and home treatment team.</summary>
    Crt,

    /// <summary>On a ward.</summary>
    Ward,
}

/// <summary>Care began: home treatment by the crisis team, or a stay on a ward.</summary>
public sealed record Admission : EpisodeEvent
{
    public required EpisodeKind Kind { get; init; }
    public required Team Team { get; init; }
    public string? Reason { get; init; }

    /// <summary>NHS admission method; 25 for a ward stay gatekept by the crisis team.</summary>
    public string? AdmissionMethod { get; init; }
    public string? SourceOfAdmission { get; init; }
    public Coded? LegalStatus { get; init; }
    public Actor? LeadWorker { get; init; }
    public Actor? KeyWorker { get; init; }
    public Actor? Consultant { get; init; }
    public CareCoordinator CareCoordinator { get; init; } = CareCoordinator.Unknown;
    public Team? Cmht { get; init; }

    /// <summary>The ward that referred, or that the person came from.</summary>
    public Team? ReferringWard { get; init; }
    public Team? Ward { get; init; }
    public ClinicalTime? ExpectedReviewAt { get; init; }
    public IReadOnlyList<Carer> Carers { get; init; } = [];

    /// <summary>Null: the sender spoke of no medicines.</summary>
    public IReadOnlyList<MedicineLine>? Medicines { get; init; }
    public AllergyRecord Allergies { get; init; } = AllergyRecord.NotSent;
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];
    public IReadOnlyList<Risk> Risks { get; init; } = [];
    public IReadOnlyList<PlannedAction> Plan { get; init; } = [];
    public IReadOnlyList<GivenCopy> InformationGiven { get; init; } = [];
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
    public string? ServiceType { get; init; }
}

/// <summary>An admission is withdrawn: it did not happen, or not as said.</summary>
public sealed record AdmissionCancelled : EpisodeEvent
{
    public string? Reason { get; init; }
}

public enum TransferDirection
{
    Team,
    WardToCrt,
    CrtToWard,
}

/// <summary>The person moved between teams or wards.</summary>
public sealed record Transfer : EpisodeEvent
{
    public Team? From { get; init; }
    public required Team To { get; init; }
    public TransferDirection Direction { get; init; }
    public string? Reason { get; init; }
    public Actor? AcceptedBy { get; init; }
}

public sealed record TransferCancelled : EpisodeEvent
{
    public string? Reason { get; init; }
    public Team? BackTo { get; init; }
}

/// <summary>Leave from a ward began (A21) or ended (A22).</summary>
public sealed record Leave : EpisodeEvent
{
    public required bool Returned { get; init; }
    public ClinicalTime? ExpectedBackAt { get; init; }
    public Team? Ward { get; init; }
}

/// <summary>A person's details in the episode changed (A08). Null or empty: nothing was said.</summary>
public sealed record EpisodeUpdated : EpisodeEvent
{
    public Team? Team { get; init; }
    public Team? Cmht { get; init; }
    public Team? Ward { get; init; }
    public Coded? LegalStatus { get; init; }
    public Actor? Consultant { get; init; }
    public AllergyRecord? Allergies { get; init; }
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];
    public IReadOnlyList<Carer> Carers { get; init; } = [];
    public IReadOnlyList<Risk> Risks { get; init; } = [];
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
}

/// <summary>An end of care is planned, so that others can be there and take over.</summary>
public sealed record DischargePlanned : EpisodeEvent
{
    public required ClinicalTime PlannedFor { get; init; }
    public IReadOnlyList<string> AgreedWith { get; init; } = [];
    public ClinicalTime? MeetingAt { get; init; }
    public IReadOnlyList<Attendance> Invited { get; init; } = [];
    public Remark? CarerView { get; init; }
    public IReadOnlyList<Team> FollowOn { get; init; } = [];
    public bool FollowOnIsGpOnly { get; init; }
}

public enum AttendanceStatus
{
    Invited,
    Attended,
    Declined,
    NoReply,
}

public sealed record Attendance : PersonalValue
{
    public required string Who { get; init; }
    public CareParty Party { get; init; }
    public AttendanceStatus Status { get; init; }
}

/// <summary>Care under this team or ward ended.</summary>
public sealed record Discharge : EpisodeEvent
{
    public EpisodeKind Kind { get; init; }
    public Team? Team { get; init; }

    /// <summary>NHS discharge method 1 to 9, where the sender said.</summary>
    public string? Method { get; init; }

    /// <summary>NHS discharge destination, such as 19 usual residence, 53 mental-health ward.</summary>
    public string? Destination { get; init; }

    /// <summary>Teams that are to take over. Empty with <see cref="GpOnly"/>: the GP alone.</summary>
    public IReadOnlyList<Team> DestinationTeams { get; init; } = [];
    public bool GpOnly { get; init; }
    public Team? Ward { get; init; }
    public Coded? LegalStatus { get; init; }
    public bool? Section117 { get; init; }
    public string? Reason { get; init; }
    public string? ClinicalSummary { get; init; }
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];
    public IReadOnlyList<string> Procedures { get; init; } = [];

    /// <summary>The confirmed list at discharge; null where the sender sent none (an HL7 v2 A03 cannot).</summary>
    public IReadOnlyList<MedicineLine>? Medicines { get; init; }

    /// <summary>True where a clinician confirmed <see cref="Medicines"/> as the list at discharge.</summary>
    public bool MedicinesConfirmed { get; init; }
    public AllergyRecord Allergies { get; init; } = AllergyRecord.NotSent;
    public IReadOnlyList<Risk> Risks { get; init; } = [];
    public IReadOnlyList<PlannedAction> Plan { get; init; } = [];
    public FollowUp? FollowUp { get; init; }
    public CrisisPlanRef? CrisisPlan { get; init; }
    public IReadOnlyList<GivenCopy> InformationGiven { get; init; } = [];
    public Remark? PatientConcerns { get; init; }
    public Remark? CarerConcerns { get; init; }
    public CareCoordinator CareCoordinator { get; init; } = CareCoordinator.Unknown;
    public Actor? Author { get; init; }
    public string? SocialContext { get; init; }
    public string? SelfReferralRoute { get; init; }
    public string? ReferBackRoute { get; init; }
    public bool? CrtHoldsUntilAccepted { get; init; }
    public IReadOnlyList<Carer> Carers { get; init; } = [];
    public IReadOnlyList<MonitoringCheck> PhysicalHealth { get; init; } = [];
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
}

/// <summary>A discharge is withdrawn. The medicines that changed with it may still stand.</summary>
public sealed record DischargeCancelled : EpisodeEvent
{
    public string? Reason { get; init; }

    /// <summary>Line ids known to stand, null where it is not known.</summary>
    public IReadOnlyList<string>? ChangesThatStand { get; init; }
}

public sealed record CrisisPlanRef : PersonalValue
{
    public required string DocumentId { get; init; }
    public string? Version { get; init; }
    public string? Title { get; init; }
    public ClinicalTime? At { get; init; }

    /// <summary>The plan in a few lines, for the reader in a hurry.</summary>
    public string? Summary { get; init; }
    public string? Location { get; init; }
}
