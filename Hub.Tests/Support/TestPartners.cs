namespace Hub.Tests.Support;

/// <summary>Partner files of an invented trust, a practice, a community team and a ward, pointed at the test's own partners.</summary>
internal static class TestPartners
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Write(string folder, int practicePort, int cmhtPort, int wardPort, TimeSpan? answersWithin = null)
    {
        var patience = answersWithin ?? Patience;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "north-epr.json"), """
            {
              "id": "north-epr", "name": "North EPR", "role": "source", "organisation": "RXN", "protocol": "hl7v2",
              "settings": {
                "match": { "sendingApplication": "NEPR", "sendingFacility": "RXN" },
                "rules": [
                  { "kind": "crt", "when": { "PV1-3.1": ["NCRT"] } },
                  { "kind": "ward", "when": { "PV1-3.1": ["WILLOW"] } }
                ],
                "teams": {
                  "NCRT": { "name": "North Crisis Team", "kind": "crt", "ods": "RXN01", "typeCode": "A02", "phone24h": "01632 960200" },
                  "SCMHT": { "name": "South CMHT", "ods": "RXN02", "typeCode": "A06", "phone": "01632 960300" },
                  "WILLOW": { "name": "Willow Ward", "kind": "ward", "ods": "RXN03", "typeCode": "A10" }
                },
                "cmht": { "field": "PV1-11.1", "default": "SCMHT" },
                "ward": { "field": "PV1-6.1" }
              }
            }
            """);
        File.WriteAllText(Path.Combine(folder, "north-json.json"), """
            { "id": "north-json", "name": "North JSON", "role": "source", "organisation": "RXN", "protocol": "event-api", "settings": { } }
            """);
        File.WriteAllText(Path.Combine(folder, "elm.json"), $$"""
            { "id": "elm", "name": "Elm Surgery", "role": "recipient", "organisation": "Y99001", "audience": "gp", "protocol": "fhir-messaging",
              "settings": { "endpoint": "http://127.0.0.1:{{practicePort}}/fhir/$process-message", "timeout": "{{patience:c}}" } }
            """);
        File.WriteAllText(Path.Combine(folder, "south-cmht.json"), $$"""
            { "id": "south-cmht", "name": "South CMHT", "role": "recipient", "organisation": "RXN02", "audience": "cmht", "protocol": "fhir-messaging", "serves": ["SCMHT"],
              "settings": { "endpoint": "http://127.0.0.1:{{cmhtPort}}/fhir/$process-message", "timeout": "{{patience:c}}" } }
            """);
        File.WriteAllText(Path.Combine(folder, "willow.json"), $$"""
            { "id": "willow", "name": "Willow Ward", "role": "recipient", "organisation": "RXN03", "audience": "ward", "protocol": "hl7v2-mllp", "serves": ["WILLOW"],
              "settings": { "host": "127.0.0.1", "port": {{wardPort}}, "answerTimeout": "{{patience:c}}", "sendingApplication": "HUB", "sendingFacility": "RXN", "receivingApplication": "WARD", "receivingFacility": "RXN03" } }
            """);
    }
}
