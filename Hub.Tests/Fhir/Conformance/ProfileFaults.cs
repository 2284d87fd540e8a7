namespace Hub.Tests.Fhir.Conformance;

/// <summary>Faults against our own profiles.</summary>
internal static class ProfileFaults
{
    public static readonly PlantedFault[] All =
    [
        new("A task without owner", "profile-min", "Bundle.entry[19].resource.owner",
            b => b.Resource(31).Drop("owner")),
        new("A task for nobody", "profile-min", "Bundle.entry[19].resource.for",
            b => b.Resource(31).Drop("for")),
        new("A flag of an unknown kind", "profile-binding", "Bundle.entry[12].resource.code",
            b => b.Resource(15).At("code", "coding", 0).Set("code", "\"risk-of-rain\"")),
        new("A flag in words only", "profile-binding", "Bundle.entry[12].resource.code",
            b => b.Resource(15).Set("code", """{"text":"Risk to self"}""")),
        new("A code that our code system does not have", "code-unknown", "Bundle.entry[19].resource.businessStatus.coding[0].code",
            b => b.Resource(31).Set("businessStatus", """{"coding":[{"system":"https://fhir.crt-hub.example/CodeSystem/business-status","code":"perhaps"}]}""")),
        new("An event that is none of ours", "profile-binding", "Bundle.entry[0].resource.event",
            b => b.Resource(1).At("eventCoding").Set("code", "\"rain\"")),
        new("A message event by address", "profile-type", "Bundle.entry[0].resource.event",
            b => { b.Resource(1).Drop("eventCoding"); b.Resource(1).Set("eventUri", "\"https://example.org/x\""); }),
        new("What was not done, without a reason", "crt-com-1", "Bundle.entry[24].resource",
            b => b.Resource(36).Set("status", "\"not-done\"")),
        new("A stopped medicine with a dose to take", "crt-med-1", "Bundle.entry[15].resource",
            b => b.Resource(22).Set("status", "\"stopped\"")),
        new("A dose without its words", "profile-min", "Bundle.entry[15].resource.dosage[0].text",
            b => b.Resource(22).At("dosage", 0).Drop("text")),
        new("A change without saying what was done", "profile-min", "Bundle.entry[15].resource.extension[0].extension:status",
            b => b.Resource(22).At("extension", 0, "extension").AsArray().RemoveAt(0)),
        new("A change with an unknown status", "profile-binding", "Bundle.entry[15].resource.extension[0].extension[0].value",
            b => b.Resource(22).At("extension", 0, "extension")[0]!.At("valueCodeableConcept", "coding", 0).Set("code", "\"vanished\"")),
        new("A change with a part that we do not define", "profile-slice", "Bundle.entry[15].resource.extension[0].extension[1]",
            b => b.Resource(22).At("extension", 0, "extension")[1]!.Set("url", "\"because\"")),
        new("A change with two reasons", "profile-max", "Bundle.entry[15].resource.extension[0].extension:reason",
            b => b.Resource(22).At("extension", 0, "extension").AsArray().Add(b.Resource(22).At("extension", 0, "extension")[1]!.DeepClone())),
        new("A change whose date is words", "profile-type", "Bundle.entry[15].resource.extension[0].extension[2].value",
            b => { b.Resource(22).At("extension", 0, "extension")[2]!.Drop("valueDateTime"); b.Resource(22).At("extension", 0, "extension")[2]!.Set("valueString", "\"May\""); }),
        new("A change of medication on a person", "extension-context", "Bundle.entry[1].resource.extension[0]",
            b => b.Resource(2).Set("extension", b.Resource(22).At("extension").ToJsonString())),
    ];
}
