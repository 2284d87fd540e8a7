using System.Text.Json;

namespace Hub.Fhir.Narratives;

/// <summary>
/// A copy for the person or a carer as one A4 page to hand over, made from the Composition in its bundle and from nothing else. The person's name
/// and NHS number stand on each printed page of the person's own copy and on no page of a carer's.
/// </summary>
public static class HandoutPage
{
    /// <summary>Handling tags of the Composition, as in our code system.</summary>
    internal const string PatientCopy = "patient-copy";
    internal const string CarerCopy = "carer-copy";

    /// <param name="bundle">A document Bundle that the patient or carer composer made, as JSON.</param>
    /// <exception cref="ArgumentException">The bundle is no copy for a person or a carer.</exception>
    public static string Render(ReadOnlyMemory<byte> bundle)
    {
        using var json = JsonDocument.Parse(bundle);
        var resources = json.RootElement.TryGetProperty("entry", out var entries) ? entries.EnumerateArray().Select(e => e.GetProperty("resource")).ToList() : [];
        var composition = resources.FirstOrDefault(r => Text(r, "resourceType") == "Composition");
        if (composition.ValueKind != JsonValueKind.Object || !(Has(composition, PatientCopy) || Has(composition, CarerCopy)))
        {
            throw new ArgumentException("The bundle is no copy for a person or a carer.", nameof(bundle));
        }

        return Render(new HandoutHead
        {
            Title = Text(composition, "title"),
            Identity = Has(composition, PatientCopy) ? Identity(resources.FirstOrDefault(r => Text(r, "resourceType") == "Patient")) : "",
            From = Author(composition, resources),
            Written = Events.ClinicalTime.TryParseIso(Text(composition, "date"), out var date) ? Wording.When(date) : "",
            Replaces = composition.TryGetProperty("relatesTo", out _),
        }, composition.GetProperty("section").EnumerateArray().Select(s => (Text(s, "title"), NarrativePage.Inner(s))));
    }

    /// <summary>A page of sections that our own templates rendered.</summary>
    internal static string Render(HandoutHead head, IEnumerable<(string Title, string Xhtml)> sections) => NarrativeRenderer.Render("pages/handout", new Dictionary<string, object?>
    {
        ["title"] = head.Title,
        ["identity"] = head.Identity,
        ["from"] = head.From,
        ["written"] = head.Written,
        ["replaces"] = head.Replaces,
        ["sections"] = sections.Select((s, i) => new Dictionary<string, object?> { ["number"] = i + 1, ["title"] = s.Title, ["text"] = new Xhtml(s.Xhtml) }).ToList(),
    });

    /// <summary>Name and NHS number as they stand on the person's own page.</summary>
    internal static string Identity(string? name, string? nhsNumber) =>
        string.Join(", ", new[] { Known(name), Known(nhsNumber) is { } number ? $"NHS number {Spaced(number)}" : null }.OfType<string>());

    private static string Identity(JsonElement patient)
    {
        if (patient.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        var name = patient.TryGetProperty("name", out var names) ? names.EnumerateArray().Select(n => Text(n, "text")).FirstOrDefault() : null;
        var number = patient.TryGetProperty("identifier", out var identifiers)
            ? identifiers.EnumerateArray().Where(i => Text(i, "system") == Resources.CodeSystems.NhsNumber).Select(i => Text(i, "value")).FirstOrDefault()
            : null;
        return Identity(name, number);
    }

    private static string Author(JsonElement composition, List<JsonElement> resources)
    {
        var url = composition.GetProperty("author").EnumerateArray().Select(a => Text(a, "reference")).FirstOrDefault() ?? "";
        return resources.Where(r => url == Resources.ResourceIds.Url(Text(r, "id"))).Select(r => Text(r, "name")).FirstOrDefault() ?? "";
    }

    // NHS Digital, content guide: an NHS number is shown as 3, 3 and 4 digits.
    private static string Spaced(string number) => number.Length == 10 ? $"{number[..3]} {number[3..6]} {number[6..]}" : number;

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static bool Has(JsonElement composition, string handling) =>
        composition.TryGetProperty("meta", out var meta) && meta.TryGetProperty("tag", out var tags) && tags.EnumerateArray().Any(t => Text(t, "code") == handling);

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>What stands above the sections of a page to hand over.</summary>
internal sealed record HandoutHead
{
    public required string Title { get; init; }

    /// <summary>Name and NHS number, repeated on each printed page; empty on a carer's.</summary>
    public required string Identity { get; init; }
    public required string From { get; init; }
    public required string Written { get; init; }
    public bool Replaces { get; init; }
}
