using System.Text;

namespace Hub.Tests.Adapters.Recipients;

/// <summary>A small message of the shape the composer makes, about an invented person with an awkward name.</summary>
internal static class SampleBundle
{
    public const string NhsNumber = "9912003888";

    public static byte[] Bytes(string sections = Sections, string patient = Patient) => Encoding.UTF8.GetBytes($$"""
        {
          "resourceType": "Bundle", "type": "message", "timestamp": "2026-05-15T17:41:03+00:00",
          "entry": [
            { "fullUrl": "urn:uuid:00000000-0000-5000-8000-000000000001", "resource": {
                "resourceType": "MessageHeader", "id": "00000000-0000-5000-8000-000000000001",
                "eventCoding": { "system": "https://fhir.crt-hub.example/CodeSystem/message-event", "code": "discharge" },
                "source": { "endpoint": "urn:nhs-uk:addressing:ods:RXX" },
                "focus": [ { "reference": "urn:uuid:00000000-0000-5000-8000-000000000003" } ] } },
            { "fullUrl": "urn:uuid:00000000-0000-5000-8000-000000000002", "resource": {{patient}} },
            { "fullUrl": "urn:uuid:00000000-0000-5000-8000-000000000004", "resource": {
                "resourceType": "Encounter", "id": "00000000-0000-5000-8000-000000000004", "status": "finished",
                "identifier": [ { "system": "https://rxx.example/visit", "value": "V-20260501-7" } ],
                "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH" },
                "subject": { "reference": "urn:uuid:00000000-0000-5000-8000-000000000002" } } },
            { "fullUrl": "urn:uuid:00000000-0000-5000-8000-000000000003", "resource": {
                "resourceType": "Composition", "id": "00000000-0000-5000-8000-000000000003",
                "identifier": { "system": "https://tools.ietf.org/html/rfc4122", "value": "a1b2c3d4-0000-5000-8000-00000000beef" },
                "status": "final", "date": "2026-05-15T17:40:00+01:00", "title": "ACTION 2 / INFO, CRT discharge",
                "type": { "coding": [ { "system": "http://snomed.info/sct", "code": "373942005", "display": "Discharge summary" } ] },
                "subject": { "reference": "urn:uuid:00000000-0000-5000-8000-000000000002" },
                "author": [ { "display": "Northtown Crisis Resolution Team" } ],
                "section": [ {{sections}} ] } }
          ]
        }
        """);

    public const string Sections = """
        { "title": "Medicines", "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><table><tr><th>Medicine</th><th>Now</th></tr><tr><td>sertraline</td><td>100 mg &amp; review | weekly</td></tr></table><p>Zopiclone 7.5 mg: \\stopped\\ ^ 2 ~ 3</p></div>" } },
        { "title": "Allergies", "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><ul><li>Allergies not sent</li></ul></div>" } }
        """;

    public const string Patient = """
        { "resourceType": "Patient", "id": "00000000-0000-5000-8000-000000000002", "active": true,
          "identifier": [
            { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9912003888", "extension": [
              { "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": { "coding": [ { "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" } ] } } ] },
            { "system": "https://rxx.example/mrn", "value": "L|77" } ],
          "name": [ { "use": "official", "family": "O^Brien|Zöe", "given": [ "Ama", "Grace" ], "prefix": [ "Ms" ] } ],
          "telecom": [ { "system": "phone", "use": "mobile", "value": "07700 900123" } ],
          "gender": "female", "birthDate": "1992-03-04",
          "address": [ { "use": "home", "line": [ "1 Test & Try Street" ], "city": "Northtown", "postalCode": "ZZ99 3AA" } ] }
        """;
}
