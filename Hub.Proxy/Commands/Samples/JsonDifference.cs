using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Proxy.Commands.Samples;

/// <summary>One place in which two JSON documents differ. A side is null where it has nothing there.</summary>
/// <param name="Field">JSON Pointer.</param>
/// <param name="Expected">As written down, in JSON.</param>
/// <param name="Actual">As it is, in JSON.</param>
internal sealed record JsonDifference(string Field, string? Expected, string? Actual)
{
    /// <summary>The line of the expected file that the field stands on, where one is known.</summary>
    public int? Line { get; init; }

    /// <summary>Every field that differs, in the order of the documents. Lists are compared place by place; the order of members does not count.</summary>
    public static IReadOnlyList<JsonDifference> Between(JsonNode? expected, JsonNode? actual)
    {
        var found = new List<JsonDifference>();
        Compare(expected, actual, "", found);
        return found;
    }

    private static void Compare(JsonNode? expected, JsonNode? actual, string at, List<JsonDifference> found)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(m => m.Key).Union(right.Select(m => m.Key)))
                {
                    Member(left.ContainsKey(name), right.ContainsKey(name), left[name], right[name], $"{at}/{Escape(name)}", found);
                }

                break;
            case (JsonArray left, JsonArray right):
                for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
                {
                    Member(i < left.Count, i < right.Count, i < left.Count ? left[i] : null, i < right.Count ? right[i] : null, $"{at}/{i}", found);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    found.Add(new JsonDifference(at, CliJson.Text(expected), CliJson.Text(actual)));
                }

                break;
        }
    }

    private static void Member(bool inExpected, bool inActual, JsonNode? expected, JsonNode? actual, string at, List<JsonDifference> found)
    {
        if (inExpected && inActual)
        {
            Compare(expected, actual, at, found);
        }
        else
        {
            found.Add(new JsonDifference(at, inExpected ? CliJson.Text(expected) : null, inActual ? CliJson.Text(actual) : null));
        }
    }

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
