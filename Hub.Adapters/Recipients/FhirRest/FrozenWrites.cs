using System.Text;
using System.Text.Json.Nodes;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>One resource to be written, as the frozen transaction has it.</summary>
/// <param name="Url">Its <c>urn:uuid:</c> address in the transaction.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Search"><c>identifier=system|value</c>: how it is found there.</param>
/// <param name="Update">True where what an earlier message wrote is brought up to date.</param>
/// <param name="Resource">The resource, its references as in the transaction.</param>
internal sealed record FrozenWrite(string Url, string Kind, string Search, bool Update, JsonObject Resource)
{
    /// <summary>The bare UUID: X-Request-Id of this one write.</summary>
    public string Id => Url.Replace("urn:uuid:", "", StringComparison.Ordinal);
}

/// <summary>The bytes of a transaction that this hub froze, read back: what is to be written, in an order in which each refers only to what stands before it.</summary>
internal sealed record FrozenWrites(IReadOnlyList<FrozenWrite> All, IReadOnlyList<string> Kinds, IReadOnlyList<PatientReference> People)
{
    /// <exception cref="InvalidDataException">These are no bytes of a transaction of ours.</exception>
    public static FrozenWrites Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var entries = JsonNode.Parse(Encoding.UTF8.GetString(bytes.Span))!["entry"]!.AsArray();
            var all = entries.Select(e => Read(e!.AsObject())).ToList();
            var references = all.SelectMany(w => ReferencesIn(w.Resource)).ToList();
            return new FrozenWrites(
                InOrder(all),
                [.. all.Select(w => w.Kind)],
                [.. references.Where(r => r.StartsWith(PatientReference.Prefix, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Select(PatientReference.Read).OfType<PatientReference>()]);
        }
        catch (Exception ex) when (ex is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or KeyNotFoundException)
        {
            throw new InvalidDataException("The frozen message is no transaction of ours"); // without the inner text: it quotes content
        }
    }

    /// <summary>Every <c>reference</c> in a resource.</summary>
    public static IEnumerable<string> ReferencesIn(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m is { Key: "reference", Value: JsonValue text } && text.TryGetValue<string>(out var url) ? [url] : ReferencesIn(m.Value)),
        JsonArray items => items.SelectMany(ReferencesIn),
        _ => [],
    };

    private static FrozenWrite Read(JsonObject entry)
    {
        var request = entry["request"]!.AsObject();
        var url = request["url"]!.GetValue<string>();
        return new FrozenWrite(
            entry["fullUrl"]!.GetValue<string>(),
            url.Split('?')[0],
            request["ifNoneExist"]?.GetValue<string>() ?? url.Split('?', 2)[1],
            request["method"]!.GetValue<string>() == "PUT",
            entry["resource"]!.AsObject());
    }

    // Depth first; a circle is cut where it closes.
    private static List<FrozenWrite> InOrder(List<FrozenWrite> all)
    {
        var byUrl = all.ToDictionary(w => w.Url, StringComparer.Ordinal);
        var (ordered, met) = (new List<FrozenWrite>(), new HashSet<string>(StringComparer.Ordinal));
        all.ForEach(Visit);
        return ordered;

        void Visit(FrozenWrite write)
        {
            if (!met.Add(write.Url))
            {
                return;
            }

            foreach (var needed in ReferencesIn(write.Resource).Select(byUrl.GetValueOrDefault).OfType<FrozenWrite>())
            {
                Visit(needed);
            }

            ordered.Add(write);
        }
    }
}
