using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// Turns a composed message into a transaction: each resource under the identifier that the hub gave it, created only if none has it yet, or brought up to date
/// where an earlier message told the same thing. Pure: same draft, same bytes.
/// </summary>
internal static class TransactionWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidDataException">The body is no composed message.</exception>
    public static byte[] Write(MessageDraft draft, FhirRestSettings settings)
    {
        var (_, parts) = MessagePart.Read(draft.Body);
        var composition = parts.FirstOrDefault(p => p.Kind == "Composition") ?? throw new InvalidDataException("The composed message has no Composition");
        var references = new References(parts, settings.PatientIdentifiers);
        var letter = LetterDocument.Of(composition, draft.Body, draft.ReceivedAt);
        IEnumerable<MessagePart> all = settings.Writes.Contains(WrittenKinds.Document) ? [letter, .. parts] : parts;

        var id = draft.MessageId.ToString();
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = id,
            ["identifier"] = new JsonObject { ["system"] = CodeSystems.Rfc4122, ["value"] = ResourceIds.Url(id) },
            ["type"] = "transaction",
            ["entry"] = new JsonArray([.. all.Where(IsWritten).Select(p => (JsonNode)Entry(p, references, IsWritten))]),
        };
        return Bytes(bundle);

        bool IsWritten(MessagePart part) => settings.Writes.Contains(part.Kind) && part is { Id.Length: > 0, Url.Length: > 0 };
    }

    public static byte[] Bytes(JsonObject json)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Compact))
        {
            json.WriteTo(writer);
        }

        return bytes.ToArray();
    }

    private static JsonObject Entry(MessagePart part, References references, Func<MessagePart, bool> isWritten)
    {
        var resource = (JsonObject)part.Resource.DeepClone();
        foreach (var section in (resource["section"] as JsonArray ?? []).OfType<JsonObject>())
        {
            references.PruneEntries(section, isWritten);
        }

        references.Rewrite(resource, isWritten);
        resource.Remove("id"); // the server gives its own
        Identify(resource, part);
        return new JsonObject
        {
            ["fullUrl"] = part.Url,
            ["resource"] = resource,
            ["request"] = WrittenKinds.IsBroughtUpToDate(part.Kind)
                ? new JsonObject { ["method"] = "PUT", ["url"] = $"{part.Kind}?{part.Search}" }
                : new JsonObject { ["method"] = "POST", ["url"] = part.Kind, ["ifNoneExist"] = part.Search },
        };
    }

    // Composition.identifier is one, and is this already; everything else has a list.
    private static void Identify(JsonObject resource, MessagePart part)
    {
        if (part.Kind == "Composition")
        {
            resource["identifier"] = part.OwnIdentifier;
            return;
        }

        var identifiers = resource["identifier"] as JsonArray ?? [];
        if (!identifiers.OfType<JsonObject>().Any(i => i["value"]?.GetValue<string>() == ResourceIds.Url(part.Id)))
        {
            identifiers.Add(part.OwnIdentifier);
        }

        if (identifiers.Parent is null)
        {
            resource["identifier"] = identifiers;
        }
    }
}
