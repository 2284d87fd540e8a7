using System.Text.Json.Nodes;

namespace Hub.Proxy.Commands.Bench;

/// <summary>The partner files of the bench: one record system, and a practice, a community team and a ward that each take FHIR messages over HTTP.</summary>
internal static class BenchTrust
{
    /// <summary>Persons whose messages may be under way to one recipient at once.</summary>
    public const int AtOnce = 16;

    public static void Write(string folder, IReadOnlyList<int> sinks)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "bench-epr.json"), """
            {
              "id": "bench-epr", "name": "Bench EPR", "role": "source", "organisation": "RXN", "protocol": "hl7v2",
              "settings": {
                "match": { "sendingApplication": "BENCHEPR", "sendingFacility": "RXN" },
                "rules": [{ "kind": "crt", "when": { "PV1-3.1": ["NCRT"] } }],
                "teams": {
                  "NCRT": { "name": "Northside Crisis Resolution Team", "kind": "crt", "ods": "RXN01", "typeCode": "A02", "phone24h": "01632 960200", "phone": "01632 960201" },
                  "SCMHT": { "name": "Southside Community Mental Health Team", "ods": "RXN02", "typeCode": "A06", "phone": "01632 960300" },
                  "WILLOW": { "name": "Willow Ward", "kind": "ward", "ods": "RXN03", "typeCode": "A10", "phone": "01632 960400" }
                },
                "cmht": { "field": "PV1-11.1" },
                "ward": { "field": "PV1-6.1" },
                "dischargeMethodInPv136": true
              }
            }
            """);
        Recipient(folder, "bench-practice", "gp", "A81001", [], sinks[0]);
        Recipient(folder, "bench-cmht", "cmht", "RXN02", ["SCMHT"], sinks[1]);
        Recipient(folder, "bench-ward", "ward", "RXN03", ["WILLOW"], sinks[2]);
    }

    private static void Recipient(string folder, string id, string audience, string organisation, string[] serves, int port)
    {
        var file = new JsonObject
        {
            ["id"] = id, ["name"] = "Bench " + audience, ["role"] = "recipient", ["organisation"] = organisation, ["audience"] = audience,
            ["protocol"] = "fhir-messaging", ["serves"] = new JsonArray([.. serves.Select(s => JsonValue.Create(s))]), ["atOnce"] = AtOnce,
            ["settings"] = new JsonObject { ["endpoint"] = $"http://127.0.0.1:{port}/fhir/$process-message", ["timeout"] = "00:00:20" },
        };
        File.WriteAllText(Path.Combine(folder, id + ".json"), file.ToJsonString());
    }
}
