using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>Whether two values say the same, by content: lists by their items, times by what they mean and not by how they were written.</summary>
internal static class Sameness
{
    private static readonly string[] Envelope =
        ["sourceMessageId", "source", "patient", "recordedAt", "sentAt", "sequence", "recordedBy", "dataQuality", "usualTeams", "type"];

    public static bool Same<T>(T? one, T? other) =>
        ReferenceEquals(one, other) || Text(one) == Text(other);

    /// <summary>The same fact, whatever message carried it and whenever it was sent.</summary>
    public static bool SameFacts<T>(T? one, T? other) where T : CareEvent =>
        one is null || other is null ? one is null && other is null : Facts(one) == Facts(other);

    // What differs in these differs in the text too; most events are news, and show it here without the whole being written out twice.
    public static bool SameContent(EpisodeState one, EpisodeState other) =>
        one.Status == other.Status && one.DischargeVersion == other.DischargeVersion && one.Changes.Count == other.Changes.Count
        && one.Medicines.Count == other.Medicines.Count && Same(Content(one), Content(other));

    // A further local id, or how far a number is traced, is kept but is no news for anybody.
    private static EpisodeState Content(EpisodeState state) => state with
    {
        LastAsserted = new Dictionary<string, AssertionOrder>(),
        Patient = state.Patient with { LocalIds = [], NhsNumberStatus = null, RejectedNhsNumber = null, Cleared = [] },
    };

    private static string Facts<T>(T value) where T : CareEvent
    {
        var node = JsonSerializer.SerializeToNode(value, value.GetType(), CareEventJson.Options)!.AsObject();
        foreach (var name in Envelope)
        {
            node.Remove(name);
        }

        return Plain(node)!.ToJsonString();
    }

    private static string Text<T>(T? value) =>
        Plain(JsonSerializer.SerializeToNode(value, CareEventJson.Options))?.ToJsonString() ?? "null";

    // A time with the sender's own words is an object with its ISO form in "value" (ClinicalTimeJsonConverter).
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject time when time.ContainsKey("sourceText") && time["value"] is JsonValue iso => iso.DeepClone(),
        JsonObject other => new JsonObject(other.Select(p => KeyValuePair.Create(p.Key, Plain(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        _ => node?.DeepClone(),
    };
}
