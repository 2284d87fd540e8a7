namespace Hub.Fhir.Events;

public sealed record Diagnosis : PersonalValue
{
    public required Coded Condition { get; init; }
    public ClinicalTime? RecordedAt { get; init; }
    public bool Presenting { get; init; }
}

public enum AllergyStatus
{
    /// <summary>The source sent nothing on allergies: said so, never read as none.</summary>
    NotSent,

    /// <summary>Asked, and it is not known.</summary>
    NotKnown,

    /// <summary>Asked: no known allergies.</summary>
    NoneKnown,

    /// <summary>Listed in <see cref="AllergyRecord.Items"/>.</summary>
    Listed,
}

public sealed record Allergy : PersonalValue
{
    public required Coded Substance { get; init; }
    public Coded? Reaction { get; init; }
    public string? Severity { get; init; }
    public ClinicalTime? IdentifiedOn { get; init; }
}

public sealed record AllergyRecord : PersonalValue
{
    public required AllergyStatus Status { get; init; }
    public IReadOnlyList<Allergy> Items { get; init; } = [];

    /// <summary>Where it comes from, such as "told by the person", "GP record".</summary>
    public string? Source { get; init; }

    public static AllergyRecord NotSent { get; } = new() { Status = AllergyStatus.NotSent };
}

public enum RiskKind
{
    ToSelf,
    ToOthers,
    FromOthers,
    Safeguarding,
    Other,
}

/// <summary>What is known of a risk. Not stated is never read as none.</summary>
public enum RiskStatement
{
    NotStated,
    AssessedNone,
    Identified,
}

public sealed record Risk : PersonalValue
{
    public required RiskKind Kind { get; init; }
    public required RiskStatement Statement { get; init; }
    public Remark? Detail { get; init; }
    public ClinicalTime? AssessedAt { get; init; }

    /// <summary>True where the receiver is asked to confirm having read it.</summary>
    public bool AcknowledgementAsked { get; init; }
}

/// <summary>Something asked of somebody, by a date.</summary>
public sealed record PlannedAction : PersonalValue
{
    /// <summary>The sender's id, or its position in the plan.</summary>
    public required string Id { get; init; }
    public required string Text { get; init; }

    /// <summary>gp, cmht, crt, ward, patient, carer, other.</summary>
    public required CareParty Owner { get; init; }
    public Actor? OwnerPerson { get; init; }
    public string? OwnerName { get; init; }
    public ClinicalTime? DueOn { get; init; }

    /// <summary>Clinical, or a practical need such as housing or benefits.</summary>
    public bool Practical { get; init; }
    public bool? AgreedWithPatient { get; init; }
}

public enum CareParty
{
    Crt,
    Gp,
    Cmht,
    Ward,
    Patient,
    Carer,
    Other,
}

public sealed record FollowUp : PersonalValue
{
    /// <summary>When it is to happen; a date alone where no time is known.</summary>
    public ClinicalTime? Start { get; init; }
    public bool Booked { get; init; }
    public string? With { get; init; }
    public Team? Team { get; init; }

    /// <summary>in-person, telephone, video.</summary>
    public string? Channel { get; init; }
    public string? Place { get; init; }
}

/// <summary>How often a check is due, when it was last done, and who owns the next one.</summary>
public sealed record MonitoringCheck : PersonalValue
{
    public required Coded Check { get; init; }
    public ClinicalTime? LastDoneAt { get; init; }
    public string? LastResult { get; init; }
    public string? NotDoneReason { get; init; }
    public ClinicalTime? NextDueOn { get; init; }
    public CareParty? Owner { get; init; }
    public string? OwnerName { get; init; }
    public bool OwnerAccepted { get; init; }
}

/// <summary>Where a piece of paper went: "printed" is not "given".</summary>
public sealed record GivenCopy : PersonalValue
{
    public required CareParty To { get; init; }
    public string? ToName { get; init; }
    public required string What { get; init; }
    public string? By { get; init; }
    public ClinicalTime? At { get; init; }
    public string? How { get; init; }

    /// <summary>Why it was not given, where it was not.</summary>
    public string? NotGivenReason { get; init; }
}
