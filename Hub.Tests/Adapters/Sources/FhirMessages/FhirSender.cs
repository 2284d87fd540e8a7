using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

/// <summary>A record system that sends FHIR messages: our own, and those of a stranger who writes FHIR in another way.</summary>
internal static class FhirSender
{
    public const string Endpoint = "urn:nhs-uk:addressing:ods:RX1";

    public static PartnerFile Partner(string settings = $$"""{ "match": { "endpoints": ["{{Endpoint}}"] } }""", InvalidPolicy? onInvalid = null, string id = "epr-fhir") => new()
    {
        Id = id,
        Name = "EPR",
        Role = PartnerRole.Source,
        Protocol = "fhir-messages",
        Organisation = OdsCode.Parse("RX1"),
        OnInvalid = onInvalid,
        Settings = JsonDocument.Parse(settings).RootElement,
    };

    /// <summary>The message the hub itself would send of an event, bound to somebody.</summary>
    public static byte[] Composed(CareEvent happened, EpisodeState? episode = null, EpisodeState? before = null, Audience audience = Audience.Gp)
    {
        var body = BundleComposer.Compose(Cases.Request(happened, audience, episode, before));
        return MessageEnvelope.Bind(body.Json, new MessageIds
        {
            MessageId = Guid.Parse("0198a0b0-0000-7000-8000-0000000000aa"), DestinationEndpoint = "https://hub.example/fhir/$process-message", RecipientName = "Hub",
        }).ToArray();
    }

    public static FhirMessageReading Read(byte[] message, PartnerFile? partner = null, bool isXml = false) => FhirMessageReader.Read(message, isXml, [partner ?? Partner()]);

    /// <summary>A discharge as a record system of another make writes it: relative references, national codes, the older verification status.</summary>
    public static JsonObject Stranger(string reason = "A03") => JsonNode.Parse($$"""
        {
          "resourceType": "Bundle", "id": "envelope-1", "type": "message", "timestamp": "2026-05-01T17:45:00+01:00",
          "identifier": { "system": "https://tools.ietf.org/html/rfc4122", "value": "urn:uuid:0198a0b0-0000-7000-8000-0000000000b0" },
          "entry": [
            { "fullUrl": "https://epr.example/fhir/MessageHeader/m-1", "resource": { "resourceType": "MessageHeader", "id": "m-1",
                "eventCoding": { "system": "https://fhir.nhs.uk/CodeSystem/message-event", "code": "encounter" },
                "source": { "name": "OTHER", "endpoint": "{{Endpoint}}" },
                "reason": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0003", "code": "{{reason}}" }] },
                "focus": [{ "reference": "Encounter/enc-1" }] } },
            { "fullUrl": "https://epr.example/fhir/Patient/p-1", "resource": { "resourceType": "Patient", "id": "p-1",
                "identifier": [
                  { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9912003888", "extension": [{
                      "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                      "valueCodeableConcept": { "coding": [{ "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus", "code": "number-present-and-verified" }] } }] },
                  { "system": "https://epr.example/id/patient", "value": "L100" }],
                "name": [{ "use": "official", "family": "Mensah", "given": ["Ama"] }], "gender": "female", "birthDate": "1992-02-03", "maritalStatus": { "text": "Single" },
                "generalPractitioner": [{ "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X26001" }, "display": "Elm Surgery" }] } },
            { "fullUrl": "https://epr.example/fhir/Organization/o-1", "resource": { "resourceType": "Organization", "id": "o-1", "name": "Northside Crisis Team",
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RX101" }] } },
            { "fullUrl": "https://epr.example/fhir/Encounter/enc-1", "resource": { "resourceType": "Encounter", "id": "enc-1",
                "identifier": [{ "system": "https://epr.example/id/spell", "value": "E-77" }], "status": "finished",
                "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH" }, "subject": { "reference": "Patient/p-1" },
                "period": { "start": "2026-04-20T14:00:00+01:00", "end": "2026-05-01T17:40:00+01:00" },
                "serviceProvider": { "reference": "Organization/o-1" } } },
            { "fullUrl": "https://epr.example/fhir/MedicationStatement/ms-1", "resource": { "resourceType": "MedicationStatement", "id": "ms-1",
                "identifier": [{ "system": "https://epr.example/id/order", "value": "O-1" }], "status": "active",
                "medicationCodeableConcept": { "text": "Sertraline 50 mg tablets" }, "subject": { "reference": "Patient/p-1" },
                "dosage": [{ "text": "one in the morning" }] } },
            { "fullUrl": "https://epr.example/fhir/MedicationStatement/ms-2", "resource": { "resourceType": "MedicationStatement", "id": "ms-2",
                "identifier": [{ "system": "https://epr.example/id/order", "value": "O-2" }], "status": "stopped", "statusReason": [{ "text": "sleep has returned" }],
                "medicationCodeableConcept": { "text": "Zopiclone 7.5 mg tablets" }, "subject": { "reference": "Patient/p-1" },
                "dosage": [{ "text": "one at night" }] } },
            { "fullUrl": "https://epr.example/fhir/Flag/f-1", "resource": { "resourceType": "Flag", "id": "f-1", "status": "active",
                "code": { "text": "Partner has been violent" }, "subject": { "reference": "Patient/p-1" } } },
            { "fullUrl": "https://epr.example/fhir/Observation/ob-1", "resource": { "resourceType": "Observation", "id": "ob-1", "status": "final",
                "code": { "text": "Weight" }, "subject": { "reference": "Patient/p-1" } } }
          ]
        }
        """)!.AsObject();

    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    public static JsonObject Resource(JsonObject bundle, string type, int index = 0) =>
        bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).Where(r => r["resourceType"]!.ToString() == type).ElementAt(index);
}
