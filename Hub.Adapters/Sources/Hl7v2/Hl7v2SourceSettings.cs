using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What kind of care an ADT or pharmacy message is about, as the source's rules judge it.</summary>
public enum CareSetting
{
    /// <summary>None of ours: counted and answered with acceptance.</summary>
    Ignore,
    Crt,
    Ward,
}

/// <summary>The part of a source's partner file that HL7 v2 reads.</summary>
public sealed record Hl7v2SourceSettings
{
    public required Hl7v2Match Match { get; init; }
    public Hl7v2CharsetSettings Charset { get; init; } = new();

    /// <summary>Times without an offset are wall times of this zone. One deployment serves one trust, so only Europe/London is taken.</summary>
    public string DefaultZone { get; init; } = "Europe/London";

    /// <summary>MSH-11 values taken: test (T) and debugging (D) messages must never reach live recipients.</summary>
    public IReadOnlyList<string> ProcessingIds { get; init; } = ["P"];

    /// <summary>MSH-12 values taken.</summary>
    public IReadOnlyList<string> Versions { get; init; } = ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9"];

    /// <summary>Judged in order; the first whose conditions all hold decides. Where none does, the message is none of ours.</summary>
    public required IReadOnlyList<Hl7v2Rule> Rules { get; init; }

    /// <summary>What this sender means by a trigger where it is not what HL7 says; judged in order before <see cref="Rules"/>, the first that holds decides.</summary>
    public IReadOnlyList<Hl7v2TriggerRule> Events { get; init; } = [];

    /// <summary>Where this sender writes a fact that is usually elsewhere, Z-segments included, and what to take where it writes none.</summary>
    public Hl7v2FactFields Fields { get; init; } = new();

    /// <summary>Rows of this sender's own, before those of the published table: table id, its code, the code it means.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> ConceptMaps { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Fields of this sender's own, Z-segments above all, that readers are told in words.</summary>
    public IReadOnlyList<Hl7v2RemarkField> Remarks { get; init; } = [];

    /// <summary>Teams and wards by the local code that stands in PV1-3.1, PV1-6.1 and the CMHT field.</summary>
    public IReadOnlyDictionary<string, Hl7v2Team> Teams { get; init; } = new Dictionary<string, Hl7v2Team>();

    /// <summary>Where a message names its own team or ward: PV1-3.1, or PV1-3.2 where the first component is the organisation.</summary>
    public string TeamField { get; init; } = "PV1-3.1";

    /// <summary>Where a message names the team or ward before a transfer.</summary>
    public string PriorTeamField { get; init; } = "PV1-6.1";

    /// <summary>Where a message names the community team; its default serves where it does not.</summary>
    public Hl7v2Place? Cmht { get; init; }

    /// <summary>Where a CRT message names the ward the person came from or goes to.</summary>
    public Hl7v2Place? Ward { get; init; }

    /// <summary>True where this sender writes the NHS discharge method (1, 3, 4, 6 to 9) in PV1-36.</summary>
    public bool DischargeMethodInPv136 { get; init; }

    /// <summary>Codes of NK1-7 or NK1-3 that mean an informal carer.</summary>
    public IReadOnlyList<string> CarerRoles { get; init; } = ["CR", "CGV", "CARER"];

    /// <summary>TQ1-9 or ORC-7.6 codes of rapid tranquillisation.</summary>
    public IReadOnlyList<string> RapidTranquillisationPriorities { get; init; } = [];

    /// <summary>Words in a medicine's name that mark a long-acting injection.</summary>
    public IReadOnlyList<string> DepotWords { get; init; } = ["decanoate", "palmitate", "embonate", "pamoate", "depot", "long-acting injection"];

    /// <summary>Names this sender uses for dm+d or SNOMED CT in a coded medicine's third component.</summary>
    public IReadOnlyList<string> DmdNames { get; init; } = ["DMD", "DM+D", "SCT", "SNM", "SNOMED", "SNOMED-CT", "HTTPS://DMD.NHS.UK", "HTTP://SNOMED.INFO/SCT"];

    /// <summary>AA or AE: a sender drops what gets AR, and a conflict is stored whole either way (clinical rule 3).</summary>
    public string AckOnConflict { get; init; } = "AA";

    public int MaxMessageBytes { get; init; } = 1_048_576;

    internal Hl7CharsetRule CharsetRule => new(Charset.Mode == "force", Charset.Name);
}

/// <summary>Whose messages these are: MSH-3 and MSH-4, first component, compared without regard to case.</summary>
public sealed record Hl7v2Match
{
    public required string SendingApplication { get; init; }
    public required string SendingFacility { get; init; }
}

public sealed record Hl7v2CharsetSettings
{
    /// <summary>Respect: MSH-18 decides, and <see cref="Name"/> where it is empty. Force: <see cref="Name"/> always.</summary>
    public string Mode { get; init; } = "respect";

    public string Name { get; init; } = "UNICODE UTF-8";
}

/// <summary>One rule: a setting, and conditions on field paths that must all hold. An empty value in a list holds where the field is absent.</summary>
public sealed record Hl7v2Rule
{
    public required CareSetting Kind { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>> When { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    internal bool Holds(Hl7Message message) => Hold(When, message);

    internal static bool Hold(IReadOnlyDictionary<string, IReadOnlyList<string>> conditions, Hl7Message message) => conditions.All(condition =>
        Hl7Path.TryParse(condition.Key, out var path)
        && condition.Value.Contains(path.Read(message) ?? "", StringComparer.OrdinalIgnoreCase));
}

/// <summary>A team or ward of the source's organisation.</summary>
public sealed record Hl7v2Team
{
    public required string Name { get; init; }

    /// <summary>Crt or ward where it is one; a community team is neither.</summary>
    public CareSetting? Kind { get; init; }
    public string? Ods { get; init; }
    public string? TypeCode { get; init; }
    public string? Phone24h { get; init; }
    public string? Phone { get; init; }

    internal Team ToTeam(string localCode) => new()
    {
        Name = Name,
        LocalCode = localCode,
        Organisation = OdsCode.TryParse(Ods, out var ods) ? ods : null,
        TypeCode = TypeCode,
        Phone24h = Phone24h,
        Phone = Phone,
    };
}

/// <summary>A field path whose value is a local team code, and the code to take where it is empty.</summary>
public sealed record Hl7v2Place
{
    public string? Field { get; init; }
    public string? Default { get; init; }
}

/// <summary>A source as it stands in its partner file.</summary>
public sealed record Hl7v2Source(string PartnerId, OdsCode Organisation, Hl7v2SourceSettings Settings)
{
    /// <summary>Where its messages come from; null where anybody may send as this source.</summary>
    public AccessSettings? Access { get; init; }

    internal bool Claims(Hl7Header header) =>
        string.Equals(header.SendingApplication, Settings.Match.SendingApplication, StringComparison.OrdinalIgnoreCase)
        && string.Equals(header.SendingFacility, Settings.Match.SendingFacility, StringComparison.OrdinalIgnoreCase);
}
