using System.Text.Json;

namespace Hub.Fhir.Narratives;

/// <summary>
/// A composed message as one page for people: standalone HTML that prints on A4. It is made from the Composition in the bundle and from
/// nothing else, so that page and message cannot differ.
/// </summary>
public static class NarrativePage
{
    private const string Div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    /// <param name="bundle">A Bundle of ours as JSON, message or document, bound or not.</param>
    /// <exception cref="ArgumentException">The bundle holds no Composition.</exception>
    public static string Render(ReadOnlyMemory<byte> bundle)
    {
        var page = Content(bundle);
        return NarrativeRenderer.Render("pages/page", new Dictionary<string, object?>
        {
            ["title"] = page.Title,
            ["person"] = page.Person,
            ["written"] = page.Written,
            ["version"] = page.Version,
            ["withdrawn"] = page.Withdrawn,
            ["professionals"] = page.ProfessionalsOnly.Length > 0,
            ["sections"] = page.Sections.Select(ToModel).ToList(),
        });
    }

    /// <inheritdoc cref="Render"/>
    /// <returns>The same, without a form.</returns>
    public static PageContent Content(ReadOnlyMemory<byte> bundle)
    {
        using var json = JsonDocument.Parse(bundle);
        var composition = json.RootElement.TryGetProperty("entry", out var entries)
            ? entries.EnumerateArray().Select(e => e.GetProperty("resource")).FirstOrDefault(r => Text(r, "resourceType") == "Composition")
            : default;
        if (composition.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException("The bundle holds no Composition.", nameof(bundle));
        }

        return new PageContent
        {
            Title = Text(composition, "title"),
            Person = Person(entries),
            Written = Events.ClinicalTime.TryParseIso(Text(composition, "date"), out var date) ? $"Written {Wording.When(date)}." : "",
            Version = Text(composition, "status") == "amended" ? "This version replaces an earlier one." : "",
            Withdrawn = Text(composition, "status") == "entered-in-error" ? "Withdrawn: what this document told earlier did not happen, or not as told." : "",
            ProfessionalsOnly = HasHandling(composition)
                ? "Professionals only: do not make visible online, do not give to the person or to anyone at the person's home."
                : "",
            Sections = [.. Sections(composition)],
        };
    }

    /// <summary>Whose page it is, first of all: name, date of birth, NHS number in the way it is read out.</summary>
    private static string Person(JsonElement entries)
    {
        var patient = entries.EnumerateArray().Select(e => e.GetProperty("resource")).FirstOrDefault(r => Text(r, "resourceType") == "Patient");
        if (patient.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        var parts = new List<string>();
        if (patient.TryGetProperty("name", out var names) && names.GetArrayLength() > 0)
        {
            var given = names[0].TryGetProperty("given", out var all) ? string.Join(' ', all.EnumerateArray().Select(g => g.GetString())) : "";
            parts.Add($"{given} {Text(names[0], "family").ToUpperInvariant()}".Trim());
        }

        if (Events.ClinicalTime.TryParseIso(Text(patient, "birthDate"), out var born))
        {
            parts.Add($"born {Wording.Day(born)}");
        }

        var number = patient.TryGetProperty("identifier", out var ids)
            ? ids.EnumerateArray().Where(i => Text(i, "system") == Resources.CodeSystems.NhsNumber).Select(i => Text(i, "value")).FirstOrDefault()
            : null;
        parts.Add(number is { Length: 10 } ? $"NHS number {number[..3]} {number[3..6]} {number[6..]}" : "no NHS number");
        return string.Join(", ", parts.Where(p => p.Length > 0));
    }

    private static IEnumerable<PageSection> Sections(JsonElement parent) => parent.TryGetProperty("section", out var sections)
        ? sections.EnumerateArray().Select(s => new PageSection(Text(s, "title"), Inner(s), [.. Sections(s)]))
        : [];

    private static object ToModel(PageSection section, int index) => new Dictionary<string, object?>
    {
        ["number"] = index + 1,
        ["title"] = section.Title,
        // Our own renderer made it, escaped; the validator refused it otherwise.
        ["text"] = new Xhtml(section.Xhtml),
        ["parts"] = section.Parts.Select(ToModel).ToList(),
    };

    internal static string Inner(JsonElement section)
    {
        var div = section.TryGetProperty("text", out var text) ? Text(text, "div") : "";
        return div.StartsWith(Div, StringComparison.Ordinal) && div.EndsWith("</div>", StringComparison.Ordinal)
            ? div[Div.Length..^"</div>".Length]
            : NarrativeRenderer.Escape(div);
    }

    private static bool HasHandling(JsonElement composition) =>
        composition.TryGetProperty("meta", out var meta) && meta.TryGetProperty("tag", out var tags)
        && tags.EnumerateArray().Any(t => Text(t, "code") == "professionals-only");

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
