using System.Text.Json;
using Hub.Proxy.Audit;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The audit trail, newest first: who did what. It names no person in care; a reason may.</summary>
internal sealed class AuditModel(AuditTrail trail, TimeProvider time) : PageModel
{
    private const int MostShown = 100;
    private const int MostLookedAt = 2000;

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public AuditHead? Head { get; private set; }
    public IReadOnlyList<(AuditRow Row, AuditEntry Entry)> Lines { get; private set; } = [];
    public string? Kind { get; private set; }
    public string? Who { get; private set; }
    public string? What { get; private set; }

    /// <summary>From which record the next page goes back; null where this is the first there is.</summary>
    public long? Older { get; private set; }

    /// <summary>The oldest record that was looked at.</summary>
    public AuditRow? LookedBackTo { get; private set; }

    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetValues<AuditKind>().Select(AuditRecord.NameOf).Where(n => n.Length > 0)];

    public async Task<IActionResult> OnGetAsync(long? before, string? kind, string? who, string? what, CancellationToken cancellationToken)
    {
        (Kind, Who, What) = (Kinds.Contains(kind) ? kind : null, Trimmed(who), Trimmed(what));
        Head = await trail.HeadAsync(cancellationToken);
        var lines = new List<(AuditRow, AuditEntry)>();
        var looked = 0;
        for (var at = before ?? long.MaxValue; looked < MostLookedAt && lines.Count < MostShown;)
        {
            var page = await trail.BackAsync(at, MostShown, cancellationToken);
            foreach (var row in page)
            {
                (looked, at, LookedBackTo) = (looked + 1, row.Seq, row);
                lines.AddRange(Entries(row).Where(Fits).Select(e => (row, e)));
                if (lines.Count >= MostShown)
                {
                    break;
                }
            }

            Older = at > 1 && page.Count > 0 ? at : null;
            if (page.Count < MostShown)
            {
                break;
            }
        }

        Lines = lines;
        return Page();
    }

    private bool Fits(AuditEntry entry) =>
        (Kind is null || AuditRecord.NameOf(entry.Kind) == Kind) && (Who is null || entry.By.Contains(Who, StringComparison.OrdinalIgnoreCase))
        && (What is null || entry.What.Contains(What, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<AuditEntry> Entries(AuditRow row)
    {
        try
        {
            return AuditRecord.Read(row.Content);
        }
        catch (JsonException)
        {
            return []; // hub audit verify names it
        }
    }

    private static string? Trimmed(string? text) => text?.Trim() is { Length: > 0 and <= 100 } some ? some : null;
}
