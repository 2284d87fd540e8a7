using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>The plan: each activity is the Task that somebody owns.</summary>
internal static class CarePlanMapper
{
    public static CarePlan ToCarePlan(string id, string title, string patientUrl, string? authorUrl, ClinicalTime created, IReadOnlyList<string> tasks) => ProfileClaims.Claim(new CarePlan
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = RequestStatus.Active,
        Intent = CarePlan.CarePlanIntent.Plan,
        Title = title,
        Subject = new ResourceReference(patientUrl),
        CreatedElement = ((ClinicalTime?)created).ToFhir(),
        Author = authorUrl is null ? null : new ResourceReference(authorUrl),
        Activity = [.. tasks.Select(t => new CarePlan.ActivityComponent { Reference = new ResourceReference(t) })],
    });
}
