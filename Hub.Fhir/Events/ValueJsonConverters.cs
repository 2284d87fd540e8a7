using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Fhir.Events;

internal sealed class NhsNumberJsonConverter : JsonConverter<NhsNumber>
{
    public override NhsNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        NhsNumber.TryParse(reader.GetString(), out var number) ? number : throw new JsonException("not a valid NHS number");

    public override void Write(Utf8JsonWriter writer, NhsNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

internal sealed class OdsCodeJsonConverter : JsonConverter<OdsCode>
{
    public override OdsCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        OdsCode.TryParse(reader.GetString(), out var code) ? code : throw new JsonException("not an ODS code");

    public override void Write(Utf8JsonWriter writer, OdsCode value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>
/// A clinical time is an ISO string, of the precision that is known. What the hub stores for itself also keeps the source's own words:
/// {"value": "2026-05-03T17:40:00+01:00", "sourceText": "202605031740", "zoneAssumed": true}.
/// </summary>
internal sealed class ClinicalTimeJsonConverter : JsonConverter<ClinicalTime>
{
    public override ClinicalTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return ClinicalTime.TryParseIso(reader.GetString(), out var plain) ? plain : throw new JsonException("not a date or time");
        }

        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("value", out var value)
            || !ClinicalTime.TryParseIso(value.GetString(), out var time))
        {
            throw new JsonException("not a date or time");
        }

        return time with
        {
            Precision = root.TryGetProperty("precision", out var p) && Enum.TryParse<TimePrecision>(p.GetString(), ignoreCase: true, out var precision)
                ? precision
                : time.Precision,
            SourceText = root.TryGetProperty("sourceText", out var text) ? text.GetString() ?? time.SourceText : time.SourceText,
            ZoneAssumed = root.TryGetProperty("zoneAssumed", out var assumed) && assumed.ValueKind == JsonValueKind.True,
            Ambiguous = root.TryGetProperty("ambiguous", out var ambiguous) && ambiguous.ValueKind == JsonValueKind.True,
        };
    }

    public override void Write(Utf8JsonWriter writer, ClinicalTime value, JsonSerializerOptions options)
    {
        var iso = value.ToFhirDateTime();
        if (value is { ZoneAssumed: false, Ambiguous: false } && value.SourceText == iso)
        {
            writer.WriteStringValue(iso);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("value", iso);
        writer.WriteString("precision", value.Precision.ToString().ToLowerInvariant());
        writer.WriteString("sourceText", value.SourceText);
        if (value.ZoneAssumed)
        {
            writer.WriteBoolean("zoneAssumed", true);
        }

        if (value.Ambiguous)
        {
            writer.WriteBoolean("ambiguous", true);
        }

        writer.WriteEndObject();
    }
}
