using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// The letter as a DocumentReference that holds its own page: what a record system files and shows whatever else it understands. It is about the Composition's
/// document and goes under an id of its own.
/// </summary>
internal static class LetterDocument
{
    /// <param name="composition">The message's Composition, its references not rewritten yet.</param>
    /// <param name="body">The composed message, for its page.</param>
    /// <param name="receivedAt">When the hub received the event.</param>
    public static MessagePart Of(MessagePart composition, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt)
    {
        var id = IdFor(composition.Id);
        var from = composition.Resource;
        var status = from["status"]?.GetValue<string>();
        var resource = new JsonObject
        {
            ["resourceType"] = WrittenKinds.Document,
            ["id"] = id,
            ["meta"] = Meta(from),
            ["language"] = from["language"]?.DeepClone(),
            ["masterIdentifier"] = from["identifier"]?.DeepClone(),
            ["status"] = status == "entered-in-error" ? "entered-in-error" : "current",
            ["docStatus"] = status,
            ["type"] = from["type"]?.DeepClone(),
            ["category"] = from["category"]?.DeepClone(),
            ["subject"] = from["subject"]?.DeepClone(),
            ["date"] = receivedAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
            ["author"] = from["author"]?.DeepClone(),
            ["custodian"] = from["custodian"]?.DeepClone(),
            ["relatesTo"] = Replaced(from),
            ["description"] = from["title"]?.DeepClone(),
            ["securityLabel"] = Confidentiality(from),
            ["content"] = new JsonArray(new JsonObject { ["attachment"] = Page(from, body) }),
            ["context"] = from["encounter"] is { } encounter ? new JsonObject { ["encounter"] = new JsonArray(encounter.DeepClone()) } : null,
        };
        foreach (var empty in resource.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            resource.Remove(empty);
        }

        return new MessagePart(ResourceIds.Url(id), WrittenKinds.Document, id, resource);
    }

    private static string IdFor(string compositionId) => ResourceIds.For(WrittenKinds.Document, CodeSystems.Canonical, compositionId);

    private static JsonObject Page(JsonObject composition, ReadOnlyMemory<byte> body)
    {
        var page = Encoding.UTF8.GetBytes(NarrativePage.Render(body));
        return new JsonObject
        {
            ["contentType"] = "text/html",
            ["language"] = "en-GB",
            ["data"] = Convert.ToBase64String(page),
            ["size"] = page.Length,
#pragma warning disable CA5350 // FHIR R4 defines Attachment.hash as SHA-1; it tells a broken copy, and secures nothing
            ["hash"] = Convert.ToBase64String(SHA1.HashData(page)),
#pragma warning restore CA5350
            ["title"] = composition["title"]?.DeepClone(),
        };
    }

    // What is for professionals only stays marked so.
    private static JsonObject? Meta(JsonObject composition) =>
        composition["meta"]?["security"] is { } security ? new JsonObject { ["security"] = security.DeepClone() } : null;

    private static JsonArray? Confidentiality(JsonObject composition) => composition["confidentiality"] is { } code
        ? new JsonArray(new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ["code"] = code.DeepClone() }),
        })
        : null;

    // By identifier: the server may have refused the earlier letter, and a reference that must resolve would then stop this one too.
    private static JsonArray? Replaced(JsonObject composition)
    {
        var earlier = (composition["relatesTo"] as JsonArray ?? []).OfType<JsonObject>()
            .Where(r => r["code"]?.GetValue<string>() == "replaces")
            .Select(r => r["targetIdentifier"]?["value"]?.GetValue<string>()).FirstOrDefault(v => v is not null);
        return earlier is null
            ? null
            : new JsonArray(new JsonObject
            {
                ["code"] = "replaces",
                ["target"] = new JsonObject
                {
                    ["type"] = WrittenKinds.Document,
                    ["identifier"] = new JsonObject { ["system"] = CodeSystems.Rfc4122, ["value"] = ResourceIds.Url(IdFor(earlier.Replace("urn:uuid:", "", StringComparison.OrdinalIgnoreCase))) },
                },
            });
    }
}
