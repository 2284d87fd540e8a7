using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>The person, as UK Core Patient. What is hidden about the person was taken out before it came here.</summary>
internal static class PatientMapper
{
    public static Patient ToPatient(PatientRef person, string id, string? practiceUrl, string? gpUrl)
    {
        var patient = ProfileClaims.Claim(new Patient
        {
            Id = id,
            Identifier = [.. Identifiers(person)],
            Active = true,
            Name = person.Name is null ? [] : [person.Name.ToFhir()],
            Telecom = [.. person.Contacts.Select(Datatypes.ToFhir)],
            Gender = Gender(person.Sex),
            BirthDateElement = person.BirthDate.ToDate(),
            Deceased = Deceased(person),
            Address = person.Address is null ? [] : [person.Address.ToFhir()],
            Communication = Communication(person),
            GeneralPractitioner = [.. new[] { practiceUrl, gpUrl }.OfType<string>().Select(url => new ResourceReference(url))],
        });
        return patient;
    }

    /// <summary>A record that ended in another (A40): inactive, and pointing at the one that survives.</summary>
    public static Patient ToRetired(PatientRef person, string id, string survivorUrl) => ProfileClaims.Claim(new Patient
    {
        Id = id,
        Identifier = [.. Identifiers(person)],
        Active = false,
        Link = [new Patient.LinkComponent { Other = new ResourceReference(survivorUrl), Type = Patient.LinkType.ReplacedBy }],
    });

    private static IEnumerable<Identifier> Identifiers(PatientRef person)
    {
        if (person.NhsNumber is { } number)
        {
            var identifier = Datatypes.Identifier(CodeSystems.NhsNumber, number.Value);
            // ITK PDS-10: the verification status must be there. A sender that says nothing has not verified.
            var status = person.NhsNumberStatus ?? NhsNumberStatus.PresentNotTraced;
            identifier.Extension.Add(Datatypes.UkCore(
                "NHSNumberVerificationStatus",
                Datatypes.Concept(CodeSystems.NhsNumberVerification, ((int)status).ToString("00", System.Globalization.CultureInfo.InvariantCulture), StatusText(status))));
            yield return identifier;
        }

        foreach (var local in person.LocalIds)
        {
            yield return Datatypes.Identifier(Datatypes.SystemUri(local.AssigningSystem), local.Value);
        }
    }

    private static string StatusText(NhsNumberStatus status) => status switch
    {
        NhsNumberStatus.Verified => "Number present and verified",
        NhsNumberStatus.PresentNotTraced => "Number present but not traced",
        NhsNumberStatus.TraceRequired => "Trace required",
        NhsNumberStatus.NoOrMultipleMatch => "Trace attempted - No match or multiple match found",
        NhsNumberStatus.Conflict => "Trace needs to be resolved - (NHS Number or patient detail conflict)",
        NhsNumberStatus.InProgress => "Trace in progress",
        NhsNumberStatus.NotPresentTraceNotRequired => "Number not present and trace not required",
        _ => "Trace postponed (baby under six weeks old)",
    };

    private static AdministrativeGender? Gender(AdministrativeSex? sex) => sex switch
    {
        AdministrativeSex.Male => AdministrativeGender.Male,
        AdministrativeSex.Female => AdministrativeGender.Female,
        AdministrativeSex.Other => AdministrativeGender.Other,
        AdministrativeSex.Unknown => AdministrativeGender.Unknown,
        _ => null,
    };

    private static DataType? Deceased(PatientRef person) =>
        person.DeceasedAt is { } at ? at.ToFhir() : person.Deceased is { } dead ? new FhirBoolean(dead) : null;

    private static List<Patient.CommunicationComponent> Communication(PatientRef person)
    {
        if (person.Language is not { Length: > 0 } language)
        {
            return [];
        }

        return [new Patient.CommunicationComponent { Language = Datatypes.Concept("urn:ietf:bcp:47", language), Preferred = true }];
    }
}
