using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>Someone around the person. Being listed here gives no right to be told anything: see Consent.</summary>
internal static class RelatedPersonMapper
{
    public static RelatedPerson ToRelatedPerson(Carer carer, string id, string patientUrl) => ProfileClaims.Claim(new RelatedPerson
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Active = true,
        Patient = new ResourceReference(patientUrl),
        Relationship = [.. Relationships(carer)],
        Name = [carer.Name.ToFhir()],
        Telecom = [.. carer.Contacts.Select(Datatypes.ToFhir)],
        Address = carer.Address is null ? [] : [carer.Address.ToFhir()],
    });

    private static IEnumerable<CodeableConcept> Relationships(Carer carer)
    {
        if (carer.Relationship is { } relationship)
        {
            yield return relationship.ToConcept();
        }

        if (carer.IsNextOfKin)
        {
            yield return Datatypes.Concept(CodeSystems.ContactRole, "N", "Next-of-Kin");
        }

        if (carer.IsCarer)
        {
            yield return Datatypes.Text("Carer");
        }

        if (carer.LegalRole is { } role)
        {
            yield return role.ToConcept();
        }
    }
}
