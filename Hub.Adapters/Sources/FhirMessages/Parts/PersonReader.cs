using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>The person: Patient, and the flags that say what the person needs.</summary>
internal static class PersonReader
{
    public const string BadNumber = "nhs-number-invalid";

    // The list before England's own (UK Core 1, Care Connect): words in place of the data dictionary's digits.
    private static readonly string[] OldStatusCodes =
    [
        "number-present-and-verified", "number-present-but-not-traced", "trace-required", "trace-attempted-no-match-or-multiple-match-found",
        "trace-needs-to-be-resolved", "trace-in-progress", "number-not-present-and-trace-not-required", "trace-postponed-baby-under-six-weeks-old",
    ];

    /// <summary>Whom the message is about, and the record that ended in that one, where it tells of one.</summary>
    public static (R4.Patient? Main, R4.Patient? Retired) Find(MessageParts parts)
    {
        var patients = parts.All<R4.Patient>();
        var retired = patients.FirstOrDefault(p => Link(parts, p, "replaced-by") is not null)
            ?? patients.Select(p => Link(parts, p, "replaces")).FirstOrDefault(p => p is not null);
        var named = parts.Seen<R4.Encounter>().Select(e => e.Subject)
            .Concat(parts.Seen<R4.EpisodeOfCare>().Select(e => e.Patient))
            .Concat(parts.Seen<R4.Composition>().Select(c => c.Subject))
            .Select(parts.Find<R4.Patient>).FirstOrDefault(p => p is not null);
        return (named ?? patients.FirstOrDefault(p => p != retired), retired);
    }

    /// <summary>Two patients in one message who are not said to be one person: nobody may guess whose the rest is.</summary>
    public static bool IsOfSeveral(MessageParts parts, R4.Patient main, R4.Patient? retired) => parts.Seen<R4.Patient>().Any(p => p != main && p != retired);

    public static PatientRef Read(ReadMessage message, R4.Patient patient)
    {
        var numbers = patient.Identifier.Where(i => Values.Text(i.SystemElement) == CodeSystems.NhsNumber && Values.Text(i.UseElement) != "old").ToList();
        var sent = numbers.Select(i => Values.Text(i.ValueElement)).OfType<string>().Distinct().ToList();
        var number = NhsNumber.TryParse(sent.FirstOrDefault(), out var valid) ? valid : null;
        Judge(message, sent, number);
        var practice = Practice(message, patient);
        return new PatientRef
        {
            NhsNumber = number,
            NhsNumberStatus = number is null ? null : sent.Count > 1 ? NhsNumberStatus.Conflict : Status(numbers[0]),
            RejectedNhsNumber = number is null ? sent.FirstOrDefault() : null,
            LocalIds = [.. LocalIds(message, patient)],
            Name = Values.Name(patient.Name),
            BirthDate = Values.Time(patient.BirthDateElement),
            Sex = Values.Text(patient.GenderElement) switch
            {
                "male" => AdministrativeSex.Male, "female" => AdministrativeSex.Female, "other" => AdministrativeSex.Other, "unknown" => AdministrativeSex.Unknown, _ => null,
            },
            Address = Values.Address(patient.Address),
            Contacts = Values.Contacts(patient.Telecom),
            GpPractice = practice?.Organisation,
            GpPracticeName = practice is { } known && known.Name != known.Organisation?.Value ? known.Name : null,
            Gp = patient.GeneralPractitioner.Where(g => message.Parts.Look(g) is R4.Practitioner or R4.PractitionerRole).Select(g => PeopleReader.Actor(message, g)).FirstOrDefault(),
            LocationHiding = IsHidden(patient) ? LocationHiding.National : null,
            Deceased = Values.Flag(patient.Deceased) ?? (Values.Time(patient.Deceased) is not null ? true : null),
            DeceasedAt = patient.Deceased is R4.FhirBoolean ? null : Values.Time(patient.Deceased),
            Language = (patient.Communication.Find(c => Values.Flag(c.PreferredElement) == true) ?? patient.Communication.FirstOrDefault())?.Language?.Coding
                .Select(c => Values.Text(c.CodeElement)).FirstOrDefault(),
            InterpreterNeeded = Values.Flag(Values.Extension(patient, "patient-interpreterRequired")?.Value),
            ReasonableAdjustments = [.. Adjustments(message)],
        };
    }

    private static void Judge(ReadMessage message, List<string> sent, NhsNumber? number)
    {
        if (sent.Count > 0 && number is null)
        {
            message.Note(BadNumber, "Patient.identifier", "What was sent as NHS number fails its check digit or is a known dummy; the person counts as unverified.");
        }
        else if (sent.Count > 1)
        {
            message.Note("nhs-number-twice", "Patient.identifier", "Two NHS numbers were sent for one person; the first is shown, as in conflict.");
        }
    }

    private static NhsNumberStatus? Status(R4.Identifier identifier)
    {
        var code = (Values.Extension(identifier, "NHSNumberVerificationStatus")?.Value as R4.CodeableConcept)?.Coding.Select(c => Values.Text(c.CodeElement)).FirstOrDefault(c => c is not null);
        var old = Array.IndexOf(OldStatusCodes, code);
        return old >= 0 ? (NhsNumberStatus)(old + 1)
            : code is { Length: 2 } && int.TryParse(code, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var digits) && digits is >= 1 and <= 8 ? (NhsNumberStatus)digits
            : null;
    }

    private static IEnumerable<LocalIdentifier> LocalIds(ReadMessage message, R4.Patient patient) => patient.Identifier
        .Where(i => Values.Text(i.SystemElement) != CodeSystems.NhsNumber && Values.Text(i.UseElement) != "old" && !PeopleReader.IsDerived(i) && Values.Text(i.ValueElement) is not null)
        .Select(i => new LocalIdentifier(Values.Text(i.SystemElement) is { } system ? Values.AssigningSystem(system) : message.Organisation.Value, Values.Text(i.ValueElement)!))
        .Distinct();

    private static Team? Practice(ReadMessage message, R4.Patient patient) =>
        patient.GeneralPractitioner.Where(g => message.Parts.Look(g) is R4.Organization || PeopleReader.OdsOf(g) is not null).Select(g => PeopleReader.Team(message, g)).FirstOrDefault(t => t?.Organisation is not null);

    // PDS marks a restricted record R (or V): the S-flag. What the label hides is hidden here as well (clinical rule 21).
    private static bool IsHidden(R4.Patient patient) =>
        patient.Meta?.Security.Exists(s => Values.Text(s.SystemElement) == CodeSystems.V3Confidentiality && Values.Text(s.CodeElement) is "R" or "V") == true;

    private static IEnumerable<Coded> Adjustments(ReadMessage message) => message.Parts.Seen<R4.Flag>()
        .Where(f => Values.Text(f.StatusElement) == "active" && Values.Code(f.Code, CodeSystems.FlagKind) == "reasonable-adjustment")
        .Select(f => Values.Text(f.Code?.TextElement)).OfType<string>().Select(Coded.Of);

    private static R4.Patient? Link(MessageParts parts, R4.Patient patient, string type) =>
        patient.Link.Where(l => Values.Text(l.TypeElement) == type).Select(l => parts.Find<R4.Patient>(l.Other)).FirstOrDefault(p => p is not null && p != patient);
}
