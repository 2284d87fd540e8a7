using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>A request to a team: to see a person, to find a bed, to take over.</summary>
internal static class ServiceRequestMapper
{
    public static ServiceRequest ToRequest(
        string id, RequestStatus status, string what, string patientUrl, string? requesterUrl, string? performerUrl, ClinicalTime? authoredOn, string? reason, ResponsePriority? priority) =>
        ProfileClaims.Claim(new ServiceRequest
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Status = status,
            Intent = RequestIntent.Order,
            Priority = Priority(priority),
            Code = Datatypes.Text(what),
            Subject = new ResourceReference(patientUrl),
            AuthoredOnElement = authoredOn.ToFhir(),
            Requester = requesterUrl is null ? null : new ResourceReference(requesterUrl),
            Performer = performerUrl is null ? [] : [new ResourceReference(performerUrl)],
            ReasonCode = Datatypes.Null(reason) is { } text ? [Datatypes.Text(text)] : [],
        });

    private static RequestPriority? Priority(ResponsePriority? priority) => priority switch
    {
        ResponsePriority.Emergency => RequestPriority.Stat,
        ResponsePriority.VeryUrgent => RequestPriority.Asap,
        ResponsePriority.Urgent => RequestPriority.Urgent,
        ResponsePriority.Routine => RequestPriority.Routine,
        _ => null,
    };
}
