using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>A diagnosis as the sender recorded it.</summary>
internal static class ConditionMapper
{
    public static Condition ToCondition(Diagnosis diagnosis, string id, string patientUrl, string? encounterUrl) => ProfileClaims.Claim(new Condition
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        ClinicalStatus = Datatypes.Concept(CodeSystems.ConditionClinical, "active", "Active"),
        Category = diagnosis.Presenting
            ? [Datatypes.Concept(CodeSystems.ConditionCategory, "presenting-complaint", "Presenting Complaint")]
            : [Datatypes.Concept("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
        Code = diagnosis.Condition.ToConcept(),
        Subject = new ResourceReference(patientUrl),
        Encounter = encounterUrl is null ? null : new ResourceReference(encounterUrl),
        RecordedDateElement = diagnosis.RecordedAt.ToFhir(),
    });
}
