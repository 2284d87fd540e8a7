using System.Text.Json.Nodes;
using Hub.Fhir.Resources;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>The document in the message: the Composition first, then everything it refers to, all in this Bundle (PAY-01, PAY-02).</summary>
internal static class Itk3Document
{
    public static JsonObject Of(R4Message source, Itk3Event kind, ReadOnlyMemory<byte>? pdf)
    {
        var mapper = new Stu3Mapper(source.Entries);
        var composition = mapper.ToStu3(source.Composition);
        if (kind == Itk3Event.MentalHealthDischarge)
        {
            Claim(composition, Stu3Names.Itk + "CareConnect-ITK-MH-Composition-1");
        }

        var id = Text(composition, "id")!;
        var entries = new JsonArray(Entry(composition));
        if (pdf is { } attached)
        {
            entries.Add((JsonNode)Attach(composition, id, attached));
        }

        foreach (var list in Itk3Lists.Of(composition, source))
        {
            entries.Add((JsonNode)Entry(list));
        }

        foreach (var resource in source.Entries.Select(e => e["resource"]!.AsObject()).Where(r => r != source.Composition && r != source.Header))
        {
            entries.Add((JsonNode)Entry(mapper.ToStu3(Sound(resource, source))));
        }

        foreach (var (organization, standIn) in mapper.StandIns)
        {
            foreach (var resource in StandIn(organization, standIn, source))
            {
                entries.Add((JsonNode)Entry(resource));
            }
        }

        var documentId = ResourceIds.For("Bundle", "itk3", id);
        return new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = documentId,
            ["meta"] = new JsonObject { ["lastUpdated"] = source.Bundle["timestamp"]?.DeepClone(), ["profile"] = new JsonArray(Stu3Names.Itk + "ITK-Document-Bundle-1") },
            ["identifier"] = Uuid(documentId),
            ["type"] = "document",
            ["entry"] = entries,
        };
    }

    public static JsonObject Entry(JsonObject resource) => new() { ["fullUrl"] = ResourceIds.Url(Text(resource, "id")!), ["resource"] = resource };

    public static JsonObject Uuid(string id) => new() { ["system"] = CodeSystems.Rfc4122, ["value"] = id };

    public static void Claim(JsonObject resource, string profile)
    {
        if (resource["meta"] is JsonObject meta)
        {
            meta["profile"] = new JsonArray(profile);
        }
        else
        {
            resource["meta"] = new JsonObject { ["profile"] = new JsonArray(profile) };
        }
    }

    /// <summary>The PDF is the first thing that a reader who shows files finds: the first entry of the first section.</summary>
    private static JsonObject Attach(JsonObject composition, string id, ReadOnlyMemory<byte> pdf)
    {
        var binary = ResourceIds.For("Binary", "itk3", id);
        var first = composition["section"]!.AsArray()[0]!.AsObject();
        if (first["entry"] is not JsonArray entries)
        {
            first["entry"] = entries = [];
        }

        entries.Insert(0, (JsonNode)new JsonObject { ["reference"] = ResourceIds.Url(binary) });
        return Entry(new JsonObject { ["resourceType"] = "Binary", ["id"] = binary, ["contentType"] = "application/pdf", ["content"] = Convert.ToBase64String(pdf.Span) });
    }

    /// <summary>What PDS or STU3 asks of a resource beyond its shape.</summary>
    private static JsonObject Sound(JsonObject resource, R4Message source)
    {
        switch (Text(resource, "resourceType"))
        {
            case "Patient" when resource["identifier"] is JsonArray identifiers:
                // PDS-07: a number that PDS cannot know must not be carried.
                foreach (var wrong in identifiers.OfType<JsonObject>().Where(i => Text(i, "system") == CodeSystems.NhsNumber && !R4Message.IsValid(i)).ToList())
                {
                    identifiers.Remove(wrong);
                }

                if (identifiers.Count == 0)
                {
                    resource.Remove("identifier");
                }

                break;
            case "DocumentReference" when resource["date"] is null:
                resource["date"] = source.Bundle["timestamp"]?.DeepClone(); // indexed is 1..1 in STU3, and means when this reference was made
                break;
        }

        return resource;
    }

    /// <summary>STU3 takes no organisation as an author: a Practitioner that bears the team's name stands for it, with a role that says which team it is.</summary>
    private static IEnumerable<JsonObject> StandIn(string organization, string standIn, R4Message source)
    {
        var id = standIn["urn:uuid:".Length..];
        var role = ResourceIds.For("PractitionerRole", "itk3", organization);
        var name = Text(source.ResourceAt(organization), "name") ?? "Team";
        yield return Stu3Order.Ordered(Claimed("Practitioner", id, new() { ["identifier"] = new JsonArray(Uuid(id)), ["name"] = new JsonArray(new JsonObject { ["text"] = name }) }), "Practitioner", "Practitioner", true);
        yield return Stu3Order.Ordered(Claimed("PractitionerRole", role, new()
        {
            ["identifier"] = new JsonArray(Uuid(role)),
            ["practitioner"] = new JsonObject { ["reference"] = standIn, ["display"] = name },
            ["organization"] = new JsonObject { ["reference"] = organization },
            ["code"] = new JsonArray(new JsonObject { ["text"] = "The team as author; no single person was named" }),
        }), "PractitionerRole", "PractitionerRole", true);
    }

    private static JsonObject Claimed(string type, string id, JsonObject resource)
    {
        resource["resourceType"] = type;
        resource["id"] = id;
        Claim(resource, Stu3Names.ProfileOf(type)!);
        return resource;
    }
}
