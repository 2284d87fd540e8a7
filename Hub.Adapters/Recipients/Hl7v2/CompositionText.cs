using System.Net;
using System.Text;
using Hl7.Fhir.Model;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>What a person is to read of a Composition: its title, its own narrative, then its sections, each once.</summary>
internal static class CompositionText
{
    // FT ends at 65,536 characters (HL7 v2.4, 2.9.18), and receivers are known to refuse longer OBX-5.
    private const int MaxFieldCharacters = 60_000;

    /// <summary>The text as FT values with <c>\.br\</c> at line ends, in as many parts as the data type's limit asks for.</summary>
    public static IEnumerable<string> FormattedParts(Composition composition, SegmentWriter message)
    {
        var part = new StringBuilder();
        foreach (var line in Lines(composition))
        {
            var fitted = message.Fit(line);
            if (part.Length > 0 && part.Length + fitted.Length > MaxFieldCharacters)
            {
                yield return part.ToString();
                part.Clear();
            }

            part.Append(part.Length > 0 ? "\\.br\\" : "").Append(fitted);
        }

        if (part.Length > 0)
        {
            yield return part.ToString();
        }
    }

    public static IReadOnlyList<string> Lines(Composition composition)
    {
        var lines = new List<string>();
        if (!string.IsNullOrWhiteSpace(composition.Title))
        {
            lines.Add(composition.Title);
        }

        foreach (var (title, xhtml) in Parts(composition))
        {
            lines.Add("");
            if (title is not null)
            {
                lines.Add(title.ToUpperInvariant());
            }

            lines.AddRange(xhtml is null ? [] : NarrativeText.Lines(xhtml));
        }

        return lines;
    }

    public static string HtmlPage(Composition composition)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>");
        var title = WebUtility.HtmlEncode(composition.Title ?? "Document");
        page.Append(title).Append("</title></head><body>\n<h1>").Append(title).Append("</h1>\n");
        foreach (var (heading, xhtml) in Parts(composition))
        {
            page.Append(heading is null ? "" : $"<h2>{WebUtility.HtmlEncode(heading)}</h2>\n");
            if (xhtml is not null)
            {
                _ = NarrativeText.Lines(xhtml); // well-formed, or it does not leave
                page.Append(xhtml).Append('\n');
            }
        }

        return page.Append("</body></html>\n").ToString();
    }

    // A composer may print all sections in Composition.text, or none. A section is left out only where its heading and all its lines stand there
    // together: "None recorded" under one heading says nothing about the next.
    private static IEnumerable<(string? Title, string? Xhtml)> Parts(Composition composition)
    {
        var said = "";
        if (composition.Text?.Div is { Length: > 0 } own)
        {
            said = Joined(NarrativeText.Lines(own));
            yield return (null, own);
        }

        foreach (var section in All(composition.Section))
        {
            var xhtml = section.Text?.Div;
            if (xhtml is null && section.Section.Count == 0)
            {
                continue;
            }

            var whole = Joined([section.Title ?? "", .. xhtml is null ? [] : NarrativeText.Lines(xhtml)]);
            if (section.Title is null || xhtml is null || !said.Contains(whole, StringComparison.OrdinalIgnoreCase))
            {
                yield return (section.Title, xhtml);
            }
        }
    }

    private static string Joined(IEnumerable<string> lines) => "\n" + string.Join('\n', lines.Where(line => line.Length > 0)) + "\n";

    private static IEnumerable<Composition.SectionComponent> All(IEnumerable<Composition.SectionComponent> sections) =>
        sections.SelectMany(section => All(section.Section).Prepend(section));
}
