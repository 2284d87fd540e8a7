using System.Text.Json.Nodes;

namespace Hub.Fhir.Itk3;

/// <summary>Puts every element of a tree in STU3's order and looks it up in <see cref="Stu3Elements"/>; what is not there stops the message.</summary>
internal static class Stu3Order
{
    public static JsonObject Ordered(JsonObject node, string type, string path, bool isResource)
    {
        var found = new List<(int Place, string Name, JsonNode Value)>();
        foreach (var (name, value) in node)
        {
            if ((isResource && name == "resourceType") || value is null)
            {
                continue;
            }

            var of = Stu3Elements.Find(type, name.TrimStart('_')) ?? throw new Itk3MappingException($"{path}.{name}", "is not in STU3 as we send it");
            found.Add((of.Place, name, name[0] == '_' ? Beside(value.AsObject(), path) : Ordered(value, of.Element, of.Type, $"{path}.{name}")));
        }

        var ordered = new JsonObject();
        if (isResource)
        {
            ordered["resourceType"] = type;
        }

        foreach (var (_, name, value) in found.OrderBy(f => f.Place))
        {
            ordered[name] = value;
        }

        return ordered;
    }

    // What stands where a primitive has no value: extensions that say why.
    private static JsonObject Beside(JsonObject extensions, string path) => new()
    {
        ["extension"] = new JsonArray([.. Stu3Edits.Objects(extensions["extension"]).Select(e => Ordered(e, "Extension", path + ".extension", isResource: false))]),
    };

    private static JsonNode Ordered(JsonNode value, Stu3Element element, string type, string path)
    {
        if (value is JsonArray != element.Many)
        {
            throw new Itk3MappingException(path, element.Many ? "stands once, and STU3 has a list" : "is a list, and STU3 takes one");
        }

        return value is JsonArray items ? new JsonArray([.. items.Select(i => Item(i!, element, type, path))]) : Item(value, element, type, path);
    }

    private static JsonNode Item(JsonNode value, Stu3Element element, string type, string path) => (value, type) switch
    {
        (JsonObject resource, "Resource") => Ordered(resource, (string?)resource["resourceType"] ?? "", path, isResource: true),
        (JsonObject holder, { Length: > 0 }) => Ordered(holder, type, path, isResource: false),
        (JsonValue primitive, "") => Primitive(primitive, element, path),
        _ => throw new Itk3MappingException(path, "is of another kind than STU3 has there"),
    };

    private static JsonNode Primitive(JsonValue value, Stu3Element element, string path)
    {
        if (!value.TryGetValue<string>(out var text))
        {
            return value.DeepClone();
        }

        if (element.Codes.Count > 0 && !element.Codes.Contains(text))
        {
            throw new Itk3MappingException(path, "has a code that STU3 does not have");
        }

        return JsonValue.Create(XmlText.Clean(text));
    }
}
