using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Binds a composed body to one recipient: message ids and destination, nothing else.</summary>
public static class MessageEnvelope
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Returns the body with Bundle.identifier, MessageHeader.id and MessageHeader.destination set. Same input, same bytes.</summary>
    /// <exception cref="ArgumentException">The body is no message Bundle whose first entry is a MessageHeader.</exception>
    public static ReadOnlyMemory<byte> Bind(ReadOnlyMemory<byte> body, MessageIds ids)
    {
        ArgumentNullException.ThrowIfNull(ids);

        var id = ids.MessageId.ToString("D");
        var output = new ArrayBufferWriter<byte>(body.Length + 1024);
        using var writer = new Utf8JsonWriter(output, Compact);
        var reader = new Utf8JsonReader(body.Span);
        reader.Read();
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                Skip(ref reader);
                writer.WriteString("id"u8, id);
                WriteIdentifier(writer, id);
            }
            else if (reader.ValueTextEquals("entry"u8))
            {
                WriteFirstEntry(writer, body[Header(ref reader)], id, ids);
                writer.Flush();
                output.Write(body.Span[(int)reader.BytesConsumed..]); // nothing behind the header is bound: it stays byte for byte
                return output.WrittenMemory;
            }
            else if (reader.ValueTextEquals("identifier"u8))
            {
                Skip(ref reader);
            }
            else
            {
                writer.WritePropertyName(reader.ValueSpan);
                writer.WriteRawValue(body.Span[Skip(ref reader)], skipInputValidation: true);
            }
        }

        throw new ArgumentException("A message has entries, and the first is its MessageHeader (FHIR R4, bdl-12).", nameof(body));
    }

    /// <summary>Reads past the value that follows a property name.</summary>
    private static Range Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    /// <summary>Reads past the first entry of the array that follows.</summary>
    private static Range Header(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Skip(ref reader);
    }

    private static void WriteIdentifier(Utf8JsonWriter writer, string id)
    {
        writer.WriteStartObject("identifier"u8);
        writer.WriteString("system"u8, CodeSystems.Rfc4122);
        writer.WriteString("value"u8, ResourceIds.Url(id));
        writer.WriteEndObject();
    }

    private static void WriteFirstEntry(Utf8JsonWriter writer, ReadOnlyMemory<byte> entry, string id, MessageIds ids)
    {
        using var parsed = JsonDocument.Parse(entry);
        if (parsed.RootElement.ValueKind != JsonValueKind.Object || !parsed.RootElement.TryGetProperty("resource"u8, out var header)
            || !header.TryGetProperty("resourceType"u8, out var type) || !type.ValueEquals("MessageHeader"u8))
        {
            throw new ArgumentException("The first entry of a message is its MessageHeader (FHIR R4, bdl-12).", nameof(entry));
        }

        writer.WriteStartArray("entry"u8);
        writer.WriteStartObject();
        writer.WriteString("fullUrl"u8, ResourceIds.Url(id));
        writer.WritePropertyName("resource"u8);
        WriteHeader(writer, header, id, ids);
        writer.WriteEndObject();
    }

    // FHIR R4 gives MessageHeader's elements no order in JSON; destination is written where readers look for it, before sender.
    private static void WriteHeader(Utf8JsonWriter writer, JsonElement header, string id, MessageIds ids)
    {
        writer.WriteStartObject();
        foreach (var property in header.EnumerateObject())
        {
            if (property.NameEquals("id"u8))
            {
                writer.WriteString("id"u8, id);
            }
            else if (property.NameEquals("sender"u8))
            {
                WriteDestination(writer, ids);
                property.WriteTo(writer);
            }
            else if (!property.NameEquals("destination"u8))
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteDestination(Utf8JsonWriter writer, MessageIds ids)
    {
        writer.WriteStartArray("destination"u8);
        writer.WriteStartObject();
        writer.WriteString("name"u8, ids.RecipientName);
        writer.WriteString("endpoint"u8, ids.DestinationEndpoint);
        if (ids.RecipientOrganisation is { } organisation)
        {
            writer.WriteStartObject("receiver"u8);
            writer.WriteStartObject("identifier"u8);
            writer.WriteString("system"u8, CodeSystems.OdsOrganization);
            writer.WriteString("value"u8, organisation.Value);
            writer.WriteEndObject();
            writer.WriteString("display"u8, ids.RecipientName);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
