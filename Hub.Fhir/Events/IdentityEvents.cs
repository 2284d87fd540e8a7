namespace Hub.Fhir.Events;

/// <summary>A person's details changed (A28, A31).</summary>
public sealed record PatientUpdated : CareEvent
{
    public IReadOnlyList<Carer> Carers { get; init; } = [];
    public AllergyRecord? Allergies { get; init; }
}

/// <summary>Two records were found to be one person (A40). <see cref="CareEvent.Patient"/> survives.</summary>
public sealed record PatientMerged : CareEvent
{
    /// <summary>The record that ends in the survivor.</summary>
    public required PatientRef Retired { get; init; }
}

/// <summary>A merge was wrong and is undone (A37).</summary>
public sealed record PatientUnmerged : CareEvent
{
    public required PatientRef Separated { get; init; }
}

public enum PatientLinkKind
{
    /// <summary>A24: two records are said to be the same person, and both stay.</summary>
    Linked,

    /// <summary>A47: an identifier was changed.</summary>
    IdentifierChanged,
}

/// <summary>A statement about identity that the hub never acts on by itself: a person decides, urgently.</summary>
public sealed record PatientLinkReported : CareEvent
{
    public required PatientLinkKind Kind { get; init; }
    public required PatientRef Other { get; init; }
}

/// <summary>A death was reported. Until a named person confirms it, it is "reported, unconfirmed".</summary>
public sealed record DeathReported : CareEvent
{
    public ClinicalTime? DiedAt { get; init; }

    /// <summary>Formal (registered) or informal notice.</summary>
    public bool Formal { get; init; }
    public EpisodeKey? Episode { get; init; }
}

/// <summary>A report of death was withdrawn.</summary>
public sealed record DeathWithdrawn : CareEvent
{
    public EpisodeKey? Episode { get; init; }
}
