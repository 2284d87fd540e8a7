using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hub.Fhir.Events;

namespace Hub.Adapters.Schemas;

/// <summary>
/// Writes the JSON Schema (draft 2020-12) of a record as the serializer reads it, each nested record once under <c>$defs</c>. Only the keywords
/// that <see cref="SchemaCheck"/> understands are used.
/// </summary>
public sealed class SchemaComposer(JsonSerializerOptions options, IReadOnlyDictionary<string, SchemaChange> changes)
{
    private readonly SortedDictionary<string, JsonObject> definitions = new(StringComparer.Ordinal);
    private readonly NullabilityInfoContext nullability = new();

    /// <summary>The schema of one type, complete in itself.</summary>
    public JsonObject Compose(Type type, string id, string title)
    {
        var body = ObjectOf(type);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = id,
            ["title"] = title,
        };
        foreach (var (name, value) in body.ToList())
        {
            body.Remove(name);
            schema[name] = value;
        }

        var shared = new JsonObject();
        foreach (var (name, definition) in definitions)
        {
            shared[name] = definition;
        }

        if (shared.Count > 0)
        {
            schema["$defs"] = shared;
        }

        return schema;
    }

    private JsonObject ObjectOf(Type type)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in options.GetTypeInfo(type).Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null))
        {
            var change = ChangeOf(type, property.Name);
            if (change.Left)
            {
                continue;
            }

            var mandatory = property.IsRequired && !change.Optional;
            properties[property.Name] = SchemaOf(property, mandatory, change);
            if (mandatory)
            {
                required.Add(property.Name);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        schema["additionalProperties"] = false;
        return schema;
    }

    private JsonObject SchemaOf(JsonPropertyInfo property, bool mandatory, SchemaChange change)
    {
        var own = SchemaOf(property.PropertyType); // also where it is replaced: what stands instead may refer to its records
        var schema = change.Instead?.DeepClone().AsObject() ?? own;
        if (mandatory && schema["type"] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String
            && kind.GetValue<string>() == "string" && schema["pattern"] is null && schema["enum"] is null)
        {
            schema["pattern"] = "\\S"; // a mandatory text that is blank says nothing
        }

        if (IsNullable(property))
        {
            AllowNull(ref schema);
        }

        if (change.Description is { } text)
        {
            schema["description"] = text;
        }

        return schema;
    }

    private JsonObject SchemaOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ValueSchemas.Find(type) is { } known)
        {
            definitions.TryAdd(NameOf(type), known);
            return Reference(type);
        }

        if (type.IsEnum)
        {
            var names = Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(v => JsonSerializer.SerializeToNode(Enum.ToObject(type, v), type, options));
            return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. names]) };
        }

        return options.GetTypeInfo(type) switch
        {
            { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } => new JsonObject { ["type"] = "array", ["items"] = SchemaOf(element) },
            { Kind: JsonTypeInfoKind.Object } => Define(type),
            _ => ValueSchemas.Plain(type),
        };
    }

    private JsonObject Define(Type type)
    {
        if (!definitions.ContainsKey(NameOf(type)))
        {
            definitions[NameOf(type)] = []; // stands while its members are read: a record may hold itself
            definitions[NameOf(type)] = ObjectOf(type);
        }

        return Reference(type);
    }

    private SchemaChange ChangeOf(Type type, string property)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (changes.TryGetValue($"{t.Name}.{property}", out var change))
            {
                return change;
            }
        }

        return SchemaChange.None;
    }

    private bool IsNullable(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType && property.AttributeProvider is PropertyInfo member && nullability.Create(member).WriteState == NullabilityState.Nullable);

    private static void AllowNull(ref JsonObject schema)
    {
        if (schema["type"] is JsonValue kind)
        {
            schema["type"] = new JsonArray(kind.DeepClone(), "null");
            (schema["enum"] as JsonArray)?.Add(null);
        }
        else
        {
            schema = new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        }
    }

    private static JsonObject Reference(Type type) => new() { ["$ref"] = "#/$defs/" + NameOf(type) };

    private static string NameOf(Type type) => JsonNamingPolicy.CamelCase.ConvertName(type.Name);
}

/// <summary>Where what people may write differs from what the record holds.</summary>
public sealed record SchemaChange
{
    /// <summary>The member is not theirs to write.</summary>
    public bool Left { get; init; }

    /// <summary>The record needs it, and the hub fills it where they do not.</summary>
    public bool Optional { get; init; }
    public JsonObject? Instead { get; init; }
    public string? Description { get; init; }

    public static SchemaChange None { get; } = new();
}

/// <summary>Schemas of values that have their own converter, and of plain ones.</summary>
internal static class ValueSchemas
{
    /// <summary>The name under which <see cref="SchemaCheck"/> knows a clinical time; to others an annotation without force.</summary>
    public const string ClinicalTimeFormat = "clinical-time";

    public static JsonObject? Find(Type type) =>
        type == typeof(ClinicalTime) ? new JsonObject
        {
            ["type"] = "string",
            ["format"] = ClinicalTimeFormat,
            ["pattern"] = @"^[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?$",
            ["description"] = "As precise as it is known and no more: 2026, 2026-05, 2026-05-03, 2026-05-03T17:40 or 2026-05-03T17:40:00+01:00. Without a zone Europe/London is taken.",
        }
        : type == typeof(OdsCode) ? new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9]{3,12}$", ["description"] = "ODS code" }
        : type == typeof(NhsNumber) ? new JsonObject { ["type"] = "string", ["maxLength"] = 40, ["description"] = "Ten digits. A number that fails its check digit is no refusal: the event is taken and a person checks it." }
        : null;

    /// <exception cref="NotSupportedException">A member of an event has a type that no schema was thought of for.</exception>
    public static JsonObject Plain(Type type) =>
        type == typeof(string) ? new JsonObject { ["type"] = "string" }
        : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
        : type == typeof(int) ? new JsonObject { ["type"] = "integer", ["minimum"] = (long)int.MinValue, ["maximum"] = (long)int.MaxValue }
        : type == typeof(long) ? new JsonObject { ["type"] = "integer", ["minimum"] = 0L, ["maximum"] = 9007199254740991L } // what every JSON reader keeps exact
        : type == typeof(decimal) ? new JsonObject { ["type"] = "number", ["minimum"] = 0L, ["maximum"] = 1_000_000_000L }
        : type == typeof(DateOnly) ? new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", ["description"] = "A date, such as 2026-05-03." }
        : type == typeof(Uri) ? new JsonObject { ["type"] = "string", ["format"] = "uri" }
        : type == typeof(JsonElement) ? new JsonObject { ["type"] = "object" }
        : throw new NotSupportedException($"No schema for {type.Name}: say in ValueSchemas what people may write.");
}
