namespace Hub.Fhir.Events;

/// <summary>A medicine by the words its prescriber used and, where sent, its dm+d code (SNOMED CT UK drug extension).</summary>
public sealed record MedicineRef : PersonalValue
{
    public required string Text { get; init; }
    public string? DmdCode { get; init; }

    /// <summary>A code that is not dm+d, as the sender wrote it.</summary>
    public Coded? OtherCode { get; init; }
    public string? Form { get; init; }
}

/// <summary>How much, how often, by which route. <see cref="Text"/> is the sender's own dose line and is always what a person reads.</summary>
public sealed record Dosage : PersonalValue
{
    public required string Text { get; init; }
    public decimal? Dose { get; init; }
    public string? Unit { get; init; }

    /// <summary>Times per <see cref="PeriodDays"/> days.</summary>
    public int? Frequency { get; init; }
    public decimal? PeriodDays { get; init; }
    public Coded? Route { get; init; }
    public Coded? Site { get; init; }
    public bool AsNeeded { get; init; }
    public string? Instruction { get; init; }
}

public enum MedicineAction
{
    Start,
    Amend,
    Stop,
    Hold,
    Resume,

    /// <summary>One half of a change from one product to another; both halves share <see cref="MedicineLine.SwitchGroup"/>.</summary>
    Switch,
    Continue,
    Administer,
    CourseFinished,

    /// <summary>The order was withdrawn (ORC-1 CA, OC): not known whether any was taken.</summary>
    Cancelled,
    EnteredInError,

    /// <summary>The sender's order control could not be understood; the words are passed on, and a person is told.</summary>
    NotUnderstood,
}

public enum MedicineUse
{
    Regular,
    AsNeeded,
    OneOff,
    RapidTranquillisation,
}

/// <summary>What the GP is asked to do about one line (clinical rule 9).</summary>
public enum GpRequest
{
    /// <summary>Nothing was said; shown as "nothing is asked of the GP for this medicine".</summary>
    None,

    /// <summary>Hospital supplies: record it, do not issue it.</summary>
    RecordOnly,

    /// <summary>Issue once, for <see cref="MedicineLine.GpRequestDays"/> days.</summary>
    IssueOnce,

    /// <summary>Repeat, at most <see cref="MedicineLine.GpRequestDays"/> days at a time.</summary>
    Repeat,
    ChangeDoseOnRepeat,
    RemoveFromRepeat,

    /// <summary>Shared care is requested: not in force until accepted; until then the present team prescribes.</summary>
    SharedCare,
}

public enum PrescriberStatus
{
    /// <summary>Nobody has been asked.</summary>
    NotAsked,
    Asked,
    Accepted,
}

/// <summary>Who is to prescribe next, and whether they have been asked or have accepted.</summary>
public sealed record NextPrescriber : PersonalValue
{
    /// <summary>Null: undecided.</summary>
    public CareParty? Party { get; init; }
    public PrescriberStatus Status { get; init; }
    public string? Name { get; init; }

    /// <summary>Who prescribes until the one asked has accepted.</summary>
    public string? UntilThen { get; init; }
}

/// <summary>A supply that was made short on purpose: it must not be lengthened.</summary>
public sealed record SupplyLimit(int Days, string Reason);

/// <summary>A long-acting injection: what was given, what is due, who gives it and from which supply.</summary>
public sealed record Depot : PersonalValue
{
    public ClinicalTime? LastGivenAt { get; init; }
    public string? LastDose { get; init; }
    public string? Site { get; init; }
    public ClinicalTime? NextDueOn { get; init; }
    public string? GivenBy { get; init; }
    public string? SupplyAt { get; init; }
}

/// <summary>One medicine in a change, a list or a discharge.</summary>
public sealed record MedicineLine : PersonalValue
{
    /// <summary>The sender's id for the order or line (ORC-2 or ORC-3): the same line keeps it through every change.</summary>
    public required string LineId { get; init; }
    public required MedicineAction Action { get; init; }
    public required MedicineRef Medicine { get; init; }

    /// <summary>The dose before; old doses live here and nowhere else.</summary>
    public Dosage? Before { get; init; }

    /// <summary>The dose from now on; null where it is stopped.</summary>
    public Dosage? After { get; init; }
    public MedicineUse Use { get; init; }

    /// <summary>What it is for.</summary>
    public string? Indication { get; init; }
    public string? Reason { get; init; }
    public ClinicalTime? EffectiveFrom { get; init; }

    /// <summary>When the change was written down, where later than it took effect.</summary>
    public ClinicalTime? RecordedAt { get; init; }
    public Actor? DecidedBy { get; init; }
    public ClinicalTime? StopOrReviewOn { get; init; }
    public int? SupplyDays { get; init; }
    public ClinicalTime? SupplyEndsOn { get; init; }
    public SupplyLimit? SupplyLimit { get; init; }
    public string? Quantity { get; init; }
    public NextPrescriber? NextPrescriber { get; init; }
    public GpRequest GpRequest { get; init; }
    public int? GpRequestDays { get; init; }
    public ClinicalTime? GpRequestDueOn { get; init; }
    public Depot? Depot { get; init; }
    public IReadOnlyList<MonitoringCheck> Monitoring { get; init; } = [];
    public string? SwitchGroup { get; init; }
    public ClinicalTime? LastDoseAt { get; init; }

    /// <summary>True for a controlled drug, where the sender said so.</summary>
    public bool ControlledDrug { get; init; }

    /// <summary>True for a medicine that only the hospital supplies, where the sender said so.</summary>
    public bool HospitalOnly { get; init; }

    /// <summary>The order control as sent, such as <c>ORC-1 SC, ORC-5 ZZ</c>; shown where it was not understood.</summary>
    public string? SourceControl { get; init; }
    public string? Note { get; init; }
}
