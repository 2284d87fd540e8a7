using System.Text;

namespace Hub.Proxy.Census;

/// <summary>Reads comma-separated values with a header line (RFC 4180: quotes, doubled quotes, line breaks inside quotes).</summary>
internal static class CsvRows
{
    /// <summary>Each row by the names of its columns, in lower case, with the line it begins on. Cells are trimmed; blank rows are left out.</summary>
    /// <exception cref="FormatException">The text has no header, a quote is never closed, or a row has more cells than the header.</exception>
    public static IReadOnlyList<(int Line, IReadOnlyDictionary<string, string> Cells)> Read(string text)
    {
        var lines = Cut(text.TrimStart('\uFEFF')).Where(row => row.Cells.Any(c => c.Length > 0)).ToList();
        if (lines.Count == 0)
        {
            throw new FormatException("The file is empty; a header line is expected.");
        }

        var header = lines[0].Cells.Select(c => c.ToLowerInvariant()).ToList();
        return [.. lines.Skip(1).Select(row => (row.Line, ByName(header, row)))];
    }

    private static Dictionary<string, string> ByName(List<string> header, (int Line, List<string> Cells) row) => row.Cells.Count > header.Count
        ? throw new FormatException($"Line {row.Line} has {row.Cells.Count} cells, and the header {header.Count}.")
        : row.Cells.Select((cell, i) => (header[i], cell)).Where(c => c.cell.Length > 0).ToDictionary(c => c.Item1, c => c.cell, StringComparer.Ordinal);

    private static IEnumerable<(int Line, List<string> Cells)> Cut(string text)
    {
        var (cells, cell, quoted, line, began) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            line += c == '\n' ? 1 : 0;
            if (quoted)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (at + 1 < text.Length && text[at + 1] == '"')
                {
                    cell.Append(text[at++]);
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
                if (c == '\n')
                {
                    yield return (began, cells);
                    (cells, began) = ([], line);
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        if (quoted)
        {
            throw new FormatException($"A quote that opens on or after line {began} is never closed.");
        }

        cells.Add(cell.ToString().Trim());
        yield return (began, cells);
    }
}
