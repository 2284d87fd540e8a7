using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using FhirTask = Hl7.Fhir.Model.Task;

namespace Hub.Fhir.Resources;

/// <summary>One thing asked of one party, by a date. The owner answers it; our sending it accepts nothing on anybody's behalf.</summary>
internal static class TaskMapper
{
    public static FhirTask ToTask(
        string id, string text, string patientUrl, string ownerText, string? ownerUrl, string? requesterUrl, ClinicalTime? due, ClinicalTime authoredOn, string? focusUrl)
    {
        var task = ProfileClaims.Claim(new FhirTask
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Status = FhirTask.TaskStatus.Requested,
            Intent = FhirTask.TaskIntent.Proposal,
            Description = text,
            Focus = focusUrl is null ? null : new ResourceReference(focusUrl),
            For = new ResourceReference(patientUrl),
            AuthoredOnElement = ((ClinicalTime?)authoredOn).ToFhir(),
            Requester = requesterUrl is null ? null : new ResourceReference(requesterUrl),
            Owner = new ResourceReference { Reference = ownerUrl, Display = ownerText },
        });

        if (due is not null)
        {
            task.Restriction = new FhirTask.RestrictionComponent { Period = new Period { EndElement = due.ToFhir() } };
        }

        return task;
    }

    /// <summary>The gatekeeping decision on a request for a bed.</summary>
    public static FhirTask ToGatekeeping(GatekeepingDecision decision, string id, string patientUrl, string requestUrl, string deciderUrl, string outcome) => ProfileClaims.Claim(new FhirTask
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = FhirTask.TaskStatus.Completed,
        BusinessStatus = Datatypes.Concept(CodeSystems.GatekeepingOutcome, Code(decision.Outcome), outcome),
        Intent = FhirTask.TaskIntent.Order,
        Description = "Gatekeeping decision",
        Focus = new ResourceReference(requestUrl),
        For = new ResourceReference(patientUrl),
        AuthoredOnElement = ((ClinicalTime?)decision.OccurredAt).ToFhir(),
        Owner = new ResourceReference(deciderUrl),
        ReasonCode = Datatypes.Text(decision.Rationale),
        Output =
        [
            new FhirTask.OutputComponent { Type = Datatypes.Text("Assessed in person by the crisis team"), Value = new FhirBoolean(decision.AssessedInPerson) },
        ],
    });

    private static string Code(GatekeepingOutcome outcome) => outcome switch
    {
        GatekeepingOutcome.HomeTreatment => "home-treatment",
        GatekeepingOutcome.Admit => "admit",
        GatekeepingOutcome.Alternative => "alternative",
        _ => "no-crisis-care",
    };
}
