namespace Hub.Fhir.Events;

/// <summary>Medicines were started, changed, stopped or given, with who decided and why.</summary>
public sealed record MedicationChange : EpisodeEvent
{
    public required IReadOnlyList<MedicineLine> Lines { get; init; }
    public Actor? DecidedBy { get; init; }
    public Team? Team { get; init; }
    public AllergyRecord? Allergies { get; init; }
    public string? SideEffectId { get; init; }
}

/// <summary>A side effect was reported; it is seen, and then answered, and open until it is.</summary>
public sealed record SideEffectReported : EpisodeEvent
{
    public required string SideEffectId { get; init; }
    public required CareParty By { get; init; }
    public required Remark Text { get; init; }
    public IReadOnlyList<string> LineIds { get; init; } = [];
    public ClinicalTime? SeenAt { get; init; }
    public ClinicalTime? AnsweredAt { get; init; }
    public string? Outcome { get; init; }
}

/// <summary>A physical-health check was done, or not done and why; who owns the next.</summary>
public sealed record PhysicalHealthCheck : EpisodeEvent
{
    public required MonitoringCheck Check { get; init; }
}

public enum WorkerRole
{
    KeyWorker,
    Lead,
    Consultant,
    CareCoordinator,
}

public sealed record WorkerChange : EpisodeEvent
{
    public required WorkerRole Role { get; init; }
    public Actor? From { get; init; }
    public required Actor To { get; init; }
    public string? Reason { get; init; }
}

/// <summary>Who comes next, and when.</summary>
public sealed record NextVisit : EpisodeEvent
{
    public required ClinicalTime VisitAt { get; init; }
    public required string Who { get; init; }
    public string? Channel { get; init; }
    public bool? PersonTold { get; init; }
}

/// <summary>A contact took place: a home visit, a call. A second A04 in an open episode is one of these.</summary>
public sealed record ContactRecorded : EpisodeEvent
{
    public string? Channel { get; init; }
    public IReadOnlyList<string> Staff { get; init; } = [];
}

/// <summary>A planned contact did not happen. Which side missed it is never assumed.</summary>
public sealed record ContactMissed : EpisodeEvent
{
    public ClinicalTime? PlannedAt { get; init; }

    /// <summary>did-not-attend, staff-did-not-attend, cancelled, not-known.</summary>
    public required string Outcome { get; init; }
    public ClinicalTime? RebookedFor { get; init; }
}

public sealed record CarerViewRecorded : EpisodeEvent
{
    public required string CarerId { get; init; }
    public required Remark View { get; init; }
}

/// <summary>A person decided what a carer may know, kind by kind.</summary>
public sealed record ConsentChanged : EpisodeEvent
{
    public required string CarerId { get; init; }
    public required IReadOnlyList<CarerConsent> Consent { get; init; }
}

public sealed record CrisisPlanPublished : EpisodeEvent
{
    public required CrisisPlanRef Plan { get; init; }
    public IReadOnlyList<GivenCopy> GivenTo { get; init; } = [];
}
