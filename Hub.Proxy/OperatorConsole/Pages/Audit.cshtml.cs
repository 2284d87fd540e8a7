using System.Globalization;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The audit trail for auditors, who need no account on the machine then. Where nobody signs in there is none: <c>hub audit list</c> shows it.</summary>
internal sealed class AuditModel(Func<HubDbContext> open) : PageModel
{
    private const int PageLength = 50;

    /// <summary>The number of the last record of the page before.</summary>
    [BindProperty(SupportsGet = true)]
    public long Before { get; set; } = long.MaxValue;

    public FactTable Entries { get; private set; } = null!;
    public string? NextPage { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (SignedInPerson.Of(HttpContext) is null)
        {
            return NotFound();
        }

        await using var context = open();
        var rows = await context.AuditRecords.AsNoTracking().Where(r => r.Seq < Before).OrderByDescending(r => r.Seq).Take(PageLength).ToListAsync(cancellationToken);
        Entries = new FactTable("Entries", ["When", "Record", "Who", "Did", "To what", "What came of it", "Why"], "Nothing is on record.")
        {
            Rows =
            [
                .. rows.SelectMany(r => AuditRecord.Read(r.Content).Select(e => new FactRow(
                    Handovers.Words.London(r.At), r.Seq.ToString(CultureInfo.InvariantCulture), e.By, AuditRecord.NameOf(e.Kind), e.To is { } to ? $"{e.What}, for {to}" : e.What, e.Result ?? "", e.Reason ?? ""))),
            ],
        };
        NextPage = rows.Count == PageLength ? string.Create(CultureInfo.InvariantCulture, $"/console/audit?before={rows[^1].Seq}") : null;
        return Page();
    }
}
