using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;
using Hub.Proxy.Routing;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Intake;

/// <summary>The trust's monitoring rules as their files in one folder say: read at start and never while running, so that one run composes by one book.</summary>
public sealed class MonitoringRuleBook
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 };

    private MonitoringRuleBook(IReadOnlyList<MonitoringRule> rules, IReadOnlyList<PartnerProblem> problems) => (All, Enabled, Problems) = (rules, [.. rules.Where(r => r is { Enabled: true, Signature: not null })], problems);

    /// <summary>Every rule without fault, in the order of its id.</summary>
    public IReadOnlyList<MonitoringRule> All { get; }

    /// <summary>The rules that a named pharmacist has signed and enabled.</summary>
    public IReadOnlyList<MonitoringRule> Enabled { get; }

    /// <summary>What is wrong, by file, line and field.</summary>
    public IReadOnlyList<PartnerProblem> Problems { get; }

    /// <summary>The published JSON Schema of a rule file.</summary>
    public static JsonObject Schema { get; } = ComposeSchema();

    /// <summary>Reads the folder; an empty book where there is none.</summary>
    public static MonitoringRuleBook Open(string? folder, TimeProvider time)
    {
        var rules = new SortedDictionary<string, MonitoringRule>(StringComparer.Ordinal);
        var problems = new List<PartnerProblem>();
        foreach (var path in folder is null ? Enumerable.Empty<string>() : Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var (rule, faults) = Read(Path.GetFileName(path), File.ReadAllBytes(path), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
            problems.AddRange(faults);
            if (rule is not null && faults.Count == 0)
            {
                rules[rule.Id] = rule; // the id is the file's name, so that none comes twice
            }
        }

        return new([.. rules.Values], problems);
    }

    private static (MonitoringRule? Rule, IReadOnlyList<PartnerProblem> Problems) Read(string fileName, byte[] bytes, DateOnly today)
    {
        if (!JsonDocumentReader.TryRead(bytes, Lenient, out var document, out var where, out var why))
        {
            return (null, [new("", $"{why} ({where})", "One JSON object; comments and trailing commas are allowed.") { File = fileName, Line = 1 }]);
        }

        var lines = JsonLines.Read(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsSpan(3) : bytes);
        var (rule, problems) = Judge(fileName, document, today);
        return (rule, [.. problems.Select(p => p with { File = fileName, Line = lines.LineOf(p.Field) })]);
    }

    private static (MonitoringRule? Rule, IReadOnlyList<PartnerProblem> Problems) Judge(string fileName, JsonElement document, DateOnly today)
    {
        var form = new SchemaCheck(Schema).Find(document).Select(i => new PartnerProblem(i.Pointer, i.Text, i.Expected)).ToList();
        if (form.Count > 0)
        {
            return (null, form);
        }

        var file = JsonObject.Create(document)!;
        file.Remove("$schema");
        try
        {
            var rule = file.Deserialize<MonitoringRule>(MonitoringRules.Json)!;
            return (rule, [.. MonitoringRules.Faults(rule).Select(f => new PartnerProblem(f.Pointer, f.Text, f.Expected)), .. Meaning(fileName, rule, today)]);
        }
        catch (JsonException)
        {
            return (null, [new("/signature/signedOn", "There is no such date.", "A date, such as 2026-05-03.")]); // all else the schema has seen
        }
    }

    private static IEnumerable<PartnerProblem> Meaning(string fileName, MonitoringRule rule, DateOnly today)
    {
        if (fileName != rule.Id + ".json")
        {
            yield return new("/id", "The id and the file's name differ.", $"Name the file {rule.Id}.json, or write the id {Path.GetFileNameWithoutExtension(fileName)}.");
        }

        // A day to spare: the signer's calendar may be ahead of UTC.
        if (rule.Signature?.SignedOn > today.AddDays(1))
        {
            yield return new("/signature/signedOn", "The rule is signed on a day that has not come.", "The day on which the pharmacist signed.");
        }
    }

    private static JsonObject ComposeSchema()
    {
        var changes = new Dictionary<string, SchemaChange>(StringComparer.Ordinal)
        {
            ["MonitoringRule.enabled"] = new() { Description = "True only with a signature." },
            ["MonitoringRule.signature"] = new() { Description = "The pharmacist who answers for this rule." },
            ["MonitoringInterval.after"] = new() { Instead = new() { ["type"] = "string", ["enum"] = new JsonArray("start", "stop") }, Description = "What the days are counted from." },
        };
        var schema = new SchemaComposer(MonitoringRules.Json, changes).Compose(typeof(MonitoringRule), CodeSystems.Canonical + "/schemas/monitoring-rule.schema.json", "A monitoring rule");
        ((JsonObject)schema["properties"]!).Insert(0, "$schema", new JsonObject { ["type"] = "string", ["description"] = "For editors; not read." });
        return schema;
    }
}

/// <summary>Stops the process over a rule that is not right: half a rule book is worse than none, because it looks whole.</summary>
internal sealed class MonitoringRulesValidator(TimeProvider time) : IValidateOptions<HubOptions>
{
    public ValidateOptionsResult Validate(string? name, HubOptions options)
    {
        if (options.RulesDirectory is { } folder && !Directory.Exists(folder))
        {
            return ValidateOptionsResult.Fail($"Hub:RulesDirectory: there is no folder {Path.GetFullPath(folder)}.");
        }

        var problems = MonitoringRuleBook.Open(options.RulesDirectory, time).Problems;
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(p => $"Hub:RulesDirectory: {p.File}, line {p.Line}, {(p.Field.Length == 0 ? "the file" : p.Field)}: {p.Text} {p.Expected}"));
    }
}
