namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// Which resources the hub writes on another system's FHIR server (clinical rule 8). What a message says about people, encounters, problems and allergies is that
/// system's own to record: the hub points at it by identifier, and the words stand in the document. Nor does it write directory entries (organisations, people who
/// work there), consents or carers: the server has owners for those. Provenance has no identifier by which a repeat could be found (R4), and is left out.
/// </summary>
internal static class WrittenKinds
{
    /// <summary>The letter itself, as a page: the one thing that every server can show.</summary>
    public const string Document = "DocumentReference";

    // True: the same thing is told again with other content (a dose, a list, a risk), so what the hub wrote before is brought up to date.
    // False: it came about by one event, and what the recipient did with it since (a Task accepted) is not to be undone.
    private static readonly Dictionary<string, bool> Kinds = new(StringComparer.Ordinal)
    {
        [Document] = false,
        ["Composition"] = false,
        ["Task"] = false,
        ["Communication"] = false,
        ["MedicationRequest"] = false,
        ["Appointment"] = false,
        ["ServiceRequest"] = false,
        ["MedicationStatement"] = true,
        ["List"] = true,
        ["CarePlan"] = true,
        ["Flag"] = true,
    };

    private static readonly HashSet<string> Never = new(StringComparer.Ordinal)
    {
        "Patient", "AllergyIntolerance", "Condition", "Encounter", "EpisodeOfCare", "Person", "RelatedPerson", "Consent",
        "Organization", "Practitioner", "PractitionerRole", "CareTeam", "Location", "Provenance", "MessageHeader",
    };

    public static IReadOnlyCollection<string> All => Kinds.Keys;

    // An Appointment or a ServiceRequest starts work on many servers: only where the partner asks for it.
    public static IEnumerable<string> Usual => Kinds.Keys.Where(k => k is not ("Appointment" or "ServiceRequest"));

    public static string Expected => string.Join(", ", Kinds.Keys);

    public static bool AreNeverOurs(string kind) => Never.Contains(kind);

    public static bool IsBroughtUpToDate(string kind) => Kinds.GetValueOrDefault(kind);
}
