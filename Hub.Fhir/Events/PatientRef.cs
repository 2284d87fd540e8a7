using System.Text.Json.Serialization;

namespace Hub.Fhir.Events;

/// <summary>NHS Data Dictionary, "NHS NUMBER STATUS INDICATOR CODE".</summary>
public enum NhsNumberStatus
{
    [JsonStringEnumMemberName("01")] Verified = 1,
    [JsonStringEnumMemberName("02")] PresentNotTraced = 2,
    [JsonStringEnumMemberName("03")] TraceRequired = 3,
    [JsonStringEnumMemberName("04")] NoOrMultipleMatch = 4,
    [JsonStringEnumMemberName("05")] Conflict = 5,
    [JsonStringEnumMemberName("06")] InProgress = 6,
    [JsonStringEnumMemberName("07")] NotPresentTraceNotRequired = 7,
    [JsonStringEnumMemberName("08")] Postponed = 8,
}

public enum AdministrativeSex
{
    Unknown,
    Male,
    Female,
    Other,
}

/// <summary>Whether the person's whereabouts are hidden: ZU8-4 in UK HL7 v2 (0 none, 1 local, 2 national), R or V in PDS.</summary>
public enum LocationHiding
{
    None,
    Local,
    National,
}

/// <summary>The person an event is about, as its sender knows them: an NHS number with its status, or none, and local ids with the system of each.</summary>
public sealed record PatientRef : PersonalValue
{
    public NhsNumber? NhsNumber { get; init; }
    public NhsNumberStatus? NhsNumberStatus { get; init; }

    /// <summary>What stood in the NHS number's place and failed its check, kept for the person who sorts it out; never sent on.</summary>
    public string? RejectedNhsNumber { get; init; }

    public IReadOnlyList<LocalIdentifier> LocalIds { get; init; } = [];
    public PersonName? Name { get; init; }
    public ClinicalTime? BirthDate { get; init; }
    public AdministrativeSex? Sex { get; init; }
    public PostalAddress? Address { get; init; }
    public IReadOnlyList<ContactPoint> Contacts { get; init; } = [];

    /// <summary>The practice the sender believes the person is registered with.</summary>
    public OdsCode? GpPractice { get; init; }
    public string? GpPracticeName { get; init; }
    public Actor? Gp { get; init; }

    /// <summary>Null when the message does not speak of it.</summary>
    public LocationHiding? LocationHiding { get; init; }
    public SafeContact? SafeContact { get; init; }
    public bool? Deceased { get; init; }
    public ClinicalTime? DeceasedAt { get; init; }

    /// <summary>BCP 47 tag of the language the person speaks, and whether an interpreter is needed.</summary>
    public string? Language { get; init; }
    public bool? InterpreterNeeded { get; init; }

    /// <summary>Reasonable adjustments, each in words, shown on the first page for every reader.</summary>
    public IReadOnlyList<Coded> ReasonableAdjustments { get; init; } = [];

    /// <summary>Names of properties that the sender deleted (HL7 v2's two double quotes): different from saying nothing about them.</summary>
    public IReadOnlyList<string> Cleared { get; init; } = [];
}
