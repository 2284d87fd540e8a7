using System.Globalization;
using Hub.Proxy.Access.People;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>Everything that waits for a person, urgent first.</summary>
internal sealed class AttentionModel(Timeline timeline, IMessageStore store, TimeProvider time) : PageModel, IActs
{
    private const int PageLength = 50;

    /// <summary>Counted from 1.</summary>
    [BindProperty(SupportsGet = true, Name = "page")]
    public int Number { get; set; } = 1;

    private const int MostInCsv = 10_000;

    public AttentionView View { get; private set; } = null!;
    public IReadOnlyList<(string Field, string Text)> Problems { get; private set; } = [];

    [BindProperty]
    public string? By { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public int Count { get; private set; }
    public string? NextPage { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var page = Math.Clamp(Number, 1, 10_000);
        var entries = await timeline.AttentionAsync(PageLength + 1, cancellationToken, (page - 1) * PageLength);
        View = new AttentionView("What waits for a person, urgent first", [.. entries.Take(PageLength)], time.GetUtcNow(), Selectable: true);
        Count = await timeline.CountAttentionAsync(cancellationToken);
        NextPage = entries.Count > PageLength ? $"/console/attention?page={page + 1}" : null;
    }

    /// <summary>Closes each of these that is still open; what somebody else has closed meanwhile stays as they closed it.</summary>
    public async Task<IActionResult> OnPostCloseAsync(List<Guid> ids, CancellationToken cancellationToken)
    {
        Problems = [.. ids.Count == 0 ? [("close-by", "Choose at least one entry.")] : Array.Empty<(string, string)>(), .. WhoActs.Problems("close-", By, Note)];
        if (Problems.Count > 0)
        {
            await OnGetAsync(cancellationToken);
            return Page();
        }

        foreach (var id in ids.Distinct().Take(PageLength))
        {
            await store.CloseAttentionAsync(id, By!.Trim(), Note!.Trim(), cancellationToken);
        }

        return Redirect("/console/attention");
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken) => ConsoleCsv.File(
        "attention.csv", ["id", "kind", "urgency", "since", "due", "times", "who_must_act", "reason", "next_step", "partner"],
        (await timeline.AttentionAsync(MostInCsv, cancellationToken)).Select(a => (IReadOnlyList<string>)
        [
            a.Id.ToString(), a.Kind, a.Urgency.ToString(), a.CreatedAt.ToString("O", CultureInfo.InvariantCulture), a.DueAt?.ToString("O", CultureInfo.InvariantCulture) ?? "", a.Count.ToString(CultureInfo.InvariantCulture),
            a.Owner, a.Reason, a.NextStep, a.PartnerId ?? "",
        ]));
}
