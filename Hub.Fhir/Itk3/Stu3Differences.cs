using System.Text.Json.Nodes;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>
/// Where R4 and STU3 differ in what the hub sends: every element once, with what we do about it and why. What stands neither here nor in <see cref="Stu3Elements"/> cannot be
/// sent. Differences of values (addresses of code systems, of extensions, of profiles) stand in <see cref="Stu3Names"/>.
/// </summary>
internal static class Stu3Differences
{
    public static readonly IReadOnlyList<Stu3Difference> All =
    [
        // Who and where.
        new("RelatedPerson.relationship", "one of several", "STU3: 0..1", One()),
        new("Encounter.reasonCode", "reason", "STU3: Encounter.reason", Rename("reason")),
        new("Encounter.hospitalization.extension", "on the Encounter itself", "CareConnect-ITK-Encounter-1 carries AdmissionMethod on the root", (holder, name) => MoveUp(holder, name)),
        new("CareTeam.encounter", "context", "STU3: CareTeam.context", Rename("context")),
        new("CareTeam.participant.role", "one of several", "STU3: 0..1", One()),
        new("Consent.identifier", "one", "STU3: 0..1", One()),
        new("Consent.scope", "kept in an extension", "R4 only", Carry("Consent.scope", "valueCodeableConcept")),
        new("Consent.provision", "except; the root's type kept in an extension", "STU3: Consent.except lists what departs from the policy", Stu3Shapes.Except),

        // Documents and appointments.
        new("DocumentReference.category", "class", "STU3: DocumentReference.class 0..1", One("class")),
        new("DocumentReference.date", "indexed", "STU3: DocumentReference.indexed 1..1", Rename("indexed")),
        new("Appointment.reasonCode", "reason", "STU3: Appointment.reason", Rename("reason")),

        // Clinical statements.
        new("AllergyIntolerance.clinicalStatus", "the code alone", "STU3: code", Code()),
        new("AllergyIntolerance.verificationStatus", "the code alone", "STU3: code", Code()),
        new("AllergyIntolerance.recordedDate", "assertedDate", "STU3: AllergyIntolerance.assertedDate", Rename("assertedDate")),
        new("Condition.clinicalStatus", "the code alone", "STU3: code", Code()),
        new("Condition.verificationStatus", "the code alone", "STU3: code", Code()),
        new("Condition.encounter", "context", "STU3: Condition.context", Rename("context")),
        new("Condition.recordedDate", "assertedDate", "STU3: Condition.assertedDate", Rename("assertedDate")),
        new("Flag.category", "one of several", "STU3: 0..1", One()),

        // Medicines.
        new("MedicationStatement.statusReason", "a note that says for which status", "R4 only; STU3 has reasonNotTaken, for taken = n alone", Stu3Shapes.StatusReason),
        new("MedicationStatement.dosage.doseAndRate", "dose[x] and rate[x]", "STU3: on the Dosage itself, once", Stu3Shapes.DoseAndRate),
        new("MedicationRequest.dosageInstruction.doseAndRate", "dose[x] and rate[x]", "STU3: on the Dosage itself, once", Stu3Shapes.DoseAndRate),
        new("MedicationRequest.encounter", "context", "STU3: MedicationRequest.context", Rename("context")),
        new("MedicationRequest.requester", "requester.agent", "STU3: a part with agent and onBehalfOf", Agent),
        new("MedicationRequest.performer", "kept in an extension", "R4 only; dispenseRequest.performer means who supplies", Carry("MedicationRequest.performer", "valueReference")),
        new("MedicationRequest.substitution", "its words kept in an extension", "STU3: allowed is a boolean 1..1, and the sender said neither yes nor no", Stu3Shapes.Substitution),

        // Plans, tasks, requests.
        new("CarePlan.created", "kept in an extension", "R4 only", Carry("CarePlan.created", "valueDateTime")),
        new("CarePlan.author", "one in a list", "STU3: 0..*", Many()),
        new("CarePlan.activity.detail.kind", "kept in an extension", "R4 only", Carry("CarePlan.activity.detail.kind", "valueCode")),
        new("Task.encounter", "context", "STU3: Task.context", Rename("context")),
        new("Task.requester", "requester.agent", "STU3: a part with agent and onBehalfOf", Agent),
        new("Task.reasonCode", "reason", "STU3: Task.reason", Rename("reason")),
        new("ServiceRequest.code", "serviceRequested, of a ReferralRequest", "STU3 has no ServiceRequest; what we send is a referral", Many("serviceRequested")),
        new("ServiceRequest.requester", "requester.agent", "STU3: a part with agent and onBehalfOf", Agent),
        new("ServiceRequest.performer", "recipient", "STU3: ReferralRequest.recipient", Rename("recipient")),
        new("ServiceRequest.encounter", "context", "STU3: ReferralRequest.context", Rename("context")),
        new("ServiceRequest.status", "on-hold: suspended, revoked: cancelled", "STU3: request-status", Stu3Shapes.RequestStatus),
        new("CarePlan.status", "on-hold: suspended, revoked: cancelled", "STU3: care-plan-status", Stu3Shapes.RequestStatus),
        new("Communication.encounter", "context", "STU3: Communication.context", Rename("context")),
        new("Communication.statusReason", "notDoneReason", "STU3: Communication.notDoneReason", Rename("notDoneReason")),
        new("Communication.status", "not-done: aborted and notDone; unknown: no value and why", "STU3: event-status has neither", Stu3Shapes.EventStatus),

        // Where it comes from, and the document.
        new("Provenance.occurredDateTime", "a period of that moment", "STU3: Provenance.period", (holder, name) =>
            Put(holder, "period", Take(holder, name) is { } at ? new JsonObject { ["start"] = at.DeepClone(), ["end"] = at.DeepClone() } : null)),
        new("Provenance.occurredPeriod", "period", "STU3: Provenance.period", Rename("period")),
        new("Provenance.activity", "a Coding", "STU3: Coding", Coding()),
        new("Provenance.agent.type", "role", "STU3: agent.role 0..*", Many("role")),
        new("Provenance.agent.who", "whoReference", "STU3: who[x]", Rename("whoReference")),
        new("Provenance.agent.onBehalfOf", "onBehalfOfReference", "STU3: onBehalfOf[x]", Rename("onBehalfOfReference")),
        new("Provenance.entity.what", "whatIdentifier where it is named by that alone, else whatReference", "STU3: what[x]", (holder, name) =>
        {
            var what = Take(holder, name)!.AsObject();
            Put(holder, what["reference"] is null && what["identifier"] is not null ? "whatIdentifier" : "whatReference", what["reference"] is null && what["identifier"] is { } id ? id.DeepClone() : what);
        }),
        new("Composition.section", "codes: SNOMED CT where PRSB names the heading", "CareConnect-ITK-MH-Composition-1: section.code is SNOMED CT", Stu3Shapes.SectionCodes),
    ];

    private static void MoveUp(JsonObject holder, string name)
    {
        var encounter = holder.Parent!.AsObject();
        foreach (var extension in Take(holder, name)!.AsArray().ToList())
        {
            Add(encounter, "extension", extension!.DeepClone());
        }

        if (holder.Count == 0)
        {
            encounter.Remove("hospitalization");
        }
    }
}
