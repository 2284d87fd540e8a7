using System.Text.Json.Nodes;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Itk3;

/// <summary>
/// One resource of ours, R4, as STU3: first the differences of <see cref="Stu3Differences"/>, then every element in its place by
/// <see cref="Stu3Order"/>. Whatever is in neither table stops the message.
/// </summary>
internal sealed class Stu3Mapper
{
    private readonly Dictionary<string, string> practitioners = new(StringComparer.Ordinal);
    private readonly HashSet<string> organizations = new(StringComparer.Ordinal);

    /// <param name="entries">The R4 bundle's entries: STU3 refers to fewer kinds of resource, so who is who must be known.</param>
    public Stu3Mapper(IEnumerable<JsonObject> entries)
    {
        foreach (var entry in entries)
        {
            if (entry["resource"] is not JsonObject resource || Stu3Edits.Text(entry, "fullUrl") is not { } url)
            {
                continue;
            }

            if (Stu3Edits.Text(resource, "resourceType") == "PractitionerRole" && Stu3Edits.Text(resource["practitioner"] as JsonObject, "reference") is { } practitioner)
            {
                practitioners.TryAdd(url, practitioner);
            }
            else if (Stu3Edits.Text(resource, "resourceType") == "Organization")
            {
                organizations.Add(url);
            }
        }
    }

    /// <summary>Teams that STU3 takes only as a person, each with the address of its stand-in.</summary>
    public SortedDictionary<string, string> StandIns { get; } = new(StringComparer.Ordinal);

    /// <exception cref="Itk3MappingException">STU3 has no place for something in it.</exception>
    public JsonObject ToStu3(JsonObject r4)
    {
        var resource = r4.DeepClone().AsObject();
        var type = Stu3Edits.Text(resource, "resourceType") ?? throw new Itk3MappingException("Bundle.entry", "holds no resource");
        References(resource, type);
        if (type == "MedicationStatement")
        {
            Stu3Medicines.Prepare(resource);
        }

        foreach (var difference in Stu3Differences.All)
        {
            difference.Apply(resource);
        }

        type = type == "ServiceRequest" ? "ReferralRequest" : type; // STU3 has no ServiceRequest
        Claim(resource, type);
        Rename(resource);
        return Stu3Order.Ordered(resource, type, type, isResource: true);
    }

    /// <summary>STU3 refers to the Practitioner where R4 refers to the role; an author, a list's source and who takes part in an Encounter are no Organization there.</summary>
    private void References(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    References(item, path);
                }

                break;
            case JsonObject holder:
                if (Stu3Edits.Text(holder, "reference") is { } url)
                {
                    holder["reference"] = practitioners.TryGetValue(url, out var practitioner) ? practitioner
                        : path is "Composition.author" or "List.source" or "Encounter.participant.individual" && organizations.Contains(url) ? StandIn(url)
                        : url;
                }

                foreach (var (name, value) in holder.ToList())
                {
                    if (!(path.StartsWith("Composition", StringComparison.Ordinal) && name == "entry"))
                    {
                        References(value, path + "." + name);
                    }
                }

                break;
        }
    }

    private string StandIn(string organization)
    {
        if (!StandIns.TryGetValue(organization, out var url))
        {
            StandIns.Add(organization, url = ResourceIds.Url(ResourceIds.For("Practitioner", "itk3", organization)));
        }

        return url;
    }

    private static void Claim(JsonObject resource, string type)
    {
        if (resource["meta"] is not JsonObject meta)
        {
            resource["meta"] = meta = [];
        }

        meta.Remove("profile");
        if (Stu3Names.ProfileOf(type) is { } profile)
        {
            meta["profile"] = new JsonArray(profile);
        }

        if (meta.Count == 0)
        {
            resource.Remove("meta");
        }
    }

    /// <summary>Addresses of code systems and extensions; and ITK3 writes a UUID bare where its system already says that it is one.</summary>
    private static void Rename(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Rename(item);
                }

                break;
            case JsonObject holder:
                if (Stu3Edits.Text(holder, "system") is { } system)
                {
                    holder["system"] = Stu3Names.Systems.GetValueOrDefault(system, system);
                    if (system == CodeSystems.Rfc4122 && Stu3Edits.Text(holder, "value") is { } value && value.StartsWith("urn:uuid:", StringComparison.Ordinal))
                    {
                        holder["value"] = value["urn:uuid:".Length..];
                    }
                }

                if (Stu3Edits.Text(holder, "url") is { } url)
                {
                    holder["url"] = Stu3Names.Extensions.GetValueOrDefault(url, url);
                }

                foreach (var (_, value) in holder)
                {
                    Rename(value);
                }

                break;
        }
    }
}
