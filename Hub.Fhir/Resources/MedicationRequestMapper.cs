using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Fhir.Resources;

/// <summary>
/// What the GP is asked to prescribe, as a proposal in draft: nothing that a receiving system could issue by itself (clinical rule 8).
/// </summary>
internal static class MedicationRequestMapper
{
    /// <summary>Only these requests ask for a prescription; "record only", "remove" and "nothing" are Tasks or words.</summary>
    public static bool Asks(GpRequest request) =>
        request is GpRequest.IssueOnce or GpRequest.Repeat or GpRequest.ChangeDoseOnRepeat or GpRequest.SharedCare;

    public static MedicationRequest ToProposal(MedicineLine line, string id, string patientUrl, string? performerUrl, string? requesterUrl, string text, ClinicalTime authoredOn)
    {
        var request = ProfileClaims.Claim(new MedicationRequest
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Status = MedicationRequest.MedicationrequestStatus.Draft,
            Intent = MedicationRequest.MedicationRequestIntent.Proposal,
            Medication = MedicationStatementMapper.Code(line.Medicine),
            Subject = new ResourceReference(patientUrl),
            AuthoredOnElement = ((ClinicalTime?)authoredOn).ToFhir(),
            Requester = requesterUrl is null ? null : new ResourceReference(requesterUrl),
            Performer = performerUrl is null ? null : new ResourceReference(performerUrl),
            ReasonCode = Datatypes.Null(line.Indication) is { } indication ? [Datatypes.Text(indication)] : [],
            Note = [new Annotation { Text = new Markdown(text) }],
            DosageInstruction = line.After is null ? [] : [MedicationStatementMapper.ToDosage(line.After)],
            // UK Core asks for substitution; the sender said nothing about it, and nothing is made up.
            Substitution = new MedicationRequest.SubstitutionComponent { Allowed = Datatypes.Text("Not stated by the sender") },
        });

        if (line.GpRequestDays is { } days)
        {
            request.DispenseRequest = new MedicationRequest.DispenseRequestComponent
            {
                ExpectedSupplyDuration = new Duration { Value = days, Unit = "days", System = "http://unitsofmeasure.org", Code = "d" },
            };
        }

        return request;
    }
}
