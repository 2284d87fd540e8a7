using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Hub.Fhir.Resources;

/// <summary>Writes resources as compact UTF-8 JSON.</summary>
public static class FhirJson
{
    /// <summary>Built once: the first use of a model costs most of a second.</summary>
    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions
    {
        // Names keep their accents: the bytes are UTF-8 and served as application/fhir+json, never inside HTML.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }.ForFhir(ModelInfo.ModelInspector);

    public static byte[] Write(Resource resource) => JsonSerializer.SerializeToUtf8Bytes(resource, Options);

    /// <summary>One entry as it stands inside its bundle.</summary>
    internal static byte[] WriteEntry(Bundle.EntryComponent entry) => JsonSerializer.SerializeToUtf8Bytes<Base>(entry, Options);

    internal static void Write(Utf8JsonWriter writer, Resource resource) => JsonSerializer.Serialize(writer, resource, Options);
}
