using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Fhir.Bundles;

namespace Hub.Proxy.Routing;

/// <summary>One partner file as read: the partner, or what is wrong with the file.</summary>
public sealed record PartnerReading(string FileName, PartnerFile? Partner, IReadOnlyList<PartnerProblem> Problems);

/// <summary>Reads one partner file and names everything wrong with it by file, line and field. Knows nothing of other files.</summary>
public sealed class PartnerFileReader(IEnumerable<IPartnerSettingsCheck> checks, Func<string, string?> environment)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 };
    private readonly IReadOnlyList<IPartnerSettingsCheck> checks = [.. checks];

    public PartnerReading Read(string fileName, ReadOnlyMemory<byte> bytes)
    {
        if (!JsonDocumentReader.TryRead(bytes, Lenient, out var document, out var where, out var why))
        {
            return new(fileName, null, [new("", $"{why} ({where})", "One JSON object; comments and trailing commas are allowed.") { File = fileName, Line = LineIn(where) }]);
        }

        var text = bytes.Span is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
        var lines = JsonLines.Read(text.Span);
        var (partner, problems) = Judge(fileName, document);
        return new(
            fileName,
            problems.Count == 0 ? partner! with { Hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) } : null,
            [.. problems.Select(p => p with { File = fileName, Line = lines.LineOf(p.Field) })]);
    }

    private (PartnerFile? Partner, IReadOnlyList<PartnerProblem> Problems) Judge(string fileName, JsonElement document)
    {
        // A repeated field would be lost on the way into an object that can be changed, so the form is checked first.
        var asWritten = Form(document);
        if (document.ValueKind != JsonValueKind.Object || asWritten.Count > 0)
        {
            return (null, asWritten);
        }

        var file = JsonObject.Create(document)!;
        var references = PartnerReferences.Resolve(file, environment);
        if (references.Count > 0)
        {
            return (null, references);
        }

        file.Remove("$schema");
        file["settings"] ??= new JsonObject(); // so that every protocol reads an object
        var resolved = file.Deserialize<JsonElement>();
        var form = Form(resolved); // again: what the environment put in is held to the same rules
        if (form.Count > 0)
        {
            return (null, form);
        }

        var partner = resolved.Deserialize<PartnerFile>(PartnerFileSchema.Json)!;
        return (partner, [.. Meaning(fileName, partner), .. Settings(partner)]);
    }

    // A protocol's or audience's code may hold a ${env:} reference, so a form issue on such a text waits until it is resolved.
    private static List<PartnerProblem> Form(JsonElement document) =>
    [
        .. new SchemaCheck(PartnerFileSchema.Schema).Find(document)
            .Where(i => !IsReference(document, i.Pointer))
            .Select(i => new PartnerProblem(i.Pointer, i.Text, i.Expected)),
    ];

    private static bool IsReference(JsonElement document, string pointer) =>
        pointer.Count(c => c == '/') == 1 && document.TryGetProperty(pointer[1..], out var value)
        && value.ValueKind == JsonValueKind.String && value.GetString()!.Contains("${env:", StringComparison.Ordinal);

    private static IEnumerable<PartnerProblem> Meaning(string fileName, PartnerFile partner)
    {
        if (fileName != partner.Id + ".json")
        {
            yield return new("/id", "The id and the file's name differ.", $"Name the file {partner.Id}.json, or write the id {Path.GetFileNameWithoutExtension(fileName)}.");
        }

        if (partner is { Role: PartnerRole.Recipient, Audience: null })
        {
            yield return new("/audience", "A recipient has no audience.", "Add audience: one of gp, cmht, ward.");
        }

        if (partner is { Role: PartnerRole.Source, Audience: not null } or { Role: PartnerRole.Source, Serves.Count: > 0 })
        {
            yield return new(partner.Audience is null ? "/serves" : "/audience", "A source has no audience and serves nobody.", "Take the field out, or write role recipient.");
        }

        if (partner is { Role: PartnerRole.Recipient, Organisation: null, Serves.Count: 0 })
        {
            yield return new("/serves", "Nothing says whom this recipient stands for.", "Add organisation (ODS code), or serves with the codes of its practices, teams or wards.");
        }

        foreach (var i in Enumerable.Range(0, partner.Serves.Count).Where(i => string.IsNullOrWhiteSpace(partner.Serves[i])))
        {
            yield return new($"/serves/{i}", "A code is blank.", "Write the code, or take the entry out.");
        }

        if (partner is { Audience: Audience.Gp, Organisation.NamesNoPractice: true } || partner.Serves.Any(s => s.ToUpperInvariant() is "V81997" or "V81998" or "V81999"))
        {
            yield return new(partner.Organisation?.NamesNoPractice == true ? "/organisation" : "/serves", "V81997, V81998 and V81999 name no practice; nothing may be sent there.", "Take the code out.");
        }
    }

    private IReadOnlyList<PartnerProblem> Settings(PartnerFile partner)
    {
        var check = checks.FirstOrDefault(c => c.Protocol == partner.Protocol && c.Role == partner.Role);
        if (check is null)
        {
            var known = checks.Where(c => c.Role == partner.Role).Select(c => c.Protocol).Order(StringComparer.Ordinal).ToList();
            var nearest = NearestName.Find(partner.Protocol, known);
            return [new("/protocol", "No adapter speaks this protocol in this role.", (nearest is null ? "" : $"Did you mean {nearest}? ") + $"Known: {string.Join(", ", known)}.")];
        }

        try
        {
            return [.. check.Check(partner).Select(p => p with { Field = Rooted(p.Field) })];
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or FormatException or NotSupportedException or ArgumentException)
        {
            // One partner's settings must never stop the others from loading.
            return [new("/settings", $"The settings could not be read as those of {partner.Protocol}.", "Compare them with the protocol's guide.")];
        }
    }

    private static string Rooted(string field) => field.StartsWith('/')
        ? field
        : "/settings/" + field.Replace("settings.", "", StringComparison.Ordinal).Replace('.', '/');

    private static int LineIn(string where) =>
        where.StartsWith("line ", StringComparison.Ordinal) && int.TryParse(where[5..].Split(',')[0], out var line) ? line : 1;
}
