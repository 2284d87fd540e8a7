using System.Text;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>A good message with an odd value at each of its places: what the SDK makes of it is the measure for what we do without the SDK.</summary>
internal static class OddBundles
{
    // Lists that hold a null are stopped before anything is judged (IncomingBundle).
    private static readonly string?[] OddValues = [null, "null", "\"\"", "\" \"", "\"no such value\"", "0", "-1", "true", "{}", "[]", "{\"odd\":\"x\"}", "{\"extension\":[{\"url\":\"odd\"}]}"];

    public static IEnumerable<(string Place, byte[] Json)> All()
    {
        var good = JsonNode.Parse(GoodBundle.Bytes(GoodBundle.Message()))!;
        return Places(good).ToList().SelectMany(place => OddValues.Select(odd =>
            ($"{string.Join('/', place)} = {odd ?? "dropped"}", Encoding.UTF8.GetBytes(With(good, place, odd)))));
    }

    /// <summary>The reader gives what it could make of the bytes, faults and all.</summary>
    public static Bundle? Parse(byte[] json)
    {
        try
        {
            FhirJsonDeserializer.STRICT.TryDeserializeResource(Encoding.UTF8.GetString(json), out var resource, out _);
            return resource as Bundle;
        }
        catch (Exception ex) when (ex is System.Text.Json.JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<object[]> Places(JsonNode node) => node switch
    {
        JsonObject o => o.SelectMany(p => Places(p.Value!).Select(rest => (object[])[p.Key, .. rest]).Prepend([p.Key])),
        JsonArray a => a.SelectMany((item, i) => Places(item!).Select(rest => (object[])[i, .. rest])),
        _ => [],
    };

    private static string With(JsonNode good, object[] place, string? odd)
    {
        var root = good.DeepClone();
        var parent = place[..^1].Aggregate(root, (n, step) => step is int i ? n[i]! : n[(string)step]!);
        if (odd is null)
        {
            parent.AsObject().Remove((string)place[^1]);
        }
        else
        {
            parent[(string)place[^1]] = JsonNode.Parse(odd);
        }

        return root.ToJsonString();
    }
}
