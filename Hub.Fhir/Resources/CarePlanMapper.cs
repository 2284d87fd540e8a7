using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

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

    /// <summary>The physical-health grid: a check is an activity, its words those of the page. No date in it is worked out.</summary>
    public static CarePlan ToMonitoringPlan(string id, string patientUrl, ClinicalTime created, IReadOnlyList<(MonitoringRow Row, string? OwnerUrl)> rows) => ProfileClaims.Claim(new CarePlan
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = RequestStatus.Active,
        Intent = CarePlan.CarePlanIntent.Plan,
        Title = "Physical-health monitoring",
        Subject = new ResourceReference(patientUrl),
        CreatedElement = ((ClinicalTime?)created).ToFhir(),
        Activity = [.. rows.Select(r => new CarePlan.ActivityComponent { Detail = ToDetail(r.Row, r.OwnerUrl) })],
    });

    private static CarePlan.DetailComponent ToDetail(MonitoringRow row, string? ownerUrl) => new()
    {
        Kind = CarePlan.CarePlanActivityKind.ServiceRequest,
        Code = row.Check.ToConcept(),
        Status = row.Sent?.NextDueOn is null ? CarePlan.CarePlanActivityStatus.Unknown : CarePlan.CarePlanActivityStatus.Scheduled,
        Scheduled = new FhirString(row.NextDue),
        Performer = ownerUrl is null ? [] : [new ResourceReference(ownerUrl)],
        Description = $"{row.Name}: asked by {row.AskedBy}; last done {row.LastDone}; result {row.Result}; next due {row.NextDue}; owner {row.Owner}.",
    };
}
