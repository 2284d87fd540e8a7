using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace Hub.Adapters.Documents;

/// <summary>Pages that fill from top to bottom. Points; A4 upright.</summary>
internal sealed class PdfSheet : IDisposable
{
    public const double Left = 42;
    public const double Width = 595 - (2 * Left);

    private const double Top = 62;
    private const double Bottom = 842 - 52;

    private readonly PdfDocument document;
    private XGraphics page;

    public PdfSheet(PdfDocument document)
    {
        this.document = document;
        page = NewPage();
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
        page.Dispose();
        page = NewPage();
        Y = Top;
    }

    public void Write(string text, XFont font, double indent = 0, string? bullet = null)
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

    public void Draw(string text, XFont font, double x, double y) => page.DrawString(text, font, XBrushes.Black, x, y + font.Size);

    public void Fill(double x, double y, double width, double height) => page.DrawRectangle(new XSolidBrush(XColor.FromArgb(232, 237, 238)), x, y, width, height);

    public void Frame(double x, double y, double width, double height) => page.DrawRectangle(new XPen(XColor.FromArgb(118, 134, 146), 0.5), x, y, width, height);

    public void Rule() => page.DrawLine(new XPen(XColor.FromArgb(0, 94, 184), 1.2), Left, Y, Left + Width, Y);

    public void Down(double points) => Y += points;

    public double Measure(string text, XFont font) => page.MeasureString(text, font).Width;

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

    /// <summary>What stands on every page, once all are there: whose it is, what it is, which page.</summary>
    public void Mark(string head, string foot)
    {
        page.Dispose();
        for (var i = 0; i < document.PageCount; i++)
        {
            page = XGraphics.FromPdfPage(document.Pages[i], XGraphicsPdfPageOptions.Append);
            Draw(head, Strong, Left, 28);
            page.DrawLine(new XPen(XColor.FromArgb(118, 134, 146), 0.5), Left, 46, Left + Width, 46);
            var number = $"Page {i + 1} of {document.PageCount}";
            Draw(Wrap(foot, Small, Width - 90)[0], Small, Left, 842 - 40);
            Draw(number, Small, Left + Width - Measure(number, Small), 842 - 40);
            page.Dispose();
        }
    }

    public void Dispose() => page.Dispose();

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
