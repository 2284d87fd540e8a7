using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Schemas;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Bundles;
using Hub.Proxy.Access;
using Hub.Proxy.Gateway;

namespace Hub.Proxy.Routing;

/// <summary>One partner file as read: the partner, or what is wrong with the file.</summary>
public sealed record PartnerReading(string FileName, PartnerFile? Partner, IReadOnlyList<PartnerProblem> Problems)
{
    /// <summary>SHA-256 of the file and its overlay, faulty or not.</summary>
    public string? Hash { get; init; }

    /// <summary>The file with its overlay as JSON, references not yet resolved; null where it is no JSON object.</summary>
    public string? Written { get; init; }

    public string Id => Path.GetFileNameWithoutExtension(FileName);
}

/// <summary>Reads one partner file and names everything wrong with it by file, line and field. Knows nothing of other files.</summary>
public sealed partial class PartnerFileReader(IEnumerable<IPartnerSettingsCheck> checks, Func<string, string?> environment, Func<PartnerFile, PartnerProblem?>? selfTest = null)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 };
    // Two weeks: longer, and nobody would call it a feed.
    private const int MostSilence = 14 * 24 * 60;

    private readonly IReadOnlyList<IPartnerSettingsCheck> checks = [.. checks];

    /// <param name="fileName">The file's name in the folder.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="overlayName">Name of the overlay of the environment; null for none.</param>
    /// <param name="overlayBytes">The overlay's content.</param>
    public PartnerReading Read(string fileName, ReadOnlyMemory<byte> bytes, string? overlayName = null, ReadOnlyMemory<byte> overlayBytes = default)
    {
        var hash = Convert.ToHexStringLower(overlayName is null ? SHA256.HashData(bytes.Span) : SHA256.HashData([.. bytes.Span, .. overlayBytes.Span]));
        if (!JsonDocumentReader.TryRead(bytes, Lenient, out var document, out var where, out var why))
        {
            var broken = new PartnerProblem("", $"{why} ({where})", "One JSON object; comments and trailing commas are allowed.") { File = fileName, Line = LineIn(where) };
            return new(fileName, null, [broken]) { Hash = hash };
        }

        PartnerProblem? unread = null;
        var overlay = overlayName is null ? null : PartnerOverlay.Read(overlayName, overlayBytes, out unread);
        if (unread is not null)
        {
            return new(fileName, null, [unread]) { Hash = hash };
        }

        var text = bytes.Span is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
        var lines = JsonLines.Read(text.Span);
        var (partner, problems, written) = Judge(fileName, document, overlay);
        partner = problems.Count == 0 ? partner! with { Hash = hash } : null;
        if (partner is not null && selfTest?.Invoke(partner) is { } failed)
        {
            (partner, problems) = (null, [failed]);
        }

        return new(fileName, partner, [.. problems.Select(p => overlay?.LineOf(p.Field) is { } line ? p with { File = overlayName, Line = line } : p with { File = fileName, Line = lines.LineOf(p.Field) })])
        {
            Hash = hash, Written = written,
        };
    }

    private (PartnerFile? Partner, IReadOnlyList<PartnerProblem> Problems, string? Written) Judge(string fileName, JsonElement document, PartnerOverlay? overlay)
    {
        // A repeated field would be lost on the way into an object that can be changed, so the form is checked first.
        var asWritten = Form(document);
        if (document.ValueKind != JsonValueKind.Object || (asWritten.Count > 0 && overlay is null))
        {
            return (null, asWritten, null);
        }

        if (asWritten.Count > 0 && PartnerOverlay.HasRepeatedName(document))
        {
            return (null, asWritten, null);
        }

        var file = JsonObject.Create(document)!;
        overlay?.ApplyTo(file);
        file.Remove("$schema");
        var written = file.ToJsonString();
        var references = PartnerReferences.Resolve(file, environment);
        if (references.Count > 0)
        {
            return (null, references, written);
        }

        file["settings"] ??= new JsonObject(); // so that every protocol reads an object
        var resolved = file.Deserialize<JsonElement>();
        var form = Form(resolved); // again: what the overlay and the environment put in is held to the same rules
        if (form.Count > 0)
        {
            return (null, form, written);
        }

        var partner = resolved.Deserialize<PartnerFile>(PartnerFileSchema.Json)!;
        List<PartnerProblem> settings = [.. Settings(partner)];
        return (partner, [.. Meaning(fileName, partner), .. settings, .. GatewaySettings.Check(partner), .. AccessCheck.Find(partner), .. StatusToCheck.Find(partner), .. settings.Count == 0 ? ResponseAccess(partner) : []], written);
    }

    // A source knows nothing of how the hub calls others, so that how its answers are posted is judged here.
    private static IReadOnlyList<PartnerProblem> ResponseAccess(PartnerFile partner) =>
        partner is { Role: PartnerRole.Source, Protocol: FhirMessageReader.Protocol } && FhirMessageSettings.Of(partner) is var settings
            ? FhirResponseSender.Check(settings.ResponseAccess, settings.ResponseUrls) : [];

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

        if (partner is { Role: PartnerRole.Source, Protocol: Hl7v2SourceSettingsReader.Protocol, OnInvalid: InvalidPolicy.Reject })
        {
            yield return new("/onInvalid", "HL7 v2 is refused only where it is no HL7 or names no patient (clinical rule 4).", "Write quarantine or warn.");
        }

        if (partner is { Role: PartnerRole.Recipient, Organisation: null, Serves.Count: 0 })
        {
            yield return new("/serves", "Nothing says whom this recipient stands for.", "Add organisation (ODS code), or serves with the codes of its practices, teams or wards.");
        }

        if (partner is { Role: PartnerRole.Source, Mode: PartnerMode.Shadow })
        {
            yield return new("/mode", "Only a recipient can be in shadow mode: nothing is sent to a source.", "Take the field out.");
        }

        foreach (var problem in SilenceProblems(partner))
        {
            yield return problem;
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

    private static IEnumerable<PartnerProblem> SilenceProblems(PartnerFile partner)
    {
        if (partner is { Role: PartnerRole.Recipient, Silence: not null })
        {
            yield return new("/silence", "A recipient sends no feed that could fall silent.", "Take the field out.");
        }

        if (partner.Silence?.AfterMinutes is < 1 or > MostSilence)
        {
            yield return new("/silence/afterMinutes", "It is out of range.", $"1 to {MostSilence} minutes.");
        }

        foreach (var (hours, i) in (partner.Silence?.Hours ?? []).Select((h, i) => (h, i)))
        {
            if (hours.AfterMinutes is < 1 or > MostSilence)
            {
                yield return new($"/silence/hours/{i}/afterMinutes", "It is out of range.", $"1 to {MostSilence} minutes.");
            }

            if (hours.FromHour is < 0 or > 23 || hours.ToHour is < 1 or > 24 || hours.ToHour <= hours.FromHour)
            {
                yield return new($"/silence/hours/{i}/toHour", "These are no hours of a day.", "fromHour 0 to 23 and toHour after it, at most 24; a night is two rows.");
            }
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

    // Some checks name a field as JSON paths do (settings.rules[0].when): the same place as a JSON Pointer.
    private static string Rooted(string field) => field.StartsWith('/')
        ? field
        : "/" + PathStep().Replace(field.StartsWith("settings", StringComparison.Ordinal) || field is "organisation" ? field : "settings." + field, m => "/" + m.Groups["step"].Value);

    [GeneratedRegex(@"\['(?<step>[^']*)'\]|\[(?<step>\d+)\]|\.(?<step>[^.\[]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex PathStep();

    internal static int LineIn(string where) =>
        where.StartsWith("line ", StringComparison.Ordinal) && int.TryParse(where[5..].Split(',')[0], out var line) ? line : 1;
}
