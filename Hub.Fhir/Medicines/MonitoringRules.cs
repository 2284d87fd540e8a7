using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Fhir.Events;

namespace Hub.Fhir.Medicines;

/// <summary>Reads monitoring rules from data files, and says which of them speak of a medicine.</summary>
public static class MonitoringRules
{
    private const string Prefix = "profiles/rules/";

    private static readonly HashSet<string> Actions = [.. Enum.GetNames<MedicineAction>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    /// <summary>An unknown member is an error: a field the schema does not have, such as a dose limit, must not be there at all.</summary>
    public static JsonSerializerOptions Json { get; } = Strict();

    /// <summary>The rules shipped with the hub, all disabled.</summary>
    public static IReadOnlyList<MonitoringRule> Shipped { get; } = LoadShipped();

    /// <exception cref="JsonException">The file is no rule, has a member that a rule cannot have, or is enabled without a signature.</exception>
    public static MonitoringRule Read(ReadOnlySpan<byte> json)
    {
        var rule = JsonSerializer.Deserialize<MonitoringRule>(json, Json) ?? throw new JsonException("null is not a rule");
        return Faults(rule).FirstOrDefault() is { Text: { } fault } ? throw new JsonException(fault) : rule;
    }

    /// <summary>What a schema cannot say of a rule, each with its JSON Pointer and what would be right.</summary>
    public static IEnumerable<(string Pointer, string Text, string Expected)> Faults(MonitoringRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.AppliesTo.Count == 0 || rule.AppliesTo.Any(string.IsNullOrWhiteSpace))
        {
            yield return ("/appliesTo", "A rule names at least one medicine, and none is blank.", "Write words that the medicine's name holds.");
        }

        if (rule.Checks.Count == 0)
        {
            yield return ("/checks", "A rule names at least one check.", "Write the check, or take the file out.");
        }

        foreach (var i in Enumerable.Range(0, rule.Triggers.Count).Where(i => !Actions.Contains(rule.Triggers[i])))
        {
            yield return ($"/triggers/{i}", "No change of a medicine has this name.", $"One of {string.Join(", ", Actions)}.");
        }

        // Clinical rules 10 and 25: intervals rest on memory until a named pharmacist has signed them.
        if (rule is { Enabled: true, Signature: null })
        {
            yield return ("/enabled", "A rule without a signature cannot be enabled.", "Add signature with name, role and signedOn of the pharmacist who answers for it.");
        }

        if (rule.Signature is { } signature && (string.IsNullOrWhiteSpace(signature.Name) || string.IsNullOrWhiteSpace(signature.Role)))
        {
            yield return ("/signature", "The signature has no name or no role.", "Write both, or take the signature out.");
        }
    }

    /// <summary>The enabled rules that speak of a line because of what was done to it.</summary>
    public static IEnumerable<MonitoringRule> For(MedicineLine line, IEnumerable<MonitoringRule> rules) =>
        Naming(line, rules).Where(r => r.Triggers.Contains(JsonNamingPolicy.KebabCaseLower.ConvertName(line.Action.ToString())));

    /// <summary>The enabled rules that name a medicine, whatever was done to it.</summary>
    public static IEnumerable<MonitoringRule> Naming(MedicineLine line, IEnumerable<MonitoringRule> rules) => rules.Where(r =>
        r is { Enabled: true, Signature: not null } && r.AppliesTo.Any(word => line.Medicine.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The checks that a rule asks for: those counted from the stop where the medicine was stopped, else all the others.</summary>
    public static IEnumerable<MonitoringRuleCheck> Checks(MonitoringRule rule, bool stopped) =>
        rule.Checks.Where(c => stopped ? c.Schedule.Any(s => s.After == "stop") : c.Schedule.Count == 0 || c.Schedule.Any(s => s.After != "stop"));

    private static JsonSerializerOptions Strict()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNameCaseInsensitive = false,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            NumberHandling = JsonNumberHandling.Strict,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static List<MonitoringRule> LoadShipped()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var rules = new List<MonitoringRule>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && !n[Prefix.Length..].Contains('/')).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            rules.Add(Read(bytes));
        }

        return rules;
    }
}
