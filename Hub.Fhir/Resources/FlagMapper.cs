using Hl7.Fhir.Model;

namespace Hub.Fhir.Resources;

/// <summary>Something every reader must see first: a risk that was identified, or an adjustment the person needs.</summary>
internal static class FlagMapper
{
    public static Flag ToFlag(string id, string kind, string category, string text, string patientUrl, string? authorUrl) => ProfileClaims.Claim(new Flag
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = Flag.FlagStatus.Active,
        Category = [Datatypes.Concept(CodeSystems.FlagCategory, category)],
        Code = new CodeableConcept(CodeSystems.FlagKind, kind) { Text = text },
        Subject = new ResourceReference(patientUrl),
        Author = authorUrl is null ? null : new ResourceReference(authorUrl),
    });
}
