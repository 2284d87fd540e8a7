using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Fhir.Events;

namespace Hub.Fhir.Medicines;

/// <summary>Reads monitoring rules from data files, and says which checks of an enabled rule nobody has spoken of.</summary>
public static class MonitoringRules
{
    private const string Prefix = "profiles/rules/";

    // An unknown member is an error: a field the schema does not have, such as a dose limit, must not be there at all.
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The rules shipped with the hub, all disabled.</summary>
    public static IReadOnlyList<MonitoringRule> Shipped { get; } = LoadShipped();

    /// <exception cref="JsonException">The file is no rule, or has a member that a rule cannot have.</exception>
    public static MonitoringRule Read(ReadOnlySpan<byte> json)
    {
        var rule = JsonSerializer.Deserialize<MonitoringRule>(json, Strict) ?? throw new JsonException("null is not a rule");
        return rule.AppliesTo.Count > 0 && rule.Checks.Count > 0
            ? rule
            : throw new JsonException("a rule names at least one medicine and one check");
    }

    /// <summary>The enabled rules that a line falls under.</summary>
    public static IEnumerable<MonitoringRule> For(MedicineLine line, IEnumerable<MonitoringRule> rules) => rules.Where(r =>
        r.Enabled
        && r.Triggers.Contains(JsonNamingPolicy.KebabCaseLower.ConvertName(line.Action.ToString()))
        && r.AppliesTo.Any(word => line.Medicine.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Checks of the enabled rules that the line does not name: facts for a person, with the rule's source.</summary>
    public static IEnumerable<string> Missing(MedicineLine line, IEnumerable<MonitoringRule> rules) => For(line, rules)
        .SelectMany(r => r.Checks.Select(c => (Rule: r, Check: c)))
        .Where(p => !line.Monitoring.Any(m => (p.Check.Snomed is { } code && m.Check.Code == code) || m.Check.Text.Contains(p.Check.Text, StringComparison.OrdinalIgnoreCase)))
        .Select(p => $"{line.Medicine.Text}: {p.Check.Text} is not among the checks sent (rule {p.Rule.Id}; source {p.Rule.Source}).");

    private static List<MonitoringRule> LoadShipped()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var rules = new List<MonitoringRule>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            rules.Add(Read(bytes));
        }

        return rules;
    }
}
