using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The worklist. Its address says what is shown and can be passed on; nothing of a person is in it.</summary>
[ShowsPeople]
internal sealed class HandoversModel(HandoverBook book, ConsolePeople people, IPartnerDirectory partners, PersonSight sight, TimeProvider time) : PageModel
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
        View = await WorklistView.OfAsync("Open obligations, next deadline first", shown, SignedInPerson.Of(HttpContext), sight, people, now, cancellationToken);
        NextPage = entries.Count > PageLength && WorklistCursor.After(shown[^1]) is { } after ? $"/console/handovers?after={after}{Filter}" : null;
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken)
    {
        var all = await book.WorklistAsync(Query(time.GetUtcNow(), MostInCsv), cancellationToken);
        var seen = await sight.OfEpisodesAsync(SignedInPerson.Of(HttpContext), all.Select(e => e.EpisodeId), cancellationToken);
        var entries = all.Where(e => seen[e.EpisodeId] >= Sight.That);
        return ConsoleCsv.File("handovers.csv", ["obligation", "episode", "kind", "due", "state", "asked_of", "chaser", "owner"], entries.Select(entry => (IReadOnlyList<string>)
        [
            entry.Obligation.Id.ToString(), entry.EpisodeId.ToString(CultureInfo.InvariantCulture), ObligationWords.Name(entry.Obligation.Kind), entry.Obligation.DueAt?.ToString("O", CultureInfo.InvariantCulture) ?? "",
            entry.Obligation.State.ToString(), entry.Obligation.ActorName ?? entry.Obligation.Actor.ToString(), entry.Obligation.Chaser, entry.Obligation.Owner ?? "",
        ]));
    }

    private WorklistRequest Query(DateTimeOffset now, int max) =>
        new WorklistRequest(string.IsNullOrEmpty(Partner) ? null : Partner, null, Overdue ? now : null, WorklistCursor.Read(After), max);
}
