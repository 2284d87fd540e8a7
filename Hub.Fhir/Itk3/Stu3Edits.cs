using System.Text.Json.Nodes;

namespace Hub.Fhir.Itk3;

/// <summary>The few shapes that a difference between R4 and STU3 takes.</summary>
internal static class Stu3Edits
{
    /// <summary>FHIR's own way to carry what only another version has (hl7.org/fhir/versions.html#extensions).</summary>
    private const string OnlyInR4 = "http://hl7.org/fhir/4.0/StructureDefinition/extension-";

    public static Action<JsonObject, string> Rename(string to) => (holder, name) => Put(holder, to, Take(holder, name));

    /// <summary>Several become one: codes side by side and texts joined for a CodeableConcept; of anything else there must be one.</summary>
    public static Action<JsonObject, string> One(string? to = null) => (holder, name) => Put(holder, to ?? name, Single(holder, name, Take(holder, name)));

    public static Action<JsonObject, string> Many(string? to = null) => (holder, name) => Put(holder, to ?? name, new JsonArray(Take(holder, name)));

    /// <summary>A CodeableConcept becomes the code that it holds.</summary>
    public static Action<JsonObject, string> Code(string? to = null) => (holder, name) =>
        Put(holder, to ?? name, JsonValue.Create(Text(Objects(Take(holder, name)?["coding"]).FirstOrDefault(), "code")
            ?? throw new Itk3MappingException(name, "has no code, and STU3 takes nothing else")));

    /// <summary>A CodeableConcept becomes a Coding; its words become the display where there is none.</summary>
    public static Action<JsonObject, string> Coding(string? to = null) => (holder, name) => Put(holder, to ?? name, ToCoding(Take(holder, name)!.AsObject(), name));

    /// <summary>Who asks becomes <c>requester.agent</c>.</summary>
    public static void Agent(JsonObject holder, string name) => Put(holder, name, new JsonObject { ["agent"] = Take(holder, name) });

    /// <summary>Kept in an extension that names the R4 element.</summary>
    public static Action<JsonObject, string> Carry(string path, string value) => (holder, name) =>
        Add(holder, "extension", new JsonObject { ["url"] = OnlyInR4 + path, [value] = Take(holder, name) });

    /// <summary>Every reference of an element (or of its array) gets the name that STU3's choice of types has.</summary>
    public static void Add(JsonObject holder, string name, JsonNode item)
    {
        if (holder[name] is not JsonArray list)
        {
            holder[name] = list = [];
        }

        list.Add(item);
    }

    public static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => [one],
        JsonArray many => many.OfType<JsonObject>(),
        _ => [],
    };

    public static string? Text(JsonObject? node, string name) => node?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonNode? Take(JsonObject holder, string name)
    {
        var taken = holder[name];
        holder.Remove(name);
        return taken;
    }

    public static void Put(JsonObject holder, string name, JsonNode? value) => holder[name] = value;

    public static JsonObject ToCoding(JsonObject concept, string name)
    {
        var codings = Objects(concept["coding"]).ToList();
        if (codings.Count > 1)
        {
            throw new Itk3MappingException(name, "has more than one code, and STU3 takes one");
        }

        var coding = codings is [var only] ? only.DeepClone().AsObject() : [];
        if (coding["display"] is null && Text(concept, "text") is { } words)
        {
            coding["display"] = words;
        }

        return coding;
    }

    private static JsonNode? Single(JsonObject holder, string name, JsonNode? node)
    {
        if (node is not JsonArray list)
        {
            return node;
        }

        var items = list.ToList();
        list.Clear();
        if (items.Count <= 1)
        {
            return items.FirstOrDefault();
        }

        if (items.Any(i => i is not JsonObject item || item.Any(p => p.Key is not ("coding" or "text"))))
        {
            throw new Itk3MappingException($"{(string?)holder["resourceType"]}.{name}", "stands more than once, and STU3 takes one");
        }

        var folded = new JsonObject();
        foreach (var coding in items.SelectMany(i => Objects(i!["coding"])))
        {
            Add(folded, "coding", coding.DeepClone());
        }

        folded["text"] = string.Join("; ", items.Select(i => Text(i!.AsObject(), "text") ?? Text(Objects(i["coding"]).FirstOrDefault(), "display")).OfType<string>());
        return folded;
    }
}
