using System.Text.Json.Nodes;

namespace Hub.Proxy.OperatorConsole;

/// <summary>JSON as a tree for people: an element's name, its value, and what stands in it.</summary>
/// <param name="Name">The element; of a list its place, from 1; of a resource its type too.</param>
/// <param name="Value">The value of a leaf; null where it has children.</param>
/// <param name="Children">What stands in it.</param>
internal sealed record JsonBranch(string Name, string? Value, IReadOnlyList<JsonBranch> Children)
{
    /// <summary>Null for what is no JSON object.</summary>
    public static JsonBranch? Of(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes.Span) is JsonObject root ? Of(TypeOf(root) ?? "JSON", root) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static JsonBranch Of(string name, JsonNode? node) => node switch
    {
        JsonObject many => new(name, null, [.. many.Select(m => Of(Named(m.Key, m.Value), m.Value))]),
        JsonArray list => new($"{name} ({list.Count})", null, [.. list.Select((m, i) => Of(Named($"{i + 1}", m), m))]),
        null => new(name, "null", []),
        _ => new(name, node.GetValueKind() == System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(), []),
    };

    private static string Named(string name, JsonNode? node) => (TypeOf(node) ?? TypeOf((node as JsonObject)?["resource"])) is { } type ? $"{name}: {type}" : name;

    private static string? TypeOf(JsonNode? node) => node is JsonObject one && one["resourceType"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : null;
}
