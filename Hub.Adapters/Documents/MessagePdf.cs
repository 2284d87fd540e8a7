using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Fhir.Narratives;
using PdfSharp.Pdf;
using PdfSharp.UniversalAccessibility;

namespace Hub.Adapters.Documents;

/// <summary>
/// The page of a message as an A4 PDF, for practices that file one. Made from what the page on a screen is made from and from nothing else, so that both say the same; the same
/// message gives the same bytes.
/// </summary>
public static partial class MessagePdf
{
    private static readonly DateTime Never = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc); // a file's own dates say nothing of the message

    /// <param name="bundle">A Bundle of ours, R4, JSON.</param>
    /// <returns>Null where the text has a character that the font cannot show; the message then goes without a PDF.</returns>
    /// <exception cref="ArgumentException">The bundle holds no Composition.</exception>
    public static byte[]? Write(ReadOnlyMemory<byte> bundle)
    {
        var page = NarrativePage.Content(bundle);
        var sections = page.Sections.Select(s => Read(s, PdfSheet.Heading)).ToList();
        if (!CanShow(page, sections))
        {
            return null;
        }

        using var document = new PdfDocument();
        document.Info.Title = page.ProfessionalsOnly.Length > 0 ? "Professionals only" : "Document"; // nothing of the person where a file list shows it
        document.Info.Creator = "CRT Hub";
        document.Info.CreationDate = Never;
        document.Info.ModificationDate = Never;
        using (var sheet = new PdfSheet(document))
        {
            Front(sheet, page);
            foreach (var section in sections)
            {
                Section(sheet, section);
            }

            sheet.Finish(page.Person, page.Title);
        }

        using var buffer = new MemoryStream();
        document.Save(buffer, closeStream: false);
        return Settle(buffer.ToArray());
    }

    private static void Front(PdfSheet sheet, PageContent page)
    {
        sheet.Write(page.Title, PdfSheet.Title, tag: PdfBlockLevelElementTag.Heading1);
        sheet.Write(page.Person, PdfSheet.Strong);
        foreach (var line in new[] { page.Written, page.Version, page.Withdrawn, page.ProfessionalsOnly }.Where(l => l.Length > 0))
        {
            sheet.Write(line, line == page.Withdrawn || line == page.ProfessionalsOnly ? PdfSheet.Strong : PdfSheet.Body);
        }
    }

    private static void Section(PdfSheet sheet, ReadSection section)
    {
        sheet.Space(section.Font == PdfSheet.Heading ? 10 : 4);
        sheet.Need(48); // a heading never stands alone at the foot of a page
        sheet.Write(section.Title, section.Font, tag: section.Font == PdfSheet.Heading ? PdfBlockLevelElementTag.Heading2 : PdfBlockLevelElementTag.Heading3);
        if (section.Font == PdfSheet.Heading)
        {
            sheet.Rule();
            sheet.Down(4);
        }

        foreach (var block in section.Blocks)
        {
            switch (block)
            {
                case TextBlock text:
                    sheet.Write(text.Text, text.Bold ? PdfSheet.Strong : PdfSheet.Body, text.Bullet ? 12 : 0, text.Bullet ? "\u2022" : null);
                    sheet.Down(2);
                    break;
                case TableBlock table:
                    PdfTable.Draw(sheet, table);
                    break;
            }
        }

        foreach (var part in section.Parts)
        {
            Section(sheet, part);
        }
    }

    private static ReadSection Read(PageSection section, PdfSharp.Drawing.XFont font) =>
        new(section.Title, font, PageBlocks.Of(section.Xhtml), [.. section.Parts.Select(p => Read(p, PdfSheet.Strong))]);

    private static bool CanShow(PageContent page, List<ReadSection> sections) =>
        new[] { page.Title, page.Person, page.Written }.Concat(sections.SelectMany(Texts)).All(PdfFonts.Current.CanShow);

    private static IEnumerable<string> Texts(ReadSection section) => section.Blocks.SelectMany(b => b switch
    {
        TextBlock text => [text.Text],
        TableBlock table => table.Head.Concat(table.Rows).SelectMany(r => r).Select(c => c.Text).Append(table.Caption ?? ""),
        _ => Array.Empty<string>().AsEnumerable(),
    }).Append(section.Title).Concat(section.Parts.SelectMany(Texts));

    /// <summary>
    /// The library puts random names into a file: the file's id, the XMP ids, the six letters before an embedded font's name (ISO 32000-1, 9.6.4 and 14.4). Each gets one of
    /// the same length that comes from the content, so that a retry sends the same bytes.
    /// </summary>
    private static byte[] Settle(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        text = Random().Replace(text, found => seen.TryGetValue(found.Value, out var name) ? name : seen[found.Value] = new string('\0', found.Length));
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(text)));
        seen.Clear();
        var number = 0;
        text = Random().Replace(Encoding.Latin1.GetString(pdf), found => seen.TryGetValue(found.Value, out var name) ? name : seen[found.Value] = Name(found.Value, hash, number++));
        return Encoding.Latin1.GetBytes(text);
    }

    private static string Name(string random, string hash, int number)
    {
        var letters = 0;
        return string.Concat(random.Select(c => Uri.IsHexDigit(c) && random.Length > 6 ? hash[(letters++ + number) % hash.Length] : random.Length > 6 ? c : (char)('A' + ((hash[letters++] + number) % 26))));
    }

    [GeneratedRegex("(?<=/(FontName|BaseFont)/)[A-Z]{6}(?=\\+)|(?<=uuid:)[0-9a-fA-F-]{36}|(?<=/ID ?\\[ ?<)[0-9A-Fa-f]{32}|(?<=/ID ?\\[ ?<[0-9A-Fa-f]{32}> ?<)[0-9A-Fa-f]{32}", RegexOptions.CultureInvariant)]
    private static partial Regex Random();

    private sealed record ReadSection(string Title, PdfSharp.Drawing.XFont Font, IReadOnlyList<PageBlock> Blocks, IReadOnlyList<ReadSection> Parts);
}
