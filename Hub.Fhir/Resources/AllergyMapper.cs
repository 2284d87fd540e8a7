using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>
/// Allergies, or the explicit statement that there are none or that they are not known. "Not sent" has no resource: nobody has asserted
/// anything. A negated code is never mixed with a positive one (UK Core hazard FHIR006).
/// </summary>
internal static class AllergyMapper
{
    public static IEnumerable<AllergyIntolerance> ToAllergies(AllergyRecord record, Func<int, string> idOf, string patientUrl) => record.Status switch
    {
        AllergyStatus.Listed => record.Items.Select((item, i) => ToAllergy(item, idOf(i), patientUrl)),
        AllergyStatus.NoneKnown => [Statement(idOf(0), patientUrl, "716186003", "No known allergy")],
        AllergyStatus.NotKnown => [Statement(idOf(0), patientUrl, null, "Allergy status not known")],
        _ => [],
    };

    private static AllergyIntolerance ToAllergy(Allergy allergy, string id, string patientUrl) => ProfileClaims.Claim(new AllergyIntolerance
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        ClinicalStatus = Datatypes.Concept(CodeSystems.AllergyClinical, "active", "Active"),
        VerificationStatus = Datatypes.Concept(CodeSystems.AllergyVerification, "unconfirmed", "Unconfirmed"),
        Code = allergy.Substance.ToConcept(),
        Patient = new ResourceReference(patientUrl),
        Onset = allergy.IdentifiedOn.ToFhir(),
        Reaction = allergy.Reaction is null ? [] : [new AllergyIntolerance.ReactionComponent
        {
            Manifestation = [allergy.Reaction.ToConcept()],
            Description = Datatypes.Null(allergy.Severity),
        }],
        Note = allergy is { Reaction: null, Severity.Length: > 0 } ? [new Annotation { Text = new Markdown("Severity: " + allergy.Severity) }] : [],
    });

    private static AllergyIntolerance Statement(string id, string patientUrl, string? code, string text) => ProfileClaims.Claim(new AllergyIntolerance
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        ClinicalStatus = Datatypes.Concept(CodeSystems.AllergyClinical, "active", "Active"),
        VerificationStatus = Datatypes.Concept(CodeSystems.AllergyVerification, "unconfirmed", "Unconfirmed"),
        Code = code is null ? Datatypes.Text(text) : new CodeableConcept(CodeSystems.Snomed, code, text, text),
        Patient = new ResourceReference(patientUrl),
    });
}
