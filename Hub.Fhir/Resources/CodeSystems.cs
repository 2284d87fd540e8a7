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

    public const string NhsNumber = "https://fhir.nhs.uk/Id/nhs-number";
    public const string OdsOrganization = "https://fhir.nhs.uk/Id/ods-organization-code";
    public const string OdsSite = "https://fhir.nhs.uk/Id/ods-site-code";
    public const string Snomed = "http://snomed.info/sct";
    public const string Dmd = "https://dmd.nhs.uk";
    public const string V3ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
}
