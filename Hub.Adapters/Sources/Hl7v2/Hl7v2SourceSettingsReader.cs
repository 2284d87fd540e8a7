using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>Reads and checks the settings of a source that speaks HL7 v2; each problem names the field and what would be right.</summary>
public static class Hl7v2SourceSettingsReader
{
    /// <summary>The protocol name in partner files.</summary>
    public const string Protocol = "hl7v2";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip, // an element keeps the comments of the file it was read from
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>What is wrong with the file's settings; empty when nothing is.</summary>
    public static IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => Read(partner).Problems;

    /// <returns>The source, or null and at least one problem.</returns>
    public static (Hl7v2Source? Source, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        ArgumentNullException.ThrowIfNull(partner);
        if (partner.Settings.ValueKind != JsonValueKind.Object)
        {
            return (null, [new PartnerProblem("settings", "The HL7 v2 settings are missing.", "an object with match and rules")]);
        }

        Hl7v2SourceSettings settings;
        try
        {
            settings = partner.Settings.Deserialize<Hl7v2SourceSettings>(Json)!;
        }
        catch (JsonException ex)
        {
            var field = "settings" + (ex.Path?.TrimStart('$') is { Length: > 0 } path ? path : "");
            return (null, [new PartnerProblem(field, ex.Message.Split(" Path:")[0], "a field of the HL7 v2 source settings, of the right type")]);
        }

        var organisation = partner.Organisation ?? (OdsCode.TryParse(settings.Match.SendingFacility, out var facility) ? facility : null);
        List<PartnerProblem> problems = [.. CheckValues(settings), .. CheckRules(settings), .. CheckTeams(settings), .. Hl7v2SenderRulesCheck.Find(settings)];
        if (organisation is null)
        {
            problems.Add(new("organisation", "Episodes are numbered by an organisation, and MSH-4 of this sender is no ODS code.", "the trust's ODS code"));
        }

        return problems.Count == 0 ? (new Hl7v2Source(partner.Id, organisation!, settings) { Access = partner.Access }, []) : (null, problems);
    }

    private static IEnumerable<PartnerProblem> CheckValues(Hl7v2SourceSettings settings)
    {
        if (settings.Match.SendingApplication.Length == 0)
        {
            yield return new("settings.match.sendingApplication", "It is empty.", "the first component of MSH-3");
        }

        if (settings.Match.SendingFacility.Length == 0)
        {
            yield return new("settings.match.sendingFacility", "It is empty.", "the first component of MSH-4");
        }

        if (settings.Charset.Mode is not ("respect" or "force"))
        {
            yield return new("settings.charset.mode", "It is not known.", "respect or force");
        }

        if (Hl7Charset.Find(settings.Charset.Name) is null)
        {
            yield return new("settings.charset.name", "The character set is not known.", "a name of HL7 table 0211, such as UNICODE UTF-8 or 8859/1");
        }

        if (settings.DefaultZone != "Europe/London")
        {
            yield return new("settings.defaultZone", "Only one zone is supported.", "Europe/London");
        }

        if (settings.AckOnConflict is not ("AA" or "AE"))
        {
            yield return new("settings.ackOnConflict", "It is not known.", "AA or AE");
        }

        if (settings.MaxMessageBytes is < 1_024 or > 67_108_864)
        {
            yield return new("settings.maxMessageBytes", "It is out of range.", "1024 to 67108864");
        }

        if (settings.ProcessingIds.Count == 0)
        {
            yield return new("settings.processingIds", "It is empty: every message would be refused.", "P, and T or D for a test partner only");
        }
    }

    private static IEnumerable<PartnerProblem> CheckRules(Hl7v2SourceSettings settings)
    {
        if (settings.Rules.Count == 0)
        {
            yield return new("settings.rules", "It is empty: every message would be set aside.", "at least one rule of kind crt or ward");
        }

        for (var i = 0; i < settings.Rules.Count; i++)
        {
            foreach (var path in settings.Rules[i].When.Keys.Where(p => !Hl7Path.TryParse(p, out _)))
            {
                yield return new($"settings.rules[{i}].when", $"'{path}' is no field path.", Hl7Path.Expected);
            }
        }
    }

    private static IEnumerable<PartnerProblem> CheckTeams(Hl7v2SourceSettings settings)
    {
        foreach (var (code, team) in settings.Teams.Where(t => t.Value.Ods is not null && !OdsCode.TryParse(t.Value.Ods, out _)))
        {
            yield return new($"settings.teams.{code}.ods", "It is no ODS code.", "three to twelve letters and digits");
        }

        foreach (var (name, path) in new[] { ("teamField", settings.TeamField), ("priorTeamField", settings.PriorTeamField) }.Where(f => !Hl7Path.TryParse(f.Item2, out _)))
        {
            yield return new($"settings.{name}", $"'{path}' is no field path.", Hl7Path.Expected);
        }

        foreach (var (name, place) in new[] { ("cmht", settings.Cmht), ("ward", settings.Ward) })
        {
            if (place?.Field is { } field && !Hl7Path.TryParse(field, out _))
            {
                yield return new($"settings.{name}.field", "It is no field path.", Hl7Path.Expected);
            }

            if (place?.Default is { } code && !settings.Teams.ContainsKey(code))
            {
                yield return new($"settings.{name}.default", "The team is not in the table of teams.", "a code listed in settings.teams");
            }
        }
    }
}
