using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Hub.Fhir.Resources;

/// <summary>Writes resources as compact UTF-8 JSON.</summary>
public static class FhirJson
{
    // Names keep their accents: the bytes are UTF-8 and served as application/fhir+json, never inside HTML.
    private static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Built once: the first use of a model costs most of a second.</summary>
    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions { Encoder = Escaping }.ForFhir(ModelInfo.ModelInspector);

    private static readonly JsonWriterOptions Compact = new() { Encoder = Escaping, SkipValidation = true };

    public static byte[] Write(Resource resource) => Write(resource, new ArrayBufferWriter<byte>());

    /// <summary>A resource, or a part of one as it stands inside it. What the scratch holds is overwritten.</summary>
    internal static byte[] Write(Base element, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(scratch, Compact);
        if (!PlainJson.TryWrite(writer, element))
        {
            return JsonSerializer.SerializeToUtf8Bytes(element, Options);
        }

        writer.Flush();
        return scratch.WrittenSpan.ToArray();
    }

    internal static void Write(Utf8JsonWriter writer, Resource resource) => JsonSerializer.Serialize(writer, resource, Options);
}
