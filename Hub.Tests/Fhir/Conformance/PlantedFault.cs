using System.Text;
using System.Text.Json.Nodes;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>One fault planted into a good bundle, the rule that must name it and the place it must name.</summary>
public sealed record PlantedFault(string Name, string Rule, string Location, Action<JsonObject> Plant, bool InDocument = false)
{
    public byte[] Bytes()
    {
        var root = JsonNode.Parse(GoodBundle.Bytes(InDocument ? GoodBundle.Document() : GoodBundle.Message()))!.AsObject();
        Plant(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    public override string ToString() => Name;
}

internal static class Json
{
    /// <summary>The resource of the entry whose id ends in the number, as <see cref="GoodBundle"/> counts them.</summary>
    public static JsonObject Resource(this JsonObject bundle, int number) => bundle.Entry(number)["resource"]!.AsObject();

    public static JsonObject Entry(this JsonObject bundle, int number) =>
        bundle["entry"]!.AsArray().Single(e => ((string)e!["fullUrl"]!) == GoodBundle.Url(number))!.AsObject();

    public static JsonNode At(this JsonNode node, params object[] path) =>
        path.Aggregate(node, (n, step) => step is int i ? n[i]! : n[(string)step]!);

    public static void Set(this JsonNode node, string member, string json) => node[member] = JsonNode.Parse(json);

    public static void Drop(this JsonNode node, string member)
    {
        if (!node.AsObject().Remove(member))
        {
            throw new InvalidOperationException($"Nothing to drop: {member}");
        }
    }
}
