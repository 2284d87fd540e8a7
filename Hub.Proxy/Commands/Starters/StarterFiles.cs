using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Fhir.Bundles;

namespace Hub.Proxy.Commands.Starters;

/// <summary>What is known of a partner before its file exists.</summary>
internal sealed record NewPartner
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Protocol { get; init; }
    public required string Organisation { get; init; }
    public Audience? Audience { get; init; }
    public IReadOnlyList<string> Serves { get; init; } = [];

    /// <summary>ODS code of the trust that the hub works for.</summary>
    public required string HubOrganisation { get; init; }

    /// <summary>What its editor is to find the schema at.</summary>
    public required string Schema { get; init; }
}

/// <summary>The commented files that <c>hub partner new</c> begins a partner with: one a protocol, and a first sample.</summary>
internal static partial class StarterFiles
{
    private const string Prefix = "starters/";

    private static readonly Assembly Here = typeof(StarterFiles).Assembly;

    /// <summary>Protocols that a source may be begun with.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. Names().Where(n => Samples(n).Any()).Order(StringComparer.Ordinal)];

    /// <summary>Protocols that a recipient may be begun with.</summary>
    public static IReadOnlyList<string> Recipients { get; } = [.. Names().Where(n => !Samples(n).Any()).Order(StringComparer.Ordinal)];

    public static string PartnerFile(NewPartner partner) => Filled($"{Prefix}{partner.Protocol}.json", partner);

    /// <summary>The file name and content of a first sample.</summary>
    public static (string Name, string Content) Sample(NewPartner partner)
    {
        var own = Samples(partner.Protocol).FirstOrDefault() ?? Prefix + "recipient.in.json";
        return (own[(own.IndexOf(".in.", StringComparison.Ordinal) + 1)..], Filled(own, partner));
    }

    private static IEnumerable<string> Names() => Here.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".json", StringComparison.Ordinal) && !n.Contains(".in.", StringComparison.Ordinal))
        .Select(n => n[Prefix.Length..^".json".Length]);

    private static IEnumerable<string> Samples(string protocol) =>
        Here.GetManifestResourceNames().Where(n => n.StartsWith($"{Prefix}{protocol}.in.", StringComparison.Ordinal));

    private static string Filled(string resource, NewPartner partner)
    {
        using var reader = new StreamReader(Here.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not in this build."));
        var code = partner.Serves.Count > 0 ? partner.Serves[0] : partner.Organisation;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["id"] = partner.Id,
            ["name"] = partner.Name,
            ["organisation"] = partner.Organisation,
            ["application"] = partner.Id.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant(),
            ["audience"] = partner.Audience?.ToString().ToLowerInvariant() ?? "",
            ["schema"] = partner.Schema,
            ["hub"] = partner.HubOrganisation,
            ["practice"] = partner.Audience == Audience.Gp ? code : "Y12345",
            ["cmht"] = partner.Audience == Audience.Cmht ? code : "CMHT1",
            ["ward"] = partner.Audience == Audience.Ward ? code : "WARD1",
        };
        var text = Placeholder().Replace(reader.ReadToEnd(), m =>
            m.Groups["name"].Value == "serves" ? string.Join(", ", partner.Serves.Select(s => JsonSerializer.Serialize(s))) : InJson(values[m.Groups["name"].Value]));
        return text.ReplaceLineEndings("\n"); // HL7 v2 too: the reader takes it, and so does an editor
    }

    // As it stands between quotes; in a comment it reads the same but for quotes and backslashes.
    private static string InJson(string value) => JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    [GeneratedRegex(@"\{\{(?<name>[a-z]+)\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
