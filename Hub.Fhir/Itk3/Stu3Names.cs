using Hub.Fhir.Resources;

namespace Hub.Fhir.Itk3;

/// <summary>Addresses that STU3 readers know by another name: code systems, extensions, profiles. What has no row keeps its address, and a reader who does not know it may pass over it.</summary>
internal static class Stu3Names
{
    public const string Itk = "https://fhir.nhs.uk/STU3/StructureDefinition/";
    public const string CareConnect = "https://fhir.hl7.org.uk/STU3/StructureDefinition/";
    public const string ItkCodes = "https://fhir.nhs.uk/STU3/CodeSystem/";

    public const string ChangeSummary = CareConnect + "Extension-CareConnect-MedicationChangeSummary-1";

    /// <summary>Code systems: HL7's of STU3 (hl7.org/fhir/STU3/terminologies-systems.html), CareConnect's for the NHS Data Dictionary's, SNOMED CT for dm+d (the same concept ids).</summary>
    public static readonly IReadOnlyDictionary<string, string> Systems = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [CodeSystems.Dmd] = CodeSystems.Snomed,
        [CodeSystems.V3ActCode] = "http://hl7.org/fhir/v3/ActCode",
        [CodeSystems.V3ParticipationType] = "http://hl7.org/fhir/v3/ParticipationType",
        [CodeSystems.V3DataOperation] = "http://hl7.org/fhir/v3/DataOperation",
        [CodeSystems.V3Confidentiality] = "http://hl7.org/fhir/v3/Confidentiality",
        [CodeSystems.V2EventType] = "http://hl7.org/fhir/v2/0003",
        [CodeSystems.ContactRole] = "http://hl7.org/fhir/v2/0131",
        [CodeSystems.ListEmptyReason] = "http://hl7.org/fhir/list-empty-reason",
        [CodeSystems.FlagCategory] = "http://hl7.org/fhir/flag-category",
        [CodeSystems.StatementCategory] = "http://hl7.org/fhir/medication-statement-category",
        ["http://terminology.hl7.org/CodeSystem/condition-category"] = "http://hl7.org/fhir/condition-category",
        [CodeSystems.NhsNumberVerification] = CareConnectCodes + "NHSNumberVerificationStatus-1",
        [CodeSystems.AdmissionMethod] = CareConnectCodes + "AdmissionMethod-1",
        [CodeSystems.SourceOfAdmission] = CareConnectCodes + "SourceOfAdmission-1",
        [CodeSystems.DischargeMethod] = CareConnectCodes + "DischargeMethod-1",
        [CodeSystems.DischargeDestination] = CareConnectCodes + "DischargeDestination-1",
        [CodeSystems.RecordStandardHeadings] = "https://fhir.nhs.uk/CodeSystem/RecordStandardHeadings",
    };

    public static readonly IReadOnlyDictionary<string, string> Extensions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [CodeSystems.UkCoreExtension + "NHSNumberVerificationStatus"] = CareConnect + "Extension-CareConnect-NHSNumberVerificationStatus-1",
        [CodeSystems.UkCoreExtension + "AdmissionMethod"] = CareConnect + "Extension-CareConnect-AdmissionMethod-1",
        [CodeSystems.UkCoreExtension + "DischargeMethod"] = CareConnect + "Extension-CareConnect-DischargeMethod-1",
    };

    private const string CareConnectCodes = "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-";

    /// <summary>What each resource claims to be; a type without a row claims nothing but STU3.</summary>
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Patient"] = CareConnect + "CareConnect-Patient-1",
        ["Practitioner"] = CareConnect + "CareConnect-Practitioner-1",
        ["PractitionerRole"] = CareConnect + "CareConnect-PractitionerRole-1",
        ["Organization"] = CareConnect + "CareConnect-Organization-1",
        ["Encounter"] = Itk + "CareConnect-ITK-Encounter-1",
        ["AllergyIntolerance"] = Itk + "CareConnect-ITK-AllergyIntolerance-1",
        ["Condition"] = Itk + "CareConnect-ITK-Condition-1",
        ["Medication"] = Itk + "CareConnect-ITK-Medication-1",
        ["MedicationStatement"] = Itk + "CareConnect-ITK-MedicationStatement-1",
        ["List"] = Itk + "CareConnect-ITK-Medication-List-1", // the hub sends lists of medicines alone
    };

    public static string? ProfileOf(string type) => Profiles.GetValueOrDefault(type);
}
