namespace Hub.Fhir.Events;

/// <summary>MHSDS "CLINICAL RESPONSE PRIORITY TYPE"; the numbers are not in order of urgency.</summary>
public enum ResponsePriority
{
    Emergency = 1,
    Urgent = 2,
    Routine = 3,
    VeryUrgent = 4,
}

/// <summary>Somebody asked the crisis team to see a person.</summary>
public sealed record ReferralReceived : EpisodeEvent
{
    public required Actor Referrer { get; init; }

    /// <summary>gp, a-and-e, cmht, ward, police, self, carer, other.</summary>
    public required string SourceType { get; init; }
    public ResponsePriority? Priority { get; init; }
    public required string Reason { get; init; }
    public IReadOnlyList<Risk> Risks { get; init; } = [];
    public Team? Team { get; init; }
}

/// <summary>The crisis team answered its referrer.</summary>
public sealed record ReferralAnswered : EpisodeEvent
{
    public required Actor AnsweredBy { get; init; }
    public required string Answer { get; init; }
    public ClinicalTime? SeenFaceToFaceAt { get; init; }
    public Actor? Referrer { get; init; }
    public Team? Team { get; init; }
}

/// <summary>The crisis team declined a referral, with its reason and where else to turn.</summary>
public sealed record ReferralDeclined : EpisodeEvent
{
    public required Actor DeclinedBy { get; init; }
    public required string Reason { get; init; }
    public IReadOnlyList<string> SignpostedTo { get; init; } = [];
    public Actor? Referrer { get; init; }
    public Team? Team { get; init; }
}

public enum GatekeepingOutcome
{
    HomeTreatment,
    Admit,
    Alternative,
    NoCrisisCare,
}

public sealed record Dissent : PersonalValue
{
    public required string By { get; init; }
    public required Remark Text { get; init; }
}

/// <summary>The crisis team decided whether a bed is needed.</summary>
public sealed record GatekeepingDecision : EpisodeEvent
{
    public required Actor RequestedBy { get; init; }
    public ClinicalTime? RequestedAt { get; init; }
    public required bool AssessedInPerson { get; init; }
    public ClinicalTime? AssessedAt { get; init; }
    public required GatekeepingOutcome Outcome { get; init; }
    public required string Rationale { get; init; }
    public Remark? PatientPreference { get; init; }
    public Remark? CarerView { get; init; }
    public IReadOnlyList<Dissent> Dissent { get; init; } = [];
    public Team? Ward { get; init; }
    public required Actor DecidedBy { get; init; }
    public Coded? LegalStatus { get; init; }

    /// <summary>Home matters for the ward: dependants, pets, keys.</summary>
    public IReadOnlyList<Remark> HomeMatters { get; init; } = [];
}
