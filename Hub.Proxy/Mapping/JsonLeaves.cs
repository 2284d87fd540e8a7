using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Proxy.Mapping;

/// <summary>Every value of a JSON source by its path: FHIR paths for a Bundle, JSON pointers for anything else.</summary>
internal static class JsonLeaves
{
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 64 };

    /// <summary>None where the bytes are no JSON.</summary>
    public static IReadOnlyList<SourceLeaf> Of(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonNode.Parse(json.Span.StartsWith("\uFEFF"u8) ? json.Span[3..] : json.Span, documentOptions: Lenient) is { } root ? Of(root) : [];
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException) // a member that comes twice is found when it is looked at
        {
            return [];
        }
    }

    private static IReadOnlyList<SourceLeaf> Of(JsonNode root)
    {
        var names = root is JsonObject bundle && bundle["resourceType"] is not null ? BundleElements.Names(root) : null;
        return [.. Leaves(root).Select(value => Leaf(root, value, names))];
    }

    /// <summary>Values only, depth first in the order of the text.</summary>
    public static IEnumerable<JsonValue> Leaves(JsonNode? node) => node switch
    {
        JsonValue value => [value],
        JsonObject members => members.SelectMany(m => Leaves(m.Value)),
        JsonArray items => items.SelectMany(Leaves),
        _ => [],
    };

    public static string Pointer(JsonNode node)
    {
        var path = node.Parent switch
        {
            JsonObject => "/" + node.GetPropertyName().Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal),
            JsonArray => "/" + node.GetElementIndex(),
            _ => "",
        };
        return node.Parent is null ? path : Pointer(node.Parent) + path;
    }

    public static string Text(JsonValue value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    private static SourceLeaf Leaf(JsonNode root, JsonValue value, IReadOnlyDictionary<JsonNode, string>? names)
    {
        var pointer = Pointer(value);
        var kind = value.GetValueKind();
        return new SourceLeaf(names is null ? pointer : BundleElements.PathOf(value, names), Text(value), other => Replaced(root, pointer, kind, other));
    }

    private static byte[] Replaced(JsonNode root, string pointer, JsonValueKind kind, string? other)
    {
        var copy = root.DeepClone();
        var at = Find(copy, pointer);
        switch (at.Parent)
        {
            case JsonObject members when other is null:
                members.Remove(at.GetPropertyName());
                break;
            case JsonArray items when other is null:
                items.RemoveAt(at.GetElementIndex());
                break;
            case not null:
                at.ReplaceWith(New(kind, other!));
                break;
        }

        return JsonSerializer.SerializeToUtf8Bytes(copy);
    }

    private static JsonNode Find(JsonNode root, string pointer) => pointer.Split('/').Skip(1).Aggregate(root, (node, step) => node is JsonArray items
        ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]!
        : node[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]!);

    private static JsonValue New(JsonValueKind kind, string text) => kind switch
    {
        JsonValueKind.True => JsonValue.Create(false),
        JsonValueKind.False => JsonValue.Create(true),
        JsonValueKind.Number when decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text)!,
    };
}
