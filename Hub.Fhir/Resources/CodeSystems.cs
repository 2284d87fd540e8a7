namespace Hub.Fhir.Resources;

/// <summary>Every canonical address the hub writes, once. Ours stand under <see cref="Canonical"/>; the rest are the owner's.</summary>
public static class CodeSystems
{
    /// <summary>Base of everything this project defines. A reserved name: whoever publishes the profiles replaces it here and nowhere else.</summary>
    public const string Canonical = "https://fhir.crt-hub.example";

    /// <summary>Id of the FHIR package built from <c>profiles/</c>.</summary>
    public const string PackageId = "crt-hub.r4";

    /// <summary>Our message events: the types of <c>CareEventJson.TypeNames</c>. No national code exists for a medication change.</summary>
    public const string MessageEvent = Canonical + "/CodeSystem/message-event";

    /// <summary>Task.businessStatus and other hub codes.</summary>
    public const string BusinessStatus = Canonical + "/CodeSystem/business-status";

    /// <summary>Kinds of medication change, as in the medication-change extension.</summary>
    public const string MedicationChangeStatus = Canonical + "/CodeSystem/medication-change-status";

    /// <summary>What is asked of the GP about one medicine.</summary>
    public const string GpRequest = Canonical + "/CodeSystem/gp-request";

    /// <summary>Composition sections that no record-standard heading names.</summary>
    public const string Section = Canonical + "/CodeSystem/section";

    /// <summary>What a document may be used for, such as <c>professionals-only</c>.</summary>
    public const string Handling = Canonical + "/CodeSystem/handling";

    /// <summary>Kinds of risk and need that a Flag states.</summary>
    public const string FlagKind = Canonical + "/CodeSystem/flag-kind";

    /// <summary>Kinds of information a carer may be given.</summary>
    public const string ConsentClass = Canonical + "/CodeSystem/consent-class";

    /// <summary>Outcome of gatekeeping.</summary>
    public const string GatekeepingOutcome = Canonical + "/CodeSystem/gatekeeping-outcome";

    /// <summary>MHSDS service or team type codes; no national FHIR address for the list is known, so it is ours.</summary>
    public const string MhsdsTeamType = Canonical + "/CodeSystem/mhsds-team-type";

    /// <summary>Business identifiers that the hub derives.</summary>
    public const string Rfc4122 = "https://tools.ietf.org/html/rfc4122";

    /// <summary>Identifiers of episodes, medicine lines and documents: this base, then the organisation that numbers them.</summary>
    public const string EpisodeId = Canonical + "/Id/episode";
    public const string MedicineLineId = Canonical + "/Id/medicine-line";
    public const string DocumentId = Canonical + "/Id/document";
    public const string LocalId = Canonical + "/Id/local";
    public const string SourceMessageId = Canonical + "/Id/source-message";

    public const string NhsNumber = "https://fhir.nhs.uk/Id/nhs-number";
    public const string OdsOrganization = "https://fhir.nhs.uk/Id/ods-organization-code";
    public const string OdsSite = "https://fhir.nhs.uk/Id/ods-site-code";
    public const string SdsUserId = "https://fhir.nhs.uk/Id/sds-user-id";
    public const string Snomed = "http://snomed.info/sct";
    public const string Dmd = "https://dmd.nhs.uk";

    public const string V3ActCode = Terminology + "v3-ActCode";
    public const string V3ParticipationType = Terminology + "v3-ParticipationType";
    public const string V3Confidentiality = Terminology + "v3-Confidentiality";
    public const string V2EventType = Terminology + "v2-0003";
    public const string ConsentScope = Terminology + "consentscope";
    public const string ProvenanceParticipant = Terminology + "provenance-participant-type";
    public const string V3DataOperation = Terminology + "v3-DataOperation";
    public const string ConditionClinical = Terminology + "condition-clinical";
    public const string AllergyClinical = Terminology + "allergyintolerance-clinical";
    public const string AllergyVerification = Terminology + "allergyintolerance-verification";
    public const string StatementCategory = Terminology + "medication-statement-category";
    public const string ListEmptyReason = Terminology + "list-empty-reason";
    public const string FlagCategory = Terminology + "flag-category";
    public const string ContactRole = Terminology + "v2-0131";

    public const string NhsNumberVerification = UkCore + "NHSNumberVerificationStatusEngland";
    public const string RecordStandardHeadings = UkCore + "RecordStandardHeadings";
    public const string AdmissionMethod = UkCore + "AdmissionMethodEngland";
    public const string SourceOfAdmission = UkCore + "SourceOfAdmissionEngland";
    public const string DischargeMethod = UkCore + "DischargeMethodEngland";
    public const string DischargeDestination = UkCore + "DischargeDestinationEngland";
    public const string LegalStatusClassification = UkCore + "LegalStatusClassificationEngland";
    public const string LegalStatusContext = UkCore + "LegalStatusContext";
    public const string LocationType = UkCore + "EncounterLocationTypeEngland";
    public const string MedicationStatementCategory = UkCore + "MedicationStatementCategory";
    public const string ConditionCategory = UkCore + "ConditionCategory";
    public const string DeliveryChannel = UkCore + "DeliveryChannel";

    public const string UkCoreProfile = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-";
    public const string UkCoreExtension = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";

    /// <summary>What R4 lost: status, reason, date, description, before and after of one change of one medicine.</summary>
    public const string MedicationChange = Canonical + "/StructureDefinition/medication-change";

    private const string Terminology = "http://terminology.hl7.org/CodeSystem/";
    private const string UkCore = "https://fhir.hl7.org.uk/CodeSystem/UKCore-";
}
