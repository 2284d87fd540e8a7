using System.Text;
using System.Text.Json.Nodes;
using Hub.Fhir.Conformance;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

public class HostileBundleTests
{
    private static readonly string[] Oddities =
        ["null", "\"\"", "\"x\"", "1", "-1", "1e400", "true", "{}", "[]", "[null]", "[[]]", "{\"x\":1}", "{\"resourceType\":\"None\"}", "\"2026-13-45\"", "\"#\"", "\"urn:uuid:\""];

    [Fact]
    public void Whatever_stands_in_the_place_of_any_value_is_judged_without_an_exception()
    {
        var text = GoodBundle.Text(GoodBundle.Message());
        var paths = Paths(JsonNode.Parse(text)!, []).ToList();
        for (var i = 0; i < paths.Count; i++)
        {
            var root = JsonNode.Parse(text)!;
            Put(root, paths[i], JsonNode.Parse(Oddities[i % Oddities.Length]));

            Should.NotThrow(() => IncomingBundle.Read(Encoding.UTF8.GetBytes(root.ToJsonString())), $"{string.Join('.', paths[i])} := {Oddities[i % Oddities.Length]}");
        }

        paths.Count.ShouldBeGreaterThan(400);
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused_without_an_exception()
    {
        var bytes = GoodBundle.Bytes(GoodBundle.Message());
        for (var length = 0; length < bytes.Length; length += 97)
        {
            IncomingBundle.Read(bytes.AsSpan(0, length)).Bundle.ShouldBeNull();
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node, object[] at) => node switch
    {
        JsonObject members => members.SelectMany(m => Deeper(m.Value, [.. at, m.Key])),
        JsonArray items => items.SelectMany((item, i) => Deeper(item, [.. at, i])),
        _ => [],
    };

    private static IEnumerable<object[]> Deeper(JsonNode? node, object[] at) => node is null ? [at] : Paths(node, at).Prepend(at);

    private static void Put(JsonNode root, object[] path, JsonNode? value)
    {
        var parent = root.At(path[..^1]);
        if (path[^1] is int index)
        {
            parent[index] = value;
        }
        else
        {
            parent[(string)path[^1]] = value;
        }
    }
}
