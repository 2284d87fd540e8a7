using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>The head of a message, without destination: <c>MessageEnvelope</c> adds what is the recipient's.</summary>
internal static class MessageHeaderMapper
{
    public static MessageHeader ToHeader(string id, CareEvent happened, string? triggerEvent, string senderUrl, IReadOnlyList<string> focus) => ProfileClaims.Claim(new MessageHeader
    {
        Id = id,
        Event = new Coding(CodeSystems.MessageEvent, CareEventJson.TypeName(happened)),
        Sender = new ResourceReference(senderUrl),
        Source = new MessageHeader.MessageSourceComponent { Name = "CRT Hub", Endpoint = Endpoint(happened.Source) },
        Reason = triggerEvent is null ? null : Datatypes.Concept(CodeSystems.V2EventType, triggerEvent),
        Focus = [.. focus.Select(f => new ResourceReference(f))],
    });

    // A URN of the sending trust: stable over every change of host and port.
    private static string Endpoint(SourceSystem source) =>
        source.Organisation is { } ods ? "urn:nhs-uk:addressing:ods:" + ods.Value : CodeSystems.Canonical + "/endpoint/hub";
}
