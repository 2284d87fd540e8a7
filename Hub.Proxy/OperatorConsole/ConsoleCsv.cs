using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace Hub.Proxy.OperatorConsole;

/// <summary>Lists as files for spreadsheets (RFC 4180).</summary>
internal static class ConsoleCsv
{
    public static FileContentResult File(string name, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder().AppendJoin(',', columns).Append("\r\n");
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }

        return new FileContentResult(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8") { FileDownloadName = name };
    }

    // A cell that begins like a formula would be run by a spreadsheet (CSV injection).
    private static string Cell(string value) => $"\"{(value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" : "")}{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
