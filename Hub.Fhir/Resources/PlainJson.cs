using System.Collections;
using System.Collections.Concurrent;
using System.Text.Json;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Hub.Fhir.Resources;

/// <summary>
/// Writes what nearly every resource is made of: elements that hold something, and primitives that are their value alone. At anything else
/// it says so, and the SDK writes the whole; where it writes, the bytes are the SDK's.
/// </summary>
internal sealed class PlainJson
{
    private static readonly ConcurrentDictionary<Type, PlainJson> Types = new();

    private readonly Dictionary<string, JsonEncodedText> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConcurrentDictionary<Type, JsonEncodedText>> choices = new(StringComparer.Ordinal);

    private PlainJson(Type type)
    {
        foreach (var property in ModelInfo.ModelInspector.FindClassMapping(type)?.PropertyMappings ?? [])
        {
            if (property.Choice == ChoiceType.DatatypeChoice)
            {
                choices.Add(property.Name, new());
            }
            else
            {
                names.Add(property.Name, JsonEncodedText.Encode(property.Name));
            }
        }
    }

    /// <returns>False where the element is not plain; what was written until then is of no use.</returns>
    public static bool TryWrite(Utf8JsonWriter writer, Base element)
    {
        if (element.HasOverflow || element is IDynamicType)
        {
            return false;
        }

        writer.WriteStartObject();
        if (element is Resource resource)
        {
            writer.WriteString("resourceType"u8, resource.TypeName);
        }

        var type = Types.GetOrAdd(element.GetType(), static t => new PlainJson(t));
        var isEmpty = true;
        foreach (var (name, value) in element.EnumerateElements())
        {
            isEmpty = false;
            if (!type.TryWriteName(writer, name, value) || !TryWriteValue(writer, value))
            {
                return false;
            }
        }

        writer.WriteEndObject();
        return !isEmpty; // FHIR has no empty objects: which of those around it go with it, the SDK knows
    }

    private bool TryWriteName(Utf8JsonWriter writer, string name, object value)
    {
        if (!names.TryGetValue(name, out var encoded))
        {
            if (value is not Base choice || !choices.TryGetValue(name, out var byType))
            {
                return false;
            }

            // R4 JSON: the name of a choice ends in its type, valueString.
            encoded = byType.GetOrAdd(
                choice.GetType(), static (_, c) => JsonEncodedText.Encode(c.name + char.ToUpperInvariant(c.choice.TypeName[0]) + c.choice.TypeName[1..]), (name, choice));
        }

        writer.WritePropertyName(encoded);
        return true;
    }

    private static bool TryWriteValue(Utf8JsonWriter writer, object value) => value switch
    {
        PrimitiveType primitive => TryWrite(writer, primitive),
        Base element => TryWrite(writer, element),
        IList { Count: > 0 } list => TryWrite(writer, list),
        _ => false,
    };

    private static bool TryWrite(Utf8JsonWriter writer, IList list)
    {
        writer.WriteStartArray();
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not Base item || !TryWriteValue(writer, item))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private static bool TryWrite(Utf8JsonWriter writer, PrimitiveType primitive)
    {
        if (primitive.HasOverflow || primitive is IDynamicType || primitive.TryGetValue("id", out _) || primitive.TryGetValue("extension", out _))
        {
            return false;
        }

        switch (primitive.JsonValue)
        {
            case string text when !string.IsNullOrWhiteSpace(text):
                writer.WriteStringValue(text);
                return true;
            case bool flag:
                writer.WriteBooleanValue(flag);
                return true;
            case int number:
                writer.WriteNumberValue(number);
                return true;
            case decimal number:
                writer.WriteNumberValue(number);
                return true;
            case DateTimeOffset at:
                writer.WriteStringValue(PrimitiveTypeConverter.ConvertTo<string>(at));
                return true;
            default:
                return false;
        }
    }
}
