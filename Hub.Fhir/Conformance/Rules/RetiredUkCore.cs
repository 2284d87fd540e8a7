namespace Hub.Fhir.Conformance.Rules;

/// <summary>What UK Core had and retired (UKCore.R4.STU.02.00.00): it must never be sent again.</summary>
internal static class RetiredUkCore
{
    private const string Base = "https://fhir.hl7.org.uk/";

    public static IReadOnlySet<string> Extensions { get; } = new[]
    {
        "MedicationChangeSummary", "MedicationDosageLastChanged", "MedicationPrescribingAgency", "MedicationPrescribingOrganization",
        "MedicationQuantityText", "MessageHeaderInstruction", "CodingSCTDescId",
    }.Select(name => $"{Base}StructureDefinition/Extension-UKCore-{name}").ToHashSet(StringComparer.Ordinal);

    /// <summary>The older NHS number verification system is read from others (clinical rule 23); of our own profiles it is kept out by their bindings.</summary>
    public static IReadOnlySet<string> CodeSystems { get; } = new[]
    {
        "UKCore-MedicationChangeStatus", "UKCore-MessageEvent", "UKCore-ITKResponseCode", "UKCore-SpineErrorOrWarningCode",
    }.Select(name => $"{Base}CodeSystem/{name}").ToHashSet(StringComparer.Ordinal);

    public static bool IsRetired(string extensionUrl) => Extensions.Contains(extensionUrl);
}
