using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>One entry of a composed message.</summary>
internal sealed record MessagePart(string Url, string Kind, string Id, JsonObject Resource)
{
    /// <summary>The identifier that the hub finds its own resource by: a UUID derived from the assigning system and its id, which nobody else gives.</summary>
    public JsonObject OwnIdentifier => new() { ["system"] = CodeSystems.Rfc4122, ["value"] = ResourceIds.Url(Id) };

    /// <summary>The search that finds it: <c>identifier=system|value</c>.</summary>
    public string Search => $"identifier={CodeSystems.Rfc4122}|{ResourceIds.Url(Id)}";

    /// <exception cref="InvalidDataException">The body is no composed message.</exception>
    public static (JsonObject Bundle, IReadOnlyList<MessagePart> Parts) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (JsonNode.Parse(Encoding.UTF8.GetString(body.Span)) is JsonObject bundle && bundle["entry"] is JsonArray entries)
            {
                return (bundle, [.. entries.OfType<JsonObject>().Select(Part)]);
            }
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            // told below, without the inner text: it quotes content
        }

        throw new InvalidDataException("The composed message is no readable Bundle");
    }

    /// <summary>How a resource that is not written is pointed at: by its best identifier and its name, never by an address that the server would have to know.</summary>
    public JsonObject ToLogicalReference(JsonNode? display)
    {
        var reference = new JsonObject { ["type"] = Kind };
        if (FirstIdentifier() is { } identifier)
        {
            reference["identifier"] = new JsonObject { ["system"] = identifier["system"]?.DeepClone(), ["value"] = identifier["value"]?.DeepClone() };
        }

        if ((display ?? NameOf()) is { } name)
        {
            reference["display"] = name.DeepClone();
        }

        return reference;
    }

    private JsonObject? FirstIdentifier() => Resource["identifier"] switch
    {
        JsonArray several => several.OfType<JsonObject>().FirstOrDefault(i => i["system"] is not null && i["value"] is not null),
        JsonObject one => one,
        _ => null,
    };

    private JsonNode? NameOf() => Kind switch
    {
        "Organization" or "Location" => Resource["name"],
        "Practitioner" => Resource["name"]?[0]?["text"],
        "PractitionerRole" => Resource["practitioner"]?["display"] ?? Resource["code"]?[0]?["text"],
        _ => null,
    };

    private static MessagePart Part(JsonObject entry) => entry["resource"] is JsonObject resource
        ? new MessagePart(entry["fullUrl"]?.GetValue<string>() ?? "", resource["resourceType"]?.GetValue<string>() ?? "", resource["id"]?.GetValue<string>() ?? "", resource)
        : throw new InvalidDataException("The composed message has an entry without a resource");
}
