namespace Hub.Fhir.Events;

/// <summary>Kinds of information a person may let a carer have, each asked for on its own.</summary>
public enum ConsentClass
{
    General,
    Plan,
    Medication,
    Risk,
    CrisisPlan,
}

public enum ConsentState
{
    NotAsked,
    Given,
    Refused,
    Withdrawn,

    /// <summary>The person cannot decide now; sharing follows a recorded best-interests decision.</summary>
    LacksCapacity,
}

public sealed record CarerConsent : PersonalValue
{
    public required ConsentClass Class { get; init; }
    public required ConsentState State { get; init; }
    public ClinicalTime? At { get; init; }
    public string? Note { get; init; }
}

/// <summary>Someone around the person. Next of kin alone is not a carer, and neither is a right to be told.</summary>
public sealed record Carer : PersonalValue
{
    /// <summary>The sender's id for this contact, or a position such as <c>NK1-1</c> where it has none.</summary>
    public required string Id { get; init; }
    public required PersonName Name { get; init; }
    public Coded? Relationship { get; init; }
    public bool IsCarer { get; init; }
    public bool IsNextOfKin { get; init; }

    /// <summary>Legal role as a dated code: nearest relative (MHA 1983) or nominated person (its successor).</summary>
    public Coded? LegalRole { get; init; }

    /// <summary>True where this contact is a danger to the person: nothing goes to them, and nothing about them goes to the person's home.</summary>
    public bool MarkedAsRisk { get; init; }

    /// <summary>True where this contact already knows that the person is under the crisis team.</summary>
    public bool KnowsOfCare { get; init; }

    public IReadOnlyList<ContactPoint> Contacts { get; init; } = [];
    public PostalAddress? Address { get; init; }
    public IReadOnlyList<CarerConsent> Consent { get; init; } = [];

    /// <summary>Null: the carer has not been asked about the discharge date, and that is shown.</summary>
    public string? ViewOfDischargeDate { get; init; }
    public string? OwnSupport { get; init; }

    public ConsentState ConsentFor(ConsentClass kind) =>
        Consent.LastOrDefault(c => c.Class == kind)?.State ?? ConsentState.NotAsked;
}

public enum RemarkPrivacy
{
    /// <summary>May be read by the person, who may be reading it at home.</summary>
    Shareable,

    /// <summary>About somebody else.</summary>
    ThirdParty,

    /// <summary>About a safeguarding concern.</summary>
    Safeguarding,

    /// <summary>Said by a carer in confidence.</summary>
    CarerConfidential,
}

/// <summary>A piece of free text with what may be done with it.</summary>
public sealed record Remark : PersonalValue
{
    public required string Text { get; init; }
    public RemarkPrivacy Privacy { get; init; }

    /// <summary>Who said it, in words.</summary>
    public string? From { get; init; }
}
