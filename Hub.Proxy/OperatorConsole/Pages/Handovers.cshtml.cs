using System.Globalization;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Handovers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The worklist. Its address says what is shown and can be passed on; nothing of a person is in it.</summary>
internal sealed class HandoversModel(HandoverBook book, ConsolePeople people, IPartnerDirectory partners, TimeProvider time) : PageModel
{
    private const int PageLength = 50;
    private const int MostInCsv = 10_000;

    [BindProperty(SupportsGet = true)]
    public string? Partner { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Overdue { get; set; }

    /// <summary>The last one of the page before: when it is due, in Unix milliseconds, and its id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public WorklistView View { get; private set; } = null!;
    public IReadOnlyList<PartnerFile> Partners { get; } = [.. partners.All.Where(p => p.Role == PartnerRole.Recipient).OrderBy(p => p.Name, StringComparer.CurrentCulture)];
    public string? NextPage { get; private set; }
    public string Csv => $"/console/handovers?handler=Csv{Filter}";

    private string Filter => (string.IsNullOrEmpty(Partner) ? "" : "&partner=" + Uri.EscapeDataString(Partner)) + (Overdue ? "&overdue=true" : "");

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entries = await book.WorklistAsync(Query(now, PageLength + 1), cancellationToken);
        var shown = entries.Take(PageLength).ToList();
        View = new WorklistView("Open obligations, next deadline first", shown, await people.OfEpisodesAsync(shown.Select(s => s.EpisodeId), cancellationToken), now);
        if (entries.Count > PageLength && shown[^1].Obligation is { DueAt: { } due } last)
        {
            NextPage = string.Create(CultureInfo.InvariantCulture, $"/console/handovers?after={due.ToUnixTimeMilliseconds()}_{last.Id}{Filter}");
        }
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken)
    {
        var entries = await book.WorklistAsync(Query(time.GetUtcNow(), MostInCsv), cancellationToken);
        var text = new StringBuilder("obligation,episode,kind,due,state,asked_of,chaser,owner\r\n");
        foreach (var entry in entries)
        {
            var owed = entry.Obligation;
            text.AppendJoin(',', new[]
            {
                owed.Id.ToString(), entry.EpisodeId.ToString(CultureInfo.InvariantCulture), ObligationWords.Name(owed.Kind), owed.DueAt?.ToString("O", CultureInfo.InvariantCulture) ?? "",
                owed.State.ToString(), owed.ActorName ?? owed.Actor.ToString(), owed.Chaser, owed.Owner ?? "",
            }.Select(Cell)).Append("\r\n");
        }

        return File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", "handovers.csv");
    }

    // A cell that begins like a formula would be run by a spreadsheet (CSV injection).
    private static string Cell(string value) => $"\"{(value.Length > 0 && value[0] is '=' or '+' or '-' or '@' ? "'" : "")}{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private WorklistRequest Query(DateTimeOffset now, int max)
    {
        (DateTimeOffset, Guid)? after = After?.Split('_') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && Guid.TryParse(id, out var last)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())), last) : null;
        return new WorklistRequest(string.IsNullOrEmpty(Partner) ? null : Partner, null, Overdue ? now : null, after, max);
    }
}
