using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Recipients.Hl7v2;

namespace Hub.Proxy.Commands.Samples;

/// <summary>What a reader finds in a FHIR Bundle: its head, the entries with their profiles or requests, and the words of each section.</summary>
internal static class FhirContentView
{
    public static JsonNode Of(ReadOnlySpan<byte> json)
    {
        var whole = JsonNode.Parse(json)!.AsObject();
        if (whole["entry"] is not JsonArray entries)
        {
            return whole;
        }

        var resources = entries.Select(e => e!["resource"]).OfType<JsonObject>().ToList();
        var header = resources.Find(r => TypeOf(r) == "MessageHeader");
        return SourceView.Filled(new JsonObject
        {
            ["bundle"] = whole["type"]?.DeepClone(),
            ["event"] = header?["eventCoding"]?["code"]?.DeepClone(),
            ["destination"] = header?["destination"]?[0]?["endpoint"]?.DeepClone(),
            ["receiver"] = header?["destination"]?[0]?["receiver"]?["identifier"]?["value"]?.DeepClone(),
            ["entries"] = new JsonArray([.. entries.Select(e => (JsonNode?)Entry(e!))]),
            ["sections"] = new JsonArray([.. resources.Where(r => TypeOf(r) == "Composition").SelectMany(Sections)]),
        });
    }

    private static string Entry(JsonNode entry)
    {
        var profiles = entry["resource"]?["meta"]?["profile"]?.AsArray().Select(p => p!.GetValue<string>().Split('/')[^1]) ?? [];
        var request = entry["request"] is { } r ? $"{r["method"]} {r["url"]} " + (r["ifNoneExist"] is { } condition ? $"if none exists: {condition} " : "") : "";
        return $"{request}{TypeOf(entry["resource"])} {string.Join(", ", profiles)}".Trim();
    }

    private static IEnumerable<JsonNode> Sections(JsonObject composition)
    {
        if (Section(composition["title"], composition["text"]) is { } own)
        {
            yield return own;
        }

        foreach (var section in Below(composition))
        {
            if (Section(section["title"], section["text"]) is { } told)
            {
                yield return told;
            }
        }
    }

    private static IEnumerable<JsonNode> Below(JsonNode parent) =>
        (parent["section"]?.AsArray() ?? []).SelectMany(s => Below(s!).Prepend(s!));

    private static JsonObject? Section(JsonNode? title, JsonNode? text) => text?["div"] is not JsonValue div ? null : new JsonObject
    {
        ["title"] = title?.DeepClone(),
        ["text"] = JsonSerializer.SerializeToNode(NarrativeText.Lines(div.GetValue<string>()).Where(l => l.Length > 0)),
    };

    private static string TypeOf(JsonNode? resource) => resource?["resourceType"]?.GetValue<string>() ?? "nothing";
}
