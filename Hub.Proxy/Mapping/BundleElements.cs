using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Proxy.Mapping;

/// <summary>
/// The elements of a bundle as a flat list, path by path: <c>Patient.name[0].family</c>, <c>MedicationStatement[1].dosage[0].text</c>. A resource has a
/// number, from 0 and in the order of the bundle, where the bundle holds several of its type.
/// </summary>
internal static class BundleElements
{
    private static readonly JsonDocumentOptions Bounds = new() { MaxDepth = 64 };

    public static IReadOnlyDictionary<string, string> Of(ReadOnlyMemory<byte> bundle)
    {
        if (bundle.IsEmpty || JsonNode.Parse(bundle.Span, documentOptions: Bounds) is not { } root)
        {
            return new Dictionary<string, string>();
        }

        var names = Names(root);
        return JsonLeaves.Leaves(root).ToDictionary(leaf => PathOf(leaf, names), JsonLeaves.Text, StringComparer.Ordinal);
    }

    /// <summary>The elements whose value is another, or that only one of the two has.</summary>
    public static IReadOnlyList<string> Moved(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        [.. one.Where(e => !other.TryGetValue(e.Key, out var value) || value != e.Value).Select(e => e.Key), .. other.Keys.Where(k => !one.ContainsKey(k))];

    /// <summary>True for what links resources and carries nothing from a source: ids, references to them, addresses of entries.</summary>
    public static bool IsLink(string path, string value) =>
        value.StartsWith("urn:uuid:", StringComparison.Ordinal) || path.EndsWith(".fullUrl", StringComparison.Ordinal) || path.EndsWith(".reference", StringComparison.Ordinal)
        || (path.EndsWith(".id", StringComparison.Ordinal) && Guid.TryParse(value, out _));

    /// <summary>What each resource of a bundle is called in paths.</summary>
    public static IReadOnlyDictionary<JsonNode, string> Names(JsonNode root)
    {
        var names = new Dictionary<JsonNode, string>(ReferenceEqualityComparer.Instance) { [root] = (string?)root["resourceType"] ?? "Bundle" };
        foreach (var type in (root["entry"] as JsonArray ?? []).Select(e => (e as JsonObject)?["resource"]).OfType<JsonObject>().GroupBy(r => (r["resourceType"] as JsonValue)?.ToString() ?? "Resource"))
        {
            var resources = type.ToList();
            for (var i = 0; i < resources.Count; i++)
            {
                names[resources[i]] = resources.Count == 1 ? type.Key : string.Create(CultureInfo.InvariantCulture, $"{type.Key}[{i}]");
            }
        }

        return names;
    }

    public static string PathOf(JsonNode node, IReadOnlyDictionary<JsonNode, string> names) => names.TryGetValue(node, out var name) ? name : node.Parent switch
    {
        JsonObject owner => PathOf(owner, names) + "." + node.GetPropertyName(),
        JsonArray items => string.Create(CultureInfo.InvariantCulture, $"{PathOf(items, names)}[{node.GetElementIndex()}]"),
        _ => "Bundle",
    };
}
