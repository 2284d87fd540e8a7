using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Schemas;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>The published JSON Schema of each event that may be posted, made from the event's record so that the two cannot part.</summary>
public static class EventSchemas
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a sender need not write, the hub knows from its partner file and the Idempotency-Key; what is the hub's own remark, it may not.
    private static readonly Dictionary<string, SchemaChange> Changes = new(StringComparer.Ordinal)
    {
        ["CareEvent.sourceMessageId"] = new() { Left = true },
        ["CareEvent.dataQuality"] = new() { Left = true },
        ["PatientRef.rejectedNhsNumber"] = new() { Left = true },
        ["CareEvent.source"] = new() { Optional = true, Description = "May be left out: the hub takes it from the sender's partner file." },
        ["EpisodeKey.organisation"] = new() { Optional = true, Description = "ODS code of the organisation that numbers the episode; left out, the sender's own." },
        ["MedicationChange.lines"] = new() { Instead = AtLeastOne("medicineLine"), Description = "One entry a medicine that changed." },
        ["ConsentChanged.consent"] = new() { Instead = AtLeastOne("carerConsent"), Description = "One entry a kind of information." },
        ["PatientRef.gpPractice"] = new() { Description = "ODS code of the practice. V81997 (no registered practice), V81998 and V81999 name none: nothing is sent and the team is asked." },
        ["CareEvent.occurredAt"] = new() { Description = "When it happened, as precisely as it is known." },
        ["CareEvent.recordedAt"] = new() { Description = "When it was written down, where that was later." },
    };

    private static readonly FrozenDictionary<string, JsonObject> ByName = CareEventJson.TypeNames
        .ToFrozenDictionary(t => t.Value, t => Compose(t.Key, t.Value), StringComparer.Ordinal);

    /// <summary>The names under which events are posted: <c>admission</c>, <c>medication-change</c> ...</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The schema of one event, or null where there is no such event.</summary>
    public static JsonObject? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The schema as published: indented, with a final line break.</summary>
    public static string Text(JsonObject schema) => schema.ToJsonString(Indented) + "\n";

    private static JsonObject Compose(Type type, string name)
    {
        var composer = new SchemaComposer(CareEventJson.Options, Changes);
        var schema = composer.Compose(type, $"{CodeSystems.Canonical}/schemas/event-{name}.schema.json", $"Body of POST /events/{name}");
        ((JsonObject)schema["properties"]!).Insert(0, "type", new JsonObject { ["type"] = "string", ["const"] = name, ["description"] = "May be left out: the address says it." });
        ((JsonObject)schema["properties"]!).Insert(0, "$schema", new JsonObject { ["type"] = "string", ["description"] = "For editors; not read." });
        return schema;
    }

    private static JsonObject AtLeastOne(string definition) => new()
    {
        ["type"] = "array",
        ["items"] = new JsonObject { ["$ref"] = "#/$defs/" + definition },
        ["minItems"] = 1,
    };
}
