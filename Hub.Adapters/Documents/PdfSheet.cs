using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Pdf;
using PdfSharp.UniversalAccessibility;

namespace Hub.Adapters.Documents;

/// <summary>
/// Pages that fill from top to bottom. Points; A4 upright. What is drawn says what it is (PDF/UA, ISO 14289-1), so that it can be read aloud in its order. It is laid out first and drawn
/// when all of it is there: each page says of how many it is one, and the library goes back to no page.
/// </summary>
internal sealed class PdfSheet : IDisposable
{
    public const double Left = 42;
    public const double Width = 595 - (2 * Left);

    private const double Top = 62;
    private const double Bottom = 842 - 52;

    private readonly PdfDocument document;
    private readonly StructureBuilder structure;
    private readonly XGraphics ruler = XGraphics.CreateMeasureContext(new XSize(595, 842), XGraphicsUnit.Point, XPageDirection.Downwards);
    private readonly List<Action> laidOut = [];
    private XGraphics? page;
    private int pages = 1;
    private Action beginPage = () => { };

    public PdfSheet(PdfDocument document)
    {
        this.document = document;
        var tags = UAManager.ForDocument(document); // before the first page
        tags.SetDocumentLanguage("en-GB");
        structure = tags.StructureBuilder;
    }

    public static XFont Body { get; } = PdfFonts.Current.Font(9);
    public static XFont Strong { get; } = PdfFonts.Current.Font(9, bold: true);
    public static XFont Heading { get; } = PdfFonts.Current.Font(11.5, bold: true);
    public static XFont Title { get; } = PdfFonts.Current.Font(15, bold: true);
    public static XFont Small { get; } = PdfFonts.Current.Font(8);

    public double Y { get; private set; } = Top;

    public double Rest => Bottom - Y;

    public bool IsFresh => Y <= Top;

    public static double LineHeight(XFont font) => font.Size * 1.32;

    public void Space(double points)
    {
        if (!IsFresh)
        {
            Y += points;
        }
    }

    /// <summary>Begins a new page unless so much fits on this one.</summary>
    public void Need(double points)
    {
        if (Rest < points && !IsFresh)
        {
            Break();
        }
    }

    public void Break()
    {
        pages++;
        laidOut.Add(() =>
        {
            structure.EndMarkedContentsWithId(); // an element may go on over the page
            beginPage();
        });
        Y = Top;
    }

    /// <summary>What is drawn within is a part of the text.</summary>
    public void As(PdfBlockLevelElementTag tag, Action layOut)
    {
        laidOut.Add(() => structure.BeginElement(tag));
        layOut();
        laidOut.Add(structure.End);
    }

    /// <summary>What is drawn within is no part of the text: it is not read aloud.</summary>
    public void AsArtifact(Action layOut)
    {
        laidOut.Add(structure.BeginArtifact);
        layOut();
        laidOut.Add(structure.End);
    }

    public void Write(string text, XFont font, double indent = 0, string? bullet = null, PdfBlockLevelElementTag tag = PdfBlockLevelElementTag.Paragraph) =>
        As(tag, () => Lines(text, font, indent, bullet));

    private void Lines(string text, XFont font, double indent, string? bullet)
    {
        var lines = Wrap(text, font, Width - indent);
        foreach (var (i, line) in lines.Index())
        {
            Need(LineHeight(font));
            if (i == 0 && bullet is not null)
            {
                Draw(bullet, font, Left + indent - 9, Y);
            }

            Draw(line, font, Left + indent, Y);
            Y += LineHeight(font);
        }
    }

    public void Draw(string text, XFont font, double x, double y) => laidOut.Add(() => page!.DrawString(text, font, XBrushes.Black, x, y + font.Size));

    public void Fill(double x, double y, double width, double height) => laidOut.Add(() => page!.DrawRectangle(new XSolidBrush(XColor.FromArgb(232, 237, 238)), x, y, width, height));

    public void Frame(double x, double y, double width, double height) => laidOut.Add(() => page!.DrawRectangle(new XPen(XColor.FromArgb(118, 134, 146), 0.5), x, y, width, height));

    public void Rule()
    {
        var y = Y;
        AsArtifact(() => Line(new XPen(XColor.FromArgb(0, 94, 184), 1.2), y));
    }

    public void Down(double points) => Y += points;

    public double Measure(string text, XFont font) => ruler.MeasureString(text, font).Width;

    /// <summary>Words on lines; a word that is wider than the line is cut where it must be.</summary>
    public IReadOnlyList<string> Wrap(string text, XFont font, double width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' ').SelectMany(w => Cut(w, font, width)))
            {
                var longer = line.Length == 0 ? word : line + " " + word;
                if (line.Length > 0 && Measure(longer, font) > width)
                {
                    lines.Add(line);
                    longer = word;
                }

                line = longer;
            }

            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Draws what was laid out, and on every page whose it is, what it is and which page.</summary>
    public void Finish(string head, string foot)
    {
        var all = laidOut.ToList();
        var title = Wrap(foot, Small, Width - 90)[0];
        beginPage = () =>
        {
            page?.Dispose();
            page = NewPage();
            structure.BeginArtifact();
            var number = $"Page {document.PageCount} of {pages}";
            laidOut.Clear();
            Draw(head, Strong, Left, 28);
            Line(new XPen(XColor.FromArgb(118, 134, 146), 0.5), 46);
            Draw(title, Small, Left, 842 - 40);
            Draw(number, Small, Left + Width - Measure(number, Small), 842 - 40);
            laidOut.ForEach(draw => draw());
            structure.End();
        };
        beginPage();
        all.ForEach(draw => draw());
    }

    public void Dispose()
    {
        page?.Dispose();
        ruler.Dispose();
    }

    private void Line(XPen pen, double y) => laidOut.Add(() => page!.DrawLine(pen, Left, y, Left + Width, y));

    private IEnumerable<string> Cut(string word, XFont font, double width)
    {
        while (word.Length > 1 && Measure(word, font) > width)
        {
            var fits = 1;
            while (fits < word.Length - 1 && Measure(word[..(fits + 1)], font) <= width)
            {
                fits++;
            }

            fits -= char.IsHighSurrogate(word[fits - 1]) && fits > 1 ? 1 : 0;
            yield return word[..fits];
            word = word[fits..];
        }

        yield return word;
    }

    private XGraphics NewPage()
    {
        var added = document.AddPage();
        added.Size = PageSize.A4;
        return XGraphics.FromPdfPage(added);
    }
}
