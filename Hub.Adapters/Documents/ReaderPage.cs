using Hub.Fhir.Narratives;

namespace Hub.Adapters.Documents;

/// <summary>The page of a message as its reader sees it, in parts that hold text and nothing else: whoever shows it decides how, and nothing that came in a message can run.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Head">Whose page it is, who wrote it, and what must be seen first.</param>
/// <param name="Sections">Title and content of each section; one in another follows it.</param>
public sealed record ReaderPage(string Title, IReadOnlyList<string> Head, IReadOnlyList<(string Title, IReadOnlyList<PageBlock> Blocks)> Sections)
{
    /// <summary>Null where the bytes are no Bundle of ours with a Composition.</summary>
    public static ReaderPage? Of(ReadOnlyMemory<byte> bundle)
    {
        try
        {
            var page = NarrativePage.Content(bundle);
            return new(page.Title, [.. new[] { page.Person, page.Written, page.Version, page.Withdrawn, page.ProfessionalsOnly }.Where(l => l.Length > 0)], [.. page.Sections.SelectMany(Read)]);
        }
        catch (Exception fault) when (fault is ArgumentException or System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException or System.Xml.XmlException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Title, IReadOnlyList<PageBlock> Blocks)> Read(PageSection section) => [(section.Title, PageBlocks.Of(section.Xhtml)), .. section.Parts.SelectMany(Read)];
}
