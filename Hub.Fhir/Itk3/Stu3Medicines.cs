using System.Text.Json.Nodes;
using Hub.Fhir.Resources;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>
/// A medicine as last reported, in STU3: <c>taken</c>, which STU3 asks for, and our changes as CareConnect's MedicationChangeSummary, the one form of "what changed and why" that
/// GP systems know.
/// </summary>
internal static class Stu3Medicines
{
    /// <summary>CareConnect-MedicationChangeStatus-1 by our code. A medicine that was stopped has none: its own status says so, and the details say it in words.</summary>
    public static readonly IReadOnlyDictionary<string, string?> ChangeStatus = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["started"] = "Added",
        ["amended"] = "Amended",
        ["switched"] = "Amended",
        ["resumed"] = "Continued",
        ["continued"] = "Continued",
        ["administered"] = "Continued",
        ["on-hold"] = "On-hold",
        ["stopped"] = null,
        ["course-finished"] = null,
        ["cancelled"] = null,
        ["entered-in-error"] = null,
        ["not-understood"] = null,
    };

    public static void Prepare(JsonObject statement)
    {
        // Before the status may lose its value: the hub knows what was reported, and only of a medicine in use does that say "taken" (STU3: y | n | unk | na).
        statement["taken"] = Text(statement, "status") switch
        {
            "active" => "y",
            "on-hold" => "n",
            _ => "unk",
        };
        if (Text(statement, "status") is "unknown" or "not-taken")
        {
            Stu3Shapes.NoValue(statement, "status");
        }

        foreach (var change in Objects(statement["extension"]).Where(e => Text(e, "url") == CodeSystems.MedicationChange))
        {
            Summarise(change);
        }
    }

    private static void Summarise(JsonObject change)
    {
        var parts = Objects(change["extension"]).ToDictionary(e => Text(e, "url") ?? "");
        var status = parts["status"]["valueCodeableConcept"]!.AsObject();
        var ours = Text(Objects(status["coding"]).First(), "code")!;
        change["url"] = Stu3Names.ChangeSummary;
        change["extension"] = new JsonArray();
        if (ChangeStatus[ours] is { } theirs)
        {
            Add(change, "extension", new JsonObject { ["url"] = "status", ["valueCode"] = theirs });
        }

        if (Value(parts, "reason", "valueString") is { } reason)
        {
            Add(change, "extension", new JsonObject { ["url"] = "indicationForChange", ["valueCodeableConcept"] = new JsonObject { ["text"] = reason } });
        }

        if (Value(parts, "date", "valueDateTime") is { } date)
        {
            Add(change, "extension", new JsonObject { ["url"] = "dateChanged", ["valueDateTime"] = date });
        }

        Add(change, "extension", new JsonObject { ["url"] = "detailsOfAmendment", ["valueString"] = Details(parts, Text(status, "text")) });
    }

    /// <summary>The card's own sentence, and whatever of kind, before and after it does not say already.</summary>
    private static string Details(Dictionary<string, JsonObject> parts, string? kind)
    {
        var details = Value(parts, "description", "valueString") ?? "";
        foreach (var (label, words) in new[] { ("Change", kind), ("Before", Value(parts, "before", "valueString")), ("Now", Value(parts, "after", "valueString")) })
        {
            if (words is not null && !details.Contains(words, StringComparison.Ordinal))
            {
                details = $"{details} {label}: {words}.".TrimStart();
            }
        }

        return details;
    }

    private static string? Value(Dictionary<string, JsonObject> parts, string url, string name) => parts.TryGetValue(url, out var part) ? Text(part, name) : null;
}
