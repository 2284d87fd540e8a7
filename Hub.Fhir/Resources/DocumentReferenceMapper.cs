using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>Where the crisis plan is, and its few lines for a reader in a hurry.</summary>
internal static class DocumentReferenceMapper
{
    public static DocumentReference ToCrisisPlan(CrisisPlanRef plan, string id, string organisation, string patientUrl, string? authorUrl) => ProfileClaims.Claim(new DocumentReference
    {
        Id = id,
        Identifier = [Datatypes.Identifier($"{CodeSystems.DocumentId}/{organisation}", plan.DocumentId)],
        Status = DocumentReferenceStatus.Current,
        Type = Datatypes.Concept(CodeSystems.Snomed, "736253002", "Mental health crisis plan"),
        Category = [Datatypes.Concept(CodeSystems.Snomed, "734163000", "Care plan")],
        Subject = new ResourceReference(patientUrl),
        DateElement = plan.At.ToInstant(),
        Author = authorUrl is null ? [] : [new ResourceReference(authorUrl)],
        Description = Datatypes.Null(plan.Summary),
        Content =
        [
            new DocumentReference.ContentComponent
            {
                Attachment = new Attachment
                {
                    Url = Datatypes.Null(plan.Location),
                    Title = (Datatypes.Null(plan.Title) ?? "Crisis plan") + (plan.Version is { Length: > 0 } version ? $", version {version}" : ""),
                    CreationElement = plan.At.ToFhir(),
                },
            },
        ],
    });
}
