using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;

namespace Hub.Fhir.Bundles;

/// <summary>
/// Says on a message that it is told a second time: in the title that it is filed under and at the head of its first section, so that nobody takes an old
/// page for news (clinical rule 19).
/// </summary>
public static class CopyStamp
{
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="of">When the hub received what is told again.</param>
    /// <param name="newerExists">True where the recipient was or is to be told something newer of the same episode.</param>
    public static string Words(DateTimeOffset of, bool newerExists) => // figures and plain words only: they go into XHTML as they are
        $"COPY of {TimeZoneInfo.ConvertTime(of, London).ToString("d MMMM yyyy HH:mm", CultureInfo.InvariantCulture)}{(newerExists ? "; a newer version exists" : "")}";

    /// <summary>The body with the words on it, checked again.</summary>
    public static ComposedBody Apply(ComposedBody body, string words)
    {
        ArgumentNullException.ThrowIfNull(body);
        var bundle = JsonNode.Parse(body.Json.Span)!;
        foreach (var composition in bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).Where(r => (string?)r["resourceType"] == "Composition"))
        {
            composition["title"] = $"{words}. {(string?)composition["title"]}";
            if (composition["section"] is JsonArray { Count: > 0 } sections && sections[0]!["text"] is JsonObject text && (string?)text["div"] is { } div)
            {
                text["div"] = div.Insert(div.IndexOf('>', StringComparison.Ordinal) + 1, $"<p><b>{words}.</b></p>");
            }
        }

        var stamped = JsonSerializer.SerializeToUtf8Bytes(bundle, Compact);
        var (read, issues) = IncomingBundle.Read(stamped);
        return body with
        {
            Json = stamped,
            Title = $"{words}. {body.Title}",
            Issues = read is null ? [.. issues] : [.. body.Issues, .. ConformanceCheck.Of(read).Where(i => i.Severity == IssueSeverity.Error)],
        };
    }
}
