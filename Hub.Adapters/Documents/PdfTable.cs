using PdfSharp.Drawing;
using PdfSharp.UniversalAccessibility;

namespace Hub.Adapters.Documents;

/// <summary>Draws a table: columns as wide as their words ask for, the head again on every page, a row kept whole where a page can hold it.</summary>
internal sealed class PdfTable
{
    private const double Padding = 3;

    private readonly PdfSheet sheet;
    private readonly TableBlock table;
    private readonly double[] widths;

    private PdfTable(PdfSheet sheet, TableBlock table)
    {
        this.sheet = sheet;
        this.table = table;
        widths = Widths();
    }

    public static void Draw(PdfSheet sheet, TableBlock table)
    {
        if (table.Head.Concat(table.Rows).All(r => r.Count == 0))
        {
            return;
        }

        var drawn = new PdfTable(sheet, table);
        sheet.Space(5);
        drawn.Caption();
        sheet.As(PdfBlockLevelElementTag.Table, drawn.Draw);
        sheet.Down(6);
    }

    private static XFont Font(TableCell cell) => cell.Bold ? PdfSheet.Strong : PdfSheet.Body;

    private void Caption()
    {
        if (table.Caption is { Length: > 0 } caption)
        {
            sheet.Need(60); // a caption never stands alone at the foot of a page
            sheet.Write(caption, PdfSheet.Strong);
            sheet.Down(2);
        }
    }

    private void Draw()
    {
        Head();
        foreach (var row in table.Rows)
        {
            sheet.As(PdfBlockLevelElementTag.TableRow, () => Row(row, isHead: false));
        }
    }

    private void Head()
    {
        foreach (var row in table.Head)
        {
            sheet.As(PdfBlockLevelElementTag.TableRow, () => Row(row, isHead: true));
        }
    }

    /// <summary>The head again on another page is for the eye alone.</summary>
    private void HeadAgain() => sheet.AsArtifact(() =>
    {
        foreach (var row in table.Head)
        {
            Row(row, isHead: true, again: true);
        }
    });

    private void Row(IReadOnlyList<TableCell> row, bool isHead, bool again = false)
    {
        var cells = Place(row).Select(c => (c.X, c.Width, Font: Font(c.Cell), Lines: sheet.Wrap(c.Cell.Text, Font(c.Cell), c.Width - (2 * Padding)))).ToList();
        var line = PdfSheet.LineHeight(PdfSheet.Body);
        var (done, all) = (0, cells.Select(c => c.Lines.Count).DefaultIfEmpty(0).Max());
        while (done < all)
        {
            var fits = (int)((sheet.Rest - (2 * Padding)) / line);
            if (fits < all - done && !sheet.IsFresh && (done == 0 || fits < 1))
            {
                sheet.Break();
                if (!isHead)
                {
                    HeadAgain();
                }

                fits = (int)((sheet.Rest - (2 * Padding)) / line);
            }

            // A row longer than a page goes on at the top of the next.
            var now = Math.Max(1, Math.Min(fits, all - done));
            var height = (now * line) + (2 * Padding);
            foreach (var cell in cells)
            {
                void Words()
                {
                    foreach (var (i, text) in cell.Lines.Skip(done).Take(now).Index())
                    {
                        sheet.Draw(text, cell.Font, cell.X + Padding, sheet.Y + Padding - 1 + (i * line));
                    }
                }

                void Box()
                {
                    if (isHead)
                    {
                        sheet.Fill(cell.X, sheet.Y, cell.Width, height);
                    }

                    sheet.Frame(cell.X, sheet.Y, cell.Width, height);
                }

                if (again)
                {
                    Box();
                    Words();
                    continue;
                }

                sheet.AsArtifact(Box);
                sheet.As(isHead ? PdfBlockLevelElementTag.TableHeaderCell : PdfBlockLevelElementTag.TableDataCell, Words);
            }

            sheet.Down(height);
            done += now;
        }
    }

    private IEnumerable<(TableCell Cell, double X, double Width)> Place(IReadOnlyList<TableCell> row)
    {
        var column = 0;
        foreach (var cell in row)
        {
            var last = Math.Min(column + cell.Columns, widths.Length);
            if (last > column)
            {
                yield return (cell, PdfSheet.Left + widths[..column].Sum(), widths[column..last].Sum());
            }

            column = last;
        }
    }

    /// <summary>Every column gets its longest word, as far as that goes; what is left goes to those with most to say.</summary>
    private double[] Widths()
    {
        var rows = table.Head.Concat(table.Rows).ToList();
        var columns = Math.Max(1, rows.Max(r => r.Sum(c => c.Columns)));
        var (least, wanted) = (new double[columns], new double[columns]);
        foreach (var row in rows)
        {
            var column = 0;
            foreach (var cell in row)
            {
                if (cell.Columns == 1 && column < columns)
                {
                    least[column] = Math.Max(least[column], cell.Text.Split(' ', '\n').Max(w => sheet.Measure(w, Font(cell))) + (2 * Padding) + 1);
                    wanted[column] = Math.Max(wanted[column], sheet.Measure(cell.Text, Font(cell)) + (2 * Padding) + 1);
                }

                column += cell.Columns;
            }
        }

        var most = PdfSheet.Width / columns * 1.5;
        least = [.. least.Select(w => Math.Min(w, most))];
        if (least.Sum() >= PdfSheet.Width)
        {
            return [.. least.Select(w => w / least.Sum() * PdfSheet.Width)];
        }

        var rest = PdfSheet.Width - least.Sum();
        var more = least.Zip(wanted, (l, w) => Math.Sqrt(Math.Max(1, w - l))).ToArray();
        return [.. least.Zip(more, (l, m) => l + (rest * m / more.Sum()))];
    }
}
