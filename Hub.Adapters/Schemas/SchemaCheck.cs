using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Fhir.Events;

namespace Hub.Adapters.Schemas;

/// <summary>One thing in a document that its schema does not allow. Never the value that was written.</summary>
/// <param name="Code">Stable name: wrong-type, missing-field, unknown-field, unknown-value, impossible-date ...</param>
/// <param name="Pointer">JSON Pointer (RFC 6901) of the place; <c>""</c> is the whole document.</param>
public sealed record SchemaIssue(string Code, string Pointer, string Text, string Expected);

/// <summary>
/// Holds a document against a schema of <see cref="SchemaComposer"/> and names everything wrong with it, not only the first thing.
/// </summary>
public sealed class SchemaCheck(JsonObject schema)
{
    private const int MaxIssues = 100; // a hostile document gets an answer of bounded size
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(200);

    public IReadOnlyList<SchemaIssue> Find(JsonElement document)
    {
        var issues = new List<SchemaIssue>();
        Check(document, schema, "", issues);
        return issues;
    }

    private void Check(JsonElement value, JsonObject rule, string at, List<SchemaIssue> issues)
    {
        if (issues.Count >= MaxIssues)
        {
            return;
        }

        rule = Resolve(rule, value);
        var allowed = TypesOf(rule);
        if (!allowed.Contains(TypeOf(value)) && !(allowed.Contains("number") && TypeOf(value) == "integer"))
        {
            issues.Add(new("wrong-type", at, $"This is {Named(TypeOf(value))} where {Named(allowed[0])} belongs.", $"Write {Named(allowed[0])}."));
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(value, rule, at, issues);
                break;
            case JsonValueKind.Array:
                CheckArray(value, rule, at, issues);
                break;
            case JsonValueKind.String:
                CheckText(value.GetString()!, rule, at, issues);
                break;
            case JsonValueKind.Number:
                CheckNumber(value, rule, at, issues);
                break;
        }
    }

    private void CheckObject(JsonElement value, JsonObject rule, string at, List<SchemaIssue> issues)
    {
        if (rule["properties"] is not JsonObject properties)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject().TakeWhile(_ => issues.Count < MaxIssues))
        {
            var place = at + "/" + Escape(member.Name);
            if (!seen.Add(member.Name))
            {
                issues.Add(new("repeated-field", place, "This field stands twice in one object.", "Write it once: which of the two counts cannot be known."));
            }
            else if (properties[member.Name] is JsonObject inner)
            {
                Check(member.Value, inner, place, issues);
            }
            else
            {
                issues.Add(Unknown(member.Name, place, properties));
            }
        }

        foreach (var name in (rule["required"] as JsonArray ?? []).Select(n => n!.GetValue<string>()).Where(n => !seen.Contains(n)))
        {
            issues.Add(new("missing-field", at + "/" + name, $"The field {name} is missing.", $"Add {name}: {Describe((JsonObject)properties[name]!)}."));
        }
    }

    private void CheckArray(JsonElement value, JsonObject rule, string at, List<SchemaIssue> issues)
    {
        if (rule["minItems"] is JsonValue least && value.GetArrayLength() < least.GetValue<int>())
        {
            issues.Add(new("empty-list", at, "The list is empty.", "Put at least one entry in it."));
        }

        var index = 0;
        foreach (var item in value.EnumerateArray().TakeWhile(_ => issues.Count < MaxIssues))
        {
            Check(item, (JsonObject)rule["items"]!, $"{at}/{index++}", issues);
        }
    }

    private static void CheckText(string text, JsonObject rule, string at, List<SchemaIssue> issues)
    {
        if (rule["const"] is JsonValue only && only.GetValue<string>() != text)
        {
            issues.Add(new("unknown-value", at, "Another value belongs here.", $"Write {only.GetValue<string>()}, or leave the field out."));
        }
        else if (rule["enum"] is JsonArray names && !names.Any(n => n?.GetValue<string>() == text))
        {
            issues.Add(new("unknown-value", at, "This value is not one of those known here.", "Write one of: " + string.Join(", ", names.Where(n => n is not null)) + "."));
        }
        else if (text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n')))
        {
            issues.Add(new("control-character", at, "The text holds a control character.", "Take it out; tabs and line breaks may stay."));
        }
        else if (rule["maxLength"] is JsonValue most && text.Length > most.GetValue<int>())
        {
            issues.Add(new("too-long", at, "The text is too long.", $"Write at most {most} characters."));
        }
        else if (rule["pattern"] is JsonValue pattern && !Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.CultureInvariant, PatternTimeout))
        {
            issues.Add(NotOfForm(rule, at));
        }
        else if (rule["format"]?.GetValue<string>() == ValueSchemas.ClinicalTimeFormat && !ClinicalTime.TryParseIso(text, out _))
        {
            issues.Add(new("impossible-date", at, "No calendar or clock has this date or time.", "Write one that exists; between 01:00 and 02:00 on the last Sunday of March there is none in UK time."));
        }
        else if (rule["format"]?.GetValue<string>() == "uri" && !Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            issues.Add(new("not-an-address", at, "This is no absolute address.", "Write it with its scheme, such as https://host/path."));
        }
    }

    private static SchemaIssue NotOfForm(JsonObject rule, string at) => rule["pattern"]!.GetValue<string>() == "\\S"
        ? new("blank", at, "The text is blank.", "Write it, or leave the whole entry out.")
        : rule["format"] is not null
            ? new("not-a-date", at, "This is no date or time as it is written here.", rule["description"]!.GetValue<string>())
            : new("wrong-form", at, "The text has not the form that belongs here.", $"Write it as: {rule["description"] ?? rule["pattern"]}.");

    private static void CheckNumber(JsonElement value, JsonObject rule, string at, List<SchemaIssue> issues)
    {
        if (!value.TryGetDecimal(out var number)
            || (rule["minimum"] is JsonValue least && number < least.GetValue<long>())
            || (rule["maximum"] is JsonValue most && number > most.GetValue<long>()))
        {
            issues.Add(new("out-of-range", at, "The number is out of range.", $"Write a number from {rule["minimum"]} to {rule["maximum"]}."));
        }
    }

    private static SchemaIssue Unknown(string name, string place, JsonObject properties)
    {
        var nearest = NearestName.Find(name, properties.Select(p => p.Key));
        return new("unknown-field", place, "There is no such field here.",
            nearest is null
                ? "Take it out; known here: " + string.Join(", ", properties.Select(p => p.Key)) + "."
                : $"Did you mean {nearest}? Otherwise take it out.");
    }

    /// <summary>Follows references, and of a choice between something and null takes the branch the value is on.</summary>
    private JsonObject Resolve(JsonObject rule, JsonElement value)
    {
        while (true)
        {
            if (rule["$ref"]?.GetValue<string>() is { } reference)
            {
                rule = (JsonObject)schema["$defs"]![reference["#/$defs/".Length..]]!;
            }
            else if (rule["anyOf"] is JsonArray choice)
            {
                rule = (JsonObject)choice[value.ValueKind == JsonValueKind.Null ? 1 : 0]!;
            }
            else
            {
                return rule;
            }
        }
    }

    private string Describe(JsonObject rule)
    {
        var end = Resolve(rule, default);
        return end["enum"] is JsonArray names ? "one of " + string.Join(", ", names.Where(n => n is not null))
            : end["format"]?.GetValue<string>() == ValueSchemas.ClinicalTimeFormat ? "a date or time"
            : end["properties"] is JsonObject inner ? "an object with " + string.Join(", ", (end["required"] as JsonArray)?.Select(n => n!.ToString()) ?? inner.Select(p => p.Key))
            : rule["description"]?.GetValue<string>() ?? Named(TypesOf(end)[0]);
    }

    private static string[] TypesOf(JsonObject rule) =>
        rule["type"] is JsonArray several ? [.. several.Select(t => t!.GetValue<string>())] : [rule["type"]?.GetValue<string>() ?? "string"];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        _ => "null",
    };

    private static string Named(string type) => type switch
    {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text in quotes",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "null",
    };

    private static string Escape(string name) => name.Length > 64 ? "(a name over 64 characters)" : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
