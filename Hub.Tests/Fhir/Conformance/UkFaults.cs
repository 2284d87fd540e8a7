using System.Text.Json.Nodes;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>Faults against UK Core, the NHS's identifiers and codes.</summary>
internal static class UkFaults
{
    public static readonly PlantedFault[] All =
    [
        new("An NHS number with a wrong check digit", "nhs-number", "Bundle.entry[1].resource.identifier[0].value",
            b => b.Resource(2).At("identifier", 0).Set("value", "\"9912003889\"")),
        new("An NHS number with spaces", "nhs-number", "Bundle.entry[1].resource.identifier[0].value",
            b => b.Resource(2).At("identifier", 0).Set("value", "\"991 200 3888\"")),
        new("An NHS number slice without value", "ukcore-patient-nhs-number", "Bundle.entry[1].resource.identifier[0].value",
            b => b.Resource(2).At("identifier", 0).Drop("value")),
        new("Two NHS numbers", "ukcore-patient-nhs-number", "Bundle.entry[1].resource.identifier",
            b => b.Resource(2)["identifier"]!.AsArray().Add(JsonNode.Parse("""{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9000000009"}"""))),
        new("A verification status of a system that does not exist", "ukcore-patient-verification", "Bundle.entry[1].resource.identifier[0].extension",
            b => b.Resource(2).At("identifier", 0, "extension", 0, "valueCodeableConcept", "coding", 0).Set("system", "\"https://fhir.nhs.uk/status\"")),
        new("An ODS code with a dash", "ods-code", "Bundle.entry[2].resource.identifier[0].value",
            b => b.Resource(3).At("identifier", 0).Set("value", "\"RXX-01\"")),
        new("A SNOMED code with a slip of the finger", "snomed-check-digit", "Bundle.entry[16].resource.code.coding[0].code",
            b => b.Resource(23).At("code", "coding", 0).Set("code", "\"1102411000000103\"")),
        new("A statement's identifier without system", "ukcore-medicationstatement-identifier", "Bundle.entry[15].resource.identifier[0]",
            b => b.Resource(22).At("identifier", 0).Drop("system")),
        new("A prescription without substitution", "ukcore-medicationrequest-substitution", "Bundle.entry[14].resource.substitution",
            b => b.Resource(21).Drop("substitution")),
        new("A UK Core medication without code", "ukcore-medication-code", "Bundle.entry[13].resource.code",
            b => b.Resource(20).Drop("code")),
        new("A UK Core allergy without code", "ukcore-allergyintolerance-code", "Bundle.entry[10].resource.code",
            b => b.Resource(13).Drop("code")),
        new("A section with a SNOMED heading only", "ukcore-composition-section-code", "Bundle.entry[0].resource.section[0].code",
            b => b.Resource(1).At("section", 0, "code", "coding").AsArray().RemoveAt(0), InDocument: true),
        new("An admission method on the encounter itself", "ukcore-extension-context", "Bundle.entry[7].resource.extension[0]",
            b => b.Resource(10).Set("extension", b.Resource(10).At("hospitalization", "extension").ToJsonString())),
        new("A retired extension", "ukcore-retired", "Bundle.entry[15].resource.extension[0].url",
            b => b.Resource(22).Set("extension", """[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationChangeSummary","valueString":"x"}]""")),
        new("A profile of another type", "profile-of-other-type", "Bundle.entry[3].resource.meta.profile[0]",
            b => b.Resource(4).At("meta", "profile").AsArray()[0] = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"),
        new("A profile under our address that does not exist", "profile-unknown", "Bundle.entry[3].resource.meta.profile[0]",
            b => b.Resource(4).At("meta", "profile").AsArray()[0] = "https://fhir.crt-hub.example/StructureDefinition/none"),
        new("An extension under our address that does not exist", "hub-extension-unknown", "Bundle.entry[3].resource.extension[0].url",
            b => b.Resource(4).Set("extension", """[{"url":"https://fhir.crt-hub.example/StructureDefinition/none","valueString":"x"}]""")),
    ];
}
