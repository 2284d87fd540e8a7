using System.Globalization;
using System.Text.Json.Nodes;

namespace Hub.Proxy.Simulators;

/// <summary>A resource as a scripted server holds it.</summary>
public sealed record SimulatedResource(string Kind, string Id, int Version, string Json);

/// <summary>What a scripted server answers one write with.</summary>
internal sealed record SimulatedWrite(int Status, string Kind, string Id, int Version)
{
    public string Location => string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Id}/_history/{Version}");
}

/// <summary>A write that a scripted server refuses.</summary>
internal sealed class SimulatedRefusalException(int status, string code, string words) : Exception(words)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

/// <summary>
/// The resources of a scripted FHIR server: creates on condition, updates on condition, whole transactions, and references that must resolve (R4, http.html). Its own
/// reading of the standard, with the framework's JSON and nothing of the hub's.
/// </summary>
internal sealed class SimulatedFhirStore
{
    private Dictionary<string, (int Version, JsonObject Resource)> held = new(StringComparer.Ordinal);
    private int last;

    /// <summary>Whether somebody whose identifier (<c>system|value</c>) is asked for is a patient here; who is, is there from the first question on.</summary>
    public Func<string, bool> Knows { get; set; } = _ => true;

    public IReadOnlyList<SimulatedResource> All =>
        [.. held.Select(h => new SimulatedResource(h.Key.Split('/')[0], h.Key.Split('/')[1], h.Value.Version, h.Value.Resource.ToJsonString()))];

    public IReadOnlyList<(string Id, int Version, JsonObject Resource)> Search(string kind, string token)
    {
        var found = Find(kind, token);
        if (found.Count > 0 || kind != "Patient" || !Knows(token))
        {
            return found;
        }

        var cut = token.IndexOf('|', StringComparison.Ordinal);
        Create(new JsonObject
        {
            ["resourceType"] = "Patient",
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = token[..cut], ["value"] = token[(cut + 1)..] }),
        });
        return Find(kind, token);
    }

    public SimulatedWrite Create(JsonObject resource, string? ifNoneExist = null)
    {
        var kind = resource["resourceType"]!.GetValue<string>();
        if (ifNoneExist is not null)
        {
            var existing = Find(kind, TokenOf(ifNoneExist));
            if (existing.Count > 0)
            {
                return existing.Count == 1
                    ? new SimulatedWrite(200, kind, existing[0].Id, existing[0].Version)
                    : throw new SimulatedRefusalException(412, "multiple-matches", "several match");
            }
        }

        var id = (++last).ToString(CultureInfo.InvariantCulture);
        return Keep(kind, id, 1, resource, 201);
    }

    public SimulatedWrite UpdateWhere(string kind, string search, JsonObject resource)
    {
        var existing = Find(kind, TokenOf(search));
        return existing.Count switch
        {
            0 => Create(resource),
            1 => Keep(kind, existing[0].Id, existing[0].Version + 1, resource, 200),
            _ => throw new SimulatedRefusalException(412, "multiple-matches", "several match"),
        };
    }

    public SimulatedWrite Update(string kind, string id, JsonObject resource, string? ifMatch)
    {
        if (!held.TryGetValue($"{kind}/{id}", out var before))
        {
            throw new SimulatedRefusalException(404, "not-found", "no such resource");
        }

        if (resource["id"]?.GetValue<string>() != id)
        {
            throw new SimulatedRefusalException(400, "invalid", "the id in the resource is not the one in the address");
        }

        return ifMatch is not null && ifMatch != string.Create(CultureInfo.InvariantCulture, $"W/\"{before.Version}\"")
            ? throw new SimulatedRefusalException(412, "conflict", "another version")
            : Keep(kind, id, before.Version + 1, resource, 200);
    }

    /// <summary>Somebody else changes a resource.</summary>
    public void Touch(string kind, string id) => held[$"{kind}/{id}"] = (held[$"{kind}/{id}"].Version + 1, held[$"{kind}/{id}"].Resource);

    public void Remove(string kind, string id) => held.Remove($"{kind}/{id}");

    /// <summary>All or nothing.</summary>
    public IReadOnlyList<SimulatedWrite> Transact(JsonArray entries)
    {
        var (before, lastBefore) = (new Dictionary<string, (int, JsonObject)>(held, StringComparer.Ordinal), last);
        try
        {
            var written = entries.Select(e => Write(e!.AsObject())).ToList();
            var addresses = entries.Zip(written).ToDictionary(e => e.First!["fullUrl"]!.GetValue<string>(), e => $"{e.Second.Kind}/{e.Second.Id}");
            foreach (var write in written)
            {
                Resolve(held[$"{write.Kind}/{write.Id}"].Resource, addresses);
            }

            return written;
        }
        catch
        {
            (held, last) = (before, lastBefore);
            throw;
        }
    }

    /// <summary>Every relative reference names something that is held here.</summary>
    public void RequireResolved(JsonNode? node) => Resolve(node, new Dictionary<string, string>());

    private SimulatedWrite Write(JsonObject entry)
    {
        var resource = (JsonObject)entry["resource"]!.DeepClone();
        var request = entry["request"]!.AsObject();
        var url = request["url"]!.GetValue<string>().Split('?', 2);
        return (request["method"]!.GetValue<string>(), url.Length) switch
        {
            ("POST", 1) => Create(resource, request["ifNoneExist"]?.GetValue<string>()),
            ("PUT", 2) => UpdateWhere(url[0], url[1], resource),
            _ => throw new SimulatedRefusalException(400, "not-supported", "an entry that this server does not take"),
        };
    }

    private SimulatedWrite Keep(string kind, string id, int version, JsonObject resource, int status)
    {
        resource["id"] = id;
        held[$"{kind}/{id}"] = (version, resource);
        return new SimulatedWrite(status, kind, id, version);
    }

    private void Resolve(JsonNode? node, IReadOnlyDictionary<string, string> addresses)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["reference"] is JsonValue value && value.TryGetValue<string>(out var reference))
                {
                    members["reference"] = Address(reference, addresses);
                }

                foreach (var (_, child) in members.ToList())
                {
                    Resolve(child, addresses);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Resolve(item, addresses);
                }

                break;
        }
    }

    private string Address(string reference, IReadOnlyDictionary<string, string> addresses)
    {
        if (addresses.TryGetValue(reference, out var address))
        {
            return address;
        }

        if (reference.Contains('?', StringComparison.Ordinal))
        {
            var search = reference.Split('?', 2);
            var found = Search(search[0], TokenOf(search[1]));
            return found.Count == 1 ? $"{search[0]}/{found[0].Id}" : throw new SimulatedRefusalException(400, "not-found", $"{found.Count} match {reference}");
        }

        return held.ContainsKey(reference) ? reference : throw new SimulatedRefusalException(400, "invalid", "a reference resolves to nothing");
    }

    private List<(string Id, int Version, JsonObject Resource)> Find(string kind, string token)
    {
        var cut = token.LastIndexOf('|');
        var (system, value) = (token[..cut], token[(cut + 1)..]);
        return
        [
            .. held.Where(h => h.Key.StartsWith(kind + "/", StringComparison.Ordinal) && Identifiers(h.Value.Resource).Any(i => i["system"]?.GetValue<string>() == system && i["value"]?.GetValue<string>() == value))
                .Select(h => (h.Key.Split('/')[1], h.Value.Version, h.Value.Resource)),
        ];
    }

    private static IEnumerable<JsonObject> Identifiers(JsonObject resource) => resource["identifier"] switch
    {
        JsonArray several => several.OfType<JsonObject>(),
        JsonObject one => [one],
        _ => [],
    };

    private static string TokenOf(string search) => search.StartsWith("identifier=", StringComparison.Ordinal)
        ? Uri.UnescapeDataString(search["identifier=".Length..])
        : throw new SimulatedRefusalException(400, "not-supported", "a search that this server does not know");
}
