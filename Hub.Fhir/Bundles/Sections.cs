using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Small builders of sections.</summary>
internal static class Sections
{
    public static Section Facts(Heading heading, string title, IEnumerable<(string Label, string? Value)> facts, IReadOnlyList<string>? entries = null, IReadOnlyList<string>? lines = null) =>
        new(heading, title, NarrativeRenderer.Render("sections/facts", new Dictionary<string, object?>
        {
            ["facts"] = facts.Where(f => !string.IsNullOrWhiteSpace(f.Value))
                .Select(f => new Dictionary<string, object?> { ["label"] = f.Label, ["value"] = f.Value }).ToList(),
            ["lines"] = lines ?? [],
        }), entries ?? []);

    public static Section Items(Heading heading, string title, IReadOnlyList<string> lines, IReadOnlyList<string>? entries = null) =>
        new(heading, title, NarrativeRenderer.Render("sections/items", new Dictionary<string, object?> { ["lines"] = lines }), entries ?? []);
}
