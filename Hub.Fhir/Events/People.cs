namespace Hub.Fhir.Events;

public sealed record PersonName : PersonalValue
{
    public string? Family { get; init; }
    public IReadOnlyList<string> Given { get; init; } = [];
    public string? Prefix { get; init; }
    public string? Suffix { get; init; }

    /// <summary>The whole name as one text, for people known only by that.</summary>
    public string? Text { get; init; }

    /// <summary>Given names, family name: the order a letter uses.</summary>
    public string Display() => Text ?? string.Join(' ', new[] { Prefix }.Concat(Given).Append(Family).Append(Suffix).Where(p => !string.IsNullOrWhiteSpace(p)));
}

public sealed record PostalAddress : PersonalValue
{
    public IReadOnlyList<string> Lines { get; init; } = [];
    public string? Town { get; init; }
    public string? County { get; init; }
    public string? Postcode { get; init; }

    /// <summary>True where the person is staying for a time only.</summary>
    public bool Temporary { get; init; }
}

public enum ContactKind
{
    Phone,
    Mobile,
    Email,
}

public sealed record ContactPoint : PersonalValue
{
    public required ContactKind Kind { get; init; }
    public required string Value { get; init; }

    /// <summary>True for a number at work.</summary>
    public bool Work { get; init; }
}

/// <summary>How the person may be reached without harm. Null means that nobody asked.</summary>
public sealed record SafeContact : PersonalValue
{
    public bool? Post { get; init; }
    public bool? Sms { get; init; }
    public bool? Email { get; init; }
    public bool? Phone { get; init; }

    /// <summary>The team's own words, such as "ring the landline before noon".</summary>
    public string? Note { get; init; }
}

/// <summary>A member of staff, or a role that a person fills.</summary>
public sealed record Actor : PersonalValue
{
    public required string Name { get; init; }
    public string? Role { get; init; }

    /// <summary>Number in a professional register or of the NHS smartcard, with its system (GMC, GMP, NMC, SDS).</summary>
    public LocalIdentifier? RegisterId { get; init; }

    public OdsCode? Organisation { get; init; }
    public string? OrganisationName { get; init; }

    /// <summary>A direct number for other professionals. A team's number is never hidden, whatever is hidden about the person.</summary>
    public string? Phone { get; init; }

    public string? Email { get; init; }
}

/// <summary>A team that holds or may hold the person's care.</summary>
public sealed record Team
{
    public required string Name { get; init; }
    public OdsCode? Organisation { get; init; }

    /// <summary>The sender's code for the team (in HL7 v2, PV1-3).</summary>
    public string? LocalCode { get; init; }

    /// <summary>MHSDS service or team type: A02 crisis resolution, A06 community mental health, A10 general psychiatry ...</summary>
    public string? TypeCode { get; init; }

    /// <summary>The number that is answered day and night, for people and carers.</summary>
    public string? Phone24h { get; init; }

    /// <summary>The number for professionals.</summary>
    public string? Phone { get; init; }

    /// <summary>Which side it is by its MHSDS type: A02 to A04 are crisis and home treatment, A10 general psychiatry, which is where wards are.</summary>
    public CareParty ToParty() => TypeCode switch
    {
        "A02" or "A03" or "A04" => CareParty.Crt,
        "A10" => CareParty.Ward,
        _ => CareParty.Cmht,
    };
}

public enum CareCoordinatorStatus
{
    /// <summary>Nobody has said.</summary>
    Unknown,

    /// <summary>A person is named.</summary>
    Named,

    /// <summary>It was said that there is none; <see cref="CareCoordinator.Lead"/> says who leads instead.</summary>
    None,
}

/// <summary>The care co-ordinator: a person, explicitly nobody, or not known. Blank is never read as nobody.</summary>
public sealed record CareCoordinator : PersonalValue
{
    public required CareCoordinatorStatus Status { get; init; }
    public Actor? Person { get; init; }

    /// <summary>Who leads where there is no care co-ordinator, such as "GP leads".</summary>
    public string? Lead { get; init; }

    public static CareCoordinator Unknown { get; } = new() { Status = CareCoordinatorStatus.Unknown };
}
