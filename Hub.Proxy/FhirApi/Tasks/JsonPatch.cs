using System.Globalization;
using System.Text.Json.Nodes;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>Applies a JSON Patch (RFC 6902) to a copy of a document. move and copy are not taken: nothing in a Task is moved.</summary>
internal static class JsonPatch
{
    private const int MostOperations = 50;

    /// <returns>The patched document, or null and why not, without anything of the document in the words.</returns>
    public static (JsonObject? Patched, string? Wrong) Apply(JsonObject document, JsonNode? patch)
    {
        if (patch is not JsonArray { Count: > 0 and <= MostOperations } operations)
        {
            return (null, $"A JSON Patch is an array of 1 to {MostOperations} operations (RFC 6902).");
        }

        var copy = document.DeepClone().AsObject();
        for (var index = 0; index < operations.Count; index++)
        {
            if (Wrong(copy, operations[index] as JsonObject) is { } wrong)
            {
                return (null, string.Create(CultureInfo.InvariantCulture, $"Operation {index}: {wrong}"));
            }
        }

        return (copy, null);
    }

    private static string? Wrong(JsonObject root, JsonObject? operation)
    {
        if (Text(operation?["op"]) is not { } op || Text(operation!["path"]) is not ['/', ..] path)
        {
            return "op and path are expected, and the path begins with a slash.";
        }

        string[] steps = [.. path[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]; // RFC 6901, 4
        var value = operation["value"];
        JsonNode? at = root;
        foreach (var step in steps[..^1])
        {
            at = Child(at, step);
        }

        return (op, at) switch
        {
            (not ("add" or "replace" or "remove" or "test"), _) => "op is one of add, replace, remove, test.",
            (not "remove", _) when !operation.ContainsKey("value") => "value is missing.",
            (_, JsonObject parent) => InObject(parent, op, steps[^1], value),
            (_, JsonArray list) => InArray(list, op, steps[^1], value),
            _ => "there is nothing at the path.",
        };
    }

    private static string? InObject(JsonObject parent, string op, string name, JsonNode? value)
    {
        if (op != "add" && !parent.ContainsKey(name))
        {
            return "there is nothing at the path.";
        }

        switch (op)
        {
            case "test":
                return JsonNode.DeepEquals(parent[name], value) ? null : "what stands there is other than the test says.";
            case "remove":
                parent.Remove(name);
                return null;
            default:
                parent[name] = value?.DeepClone();
                return null;
        }
    }

    private static string? InArray(JsonArray list, string op, string step, JsonNode? value)
    {
        if (op == "add" && step == "-")
        {
            list.Add(value?.DeepClone());
            return null;
        }

        if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > list.Count || (op != "add" && index == list.Count))
        {
            return "there is no such place in the list.";
        }

        switch (op)
        {
            case "test":
                return JsonNode.DeepEquals(list[index], value) ? null : "what stands there is other than the test says.";
            case "remove":
                list.RemoveAt(index);
                return null;
            case "add":
                list.Insert(index, value?.DeepClone());
                return null;
            default:
                list[index] = value?.DeepClone();
                return null;
        }
    }

    private static JsonNode? Child(JsonNode? node, string step) => node switch
    {
        JsonObject parent => parent.TryGetPropertyValue(step, out var child) ? child : null,
        JsonArray list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
        _ => null,
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
