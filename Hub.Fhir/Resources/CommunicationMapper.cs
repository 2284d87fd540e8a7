using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>Something that was told or handed over, or was not and why. "Printed" is not "given".</summary>
internal static class CommunicationMapper
{
    public static Communication ToCommunication(GivenCopy copy, string id, string patientUrl, string? recipientUrl, string text) => ProfileClaims.Claim(new Communication
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = copy.NotGivenReason is { Length: > 0 } ? EventStatus.NotDone
            : copy.At is not null ? EventStatus.Completed
            : EventStatus.Unknown,
        StatusReason = Datatypes.Null(copy.NotGivenReason) is { } reason ? Datatypes.Text(reason) : null,
        Subject = new ResourceReference(patientUrl),
        SentElement = copy.At.ToFhir(),
        Recipient = recipientUrl is null ? [] : [new ResourceReference(recipientUrl)],
        Payload = [new Communication.PayloadComponent { Content = new FhirString(text) }],
    });

    /// <summary>News of an event that no other resource carries, such as a missed visit.</summary>
    public static Communication ToNews(string id, string patientUrl, string? senderUrl, ClinicalTime at, IEnumerable<string> lines) => ProfileClaims.Claim(new Communication
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = EventStatus.Completed,
        Subject = new ResourceReference(patientUrl),
        SentElement = ((ClinicalTime?)at).ToFhir(),
        Sender = senderUrl is null ? null : new ResourceReference(senderUrl),
        Payload = [.. lines.Select(l => new Communication.PayloadComponent { Content = new FhirString(l) })],
    });

    /// <summary>What a copy to hand over says: prepared, and not given until somebody says so.</summary>
    public static Communication ToPrepared(string id, string patientUrl, string senderUrl, IEnumerable<string> lines) => ProfileClaims.Claim(new Communication
    {
        Id = id,
        Identifier = [Datatypes.UuidIdentifier(id)],
        Status = EventStatus.Preparation,
        Subject = new ResourceReference(patientUrl),
        Sender = new ResourceReference(senderUrl),
        Payload = [.. lines.Select(l => new Communication.PayloadComponent { Content = new FhirString(l) })],
    });
}
