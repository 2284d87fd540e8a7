using Hl7.Fhir.Model;

namespace Hub.Fhir.Resources;

/// <summary>
/// Which profile each resource claims. UK Core profiles that are active are claimed; of those still draft in UK Core 2.0 (clinical rule
/// 23) ours are claimed instead, so that no reader is promised what its package may not hold.
/// </summary>
internal static class ProfileClaims
{
    private static readonly HashSet<string> ActiveInUkCore =
    [
        "Patient", "Encounter", "Composition", "MedicationStatement", "MedicationRequest", "Medication", "AllergyIntolerance", "Condition",
        "List", "ServiceRequest", "Appointment", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "Location",
    ];

    public static T Claim<T>(T resource) where T : Resource
    {
        resource.Meta ??= new Meta();
        resource.Meta.ProfileElement.Add(new Canonical(For(resource.TypeName)));
        return resource;
    }

    private static string For(string type) => ActiveInUkCore.Contains(type)
        ? CodeSystems.UkCoreProfile + type
        : $"{CodeSystems.Canonical}/StructureDefinition/crt-hub-{type.ToLowerInvariant()}";
}
