using System.Collections.Frozen;
using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>
/// What UK Core (package UKCore.R4.STU.02.00.00, 2.0.0) adds to base R4, in our own reading of its differentials: its
/// definitions are not part of this project. Preferred bindings and mustSupport are not judged.
/// </summary>
internal static class UkCoreRules
{
    public const string Base = "https://fhir.hl7.org.uk/StructureDefinition/";

    private const string Prefix = Base + "UKCore-";
    private const string ExtensionPrefix = Base + "Extension-UKCore-";
    private const string OurSections = CodeSystems.Canonical + "/CodeSystem/section";
    private const string Headings = "https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings";

    // The type that each profile is of. Profiles that only repeat base R4 stand here so that a claim of them is recognised.
    private static readonly FrozenDictionary<string, string> Types = new[]
    {
        "Patient", "Encounter", "EpisodeOfCare", "Composition", "MessageHeader", "Bundle", "MedicationStatement", "MedicationRequest",
        "MedicationAdministration", "MedicationDispense", "Medication", "AllergyIntolerance", "Condition", "List", "CarePlan", "CareTeam",
        "Task", "Communication", "Flag", "Consent", "Provenance", "AuditEvent", "OperationOutcome", "Subscription", "ServiceRequest",
        "Appointment", "RelatedPerson", "DocumentReference", "Practitioner", "PractitionerRole", "Organization", "Location",
        "HealthcareService", "Observation", "Procedure", "QuestionnaireResponse",
    }.ToFrozenDictionary(t => t, t => t, StringComparer.Ordinal);

    // Where each extension may stand, for those that the hub uses (standards 3.0). AdmissionMethod is the one most often misplaced.
    private static readonly FrozenDictionary<string, Func<Hl7.Fhir.Model.Base, bool>> Contexts = new Dictionary<string, Func<Hl7.Fhir.Model.Base, bool>>(StringComparer.Ordinal)
    {
        ["AdmissionMethod"] = p => p is Encounter.HospitalizationComponent,
        ["DischargeMethod"] = p => p is Encounter,
        ["LegalStatus"] = p => p is Encounter,
        ["OutcomeOfAttendance"] = p => p is Encounter,
        ["EmergencyCareDischargeStatus"] = p => p is Encounter,
        ["NHSNumberVerificationStatus"] = p => p is Identifier,
        ["NHSNumberUnavailableReason"] = p => p is Identifier or Patient,
        ["BirthSex"] = p => p is Patient,
        ["EthnicCategory"] = p => p is Patient,
        ["DeathNotificationStatus"] = p => p is Patient,
        ["ResidentialStatus"] = p => p is Patient,
        ["CareSettingType"] = p => p is Composition or Hl7.Fhir.Model.List,
        ["ListWarningCode"] = p => p is Hl7.Fhir.Model.List,
        ["MedicationPrescribingOrganizationType"] = p => p is MedicationStatement,
        ["MedicationStatementLastIssueDate"] = p => p is MedicationStatement,
        ["PharmacistVerifiedIndicator"] = p => p is MedicationStatement,
        ["MedicationRepeatInformation"] = p => p is MedicationRequest,
        ["ConditionEpisode"] = p => p is Condition,
        ["SourceOfServiceRequest"] = p => p is ServiceRequest,
        ["DeliveryChannel"] = p => p is Appointment,
        ["BookingOrganization"] = p => p is Appointment,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsOurs(string profile) => profile.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Judges a resource by a UK Core profile that it claims, directly or through one of ours.</summary>
    public static void Check(string profile, Resource resource, string member, Findings findings)
    {
        var name = profile[Prefix.Length..];
        var type = name.StartsWith("Observation-", StringComparison.Ordinal) ? "Observation" : name;
        if (!Types.ContainsKey(type))
        {
            findings.Warning("profile-unknown", "A UK Core profile that we do not know.", member);
        }
        else if (type != resource.TypeName)
        {
            findings.Error("profile-of-other-type", "A profile of another type of resource.", member);
        }
        else
        {
            CheckType(resource, findings);
        }
    }

    public static void CheckExtension(Extension extension, Hl7.Fhir.Model.Base parent, Findings findings)
    {
        if (extension.Url!.StartsWith(ExtensionPrefix, StringComparison.Ordinal)
            && Contexts.TryGetValue(extension.Url[ExtensionPrefix.Length..], out var fits) && !fits(parent))
        {
            findings.Error("ukcore-extension-context", "A UK Core extension where UK Core does not define it.");
        }
    }

    private static void CheckType(Resource resource, Findings findings)
    {
        switch (resource)
        {
            case Patient patient:
                UkCorePatient.Check(patient, findings);
                break;
            case Encounter encounter:
                AtMostOne(encounter, "DischargeMethod", findings);
                AtMostOne(encounter, "OutcomeOfAttendance", findings);
                AtMostOne(encounter, "EmergencyCareDischargeStatus", findings);
                break;
            case MedicationStatement statement:
                for (var i = 0; i < statement.Identifier.Count; i++)
                {
                    findings.Require(statement.Identifier[i] is { SystemElement: not null, ValueElement: not null }, "ukcore-medicationstatement-identifier",
                        "UK Core MedicationStatement: an identifier has a system and a value.", $"identifier[{i}]");
                }

                break;
            case MedicationRequest request:
                findings.Require(request.Substitution is not null, "ukcore-medicationrequest-substitution", "UK Core MedicationRequest: substitution is mandatory.", "substitution");
                break;
            case Medication medication:
                findings.Require(medication.Code is not null, "ukcore-medication-code", "UK Core Medication: code is mandatory.", "code");
                break;
            case AllergyIntolerance allergy:
                findings.Require(allergy.Code is not null, "ukcore-allergyintolerance-code", "UK Core AllergyIntolerance: code is mandatory.", "code");
                break;
            case Appointment appointment:
                AtMostOne(appointment, "DeliveryChannel", findings);
                break;
            case ServiceRequest request:
                AtMostOne(request, "SourceOfServiceRequest", findings);
                break;
            case Composition composition:
                AtMostOne(composition, "CareSettingType", findings);
                CheckSections(composition.Section, "section", findings);
                break;
            case Hl7.Fhir.Model.List list:
                AtMostOne(list, "CareSettingType", findings);
                break;
        }
    }

    // Extensible to a set that holds nothing but the headings: SNOMED alone does not satisfy it. Where no heading fits, another code may
    // stand, which for us is one of our own sections.
    private static void CheckSections(List<Composition.SectionComponent> sections, string path, Findings findings)
    {
        for (var i = 0; i < sections.Count; i++)
        {
            var at = $"{path}[{i}]";
            findings.Require(sections[i].Code is null || sections[i].Code!.Coding.Exists(c => Literal.Text(c.SystemElement) is Headings or OurSections),
                "ukcore-composition-section-code", "UK Core Composition: a section has a code of the UK Core record standard headings.", at + ".code");
            CheckSections(sections[i].Section, at + ".section", findings);
        }
    }

    private static void AtMostOne(DomainResource resource, string extension, Findings findings) =>
        findings.Require(resource.Extension.Count(e => e.Url == ExtensionPrefix + extension) <= 1, "ukcore-extension-count",
            "A UK Core extension that may occur once.", "extension");
}
