using System.Globalization;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The sheet that a shift begins with. It prints.</summary>
[ShowsPeople]
internal sealed class ShiftModel(Caseload caseload, ConsolePeople people, HandoverBook book, PersonSight sight, TimeProvider time) : PageModel
{
    private const int PageLength = 50;
    private const int MostInCsv = 2_000;

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Part of a team's name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Team { get; set; }

    [BindProperty(SupportsGet = true)]
    public long Before { get; set; } = long.MaxValue;

    public FactTable Sheet { get; private set; } = null!;
    public string? NextPage { get; private set; }
    public string Csv => "/console/shift?handler=Csv" + Filter;

    private string Filter => string.IsNullOrWhiteSpace(Team) ? "" : "&team=" + Uri.EscapeDataString(Team);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var entries = await caseload.OpenAsync(Before, PageLength, cancellationToken);
        var shown = await sight.OwnAsync(SignedInPerson.Of(HttpContext), entries.Where(IsOfTeam), e => e.PersonId, cancellationToken);
        var names = await people.OfEpisodesAsync(shown.Select(e => e.EpisodeId), cancellationToken);
        var rows = new List<FactRow>();
        foreach (var entry in shown)
        {
            var person = names.GetValueOrDefault(entry.EpisodeId);
            rows.Add(new FactRow([$"{person?.Name ?? "Name not known"}, born {person?.Born ?? "not known"}", .. await FactsAsync(entry, cancellationToken)]) { Link = $"/console/handovers/{entry.EpisodeId}" });
        }

        Sheet = new FactTable("Everybody in care now", ["Person", "Under", "Next visit", "Next deadline", "Supply and depot", "Ready for discharge?"], "Nobody is in care here.") { Rows = rows };
        NextPage = entries.Count == PageLength ? string.Create(CultureInfo.InvariantCulture, $"/console/shift?before={entries[^1].EpisodeId}{Filter}") : null;
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var entry in await sight.OwnAsync(SignedInPerson.Of(HttpContext), (await caseload.OpenAsync(long.MaxValue, MostInCsv, cancellationToken)).Where(IsOfTeam), e => e.PersonId, cancellationToken))
        {
            rows.Add([entry.EpisodeId.ToString(CultureInfo.InvariantCulture), .. await FactsAsync(entry, cancellationToken)]);
        }

        return ConsoleCsv.File("shift.csv", ["episode", "under", "next_visit", "next_deadline", "supply_and_depot", "readiness"], rows);
    }

    private bool IsOfTeam(CaseloadEntry entry) => string.IsNullOrWhiteSpace(Team) || Under(entry.State).Contains(Team.Trim(), StringComparison.OrdinalIgnoreCase);

    private static string Under(EpisodeState state) => (state.Kind == EpisodeKind.Ward ? state.Ward : state.Crt)?.Name ?? "a team that is not known";

    private async Task<IReadOnlyList<string>> FactsAsync(CaseloadEntry entry, CancellationToken cancellationToken)
    {
        var state = entry.State;
        var first = await book.WorklistAsync(new WorklistRequest(null, entry.EpisodeId, null, null, 1), cancellationToken) is [var next, ..] ? next.Obligation : null;
        var missing = Readiness.Of(state).Where(c => c.Holds == false).Select(c => ConsoleWords.Name(c.Name).ToLowerInvariant()).ToList();
        return
        [
            Under(state) + (state.OnLeave ? ", on leave" : ""), EpisodeFacts.NextVisit(state), first is null ? "nothing with a clock" : $"{ConsoleWords.Kind(first.Kind)}, {ConsoleWords.Due(first.DueAt, Now)}",
            Supply(state), missing.Count == 0 ? "nothing is missing of what can be checked" : "missing: " + string.Join(", ", missing),
        ];
    }

    private static string Supply(EpisodeState state)
    {
        var active = state.Medicines.Where(m => m.Status == MedicineStatus.Active).ToList();
        var parts = active.Where(m => m.Line.Depot is not null).Select(m => $"{m.Line.Medicine.Text} depot due {(m.Line.Depot!.NextDueOn is { } due ? Wording.When(due) : "not said")}").ToList();
        if (active.Where(m => m.Line.SupplyEndsOn is not null).MinBy(m => m.Line.SupplyEndsOn!.Instant) is { } ends)
        {
            parts.Add($"{ends.Line.Medicine.Text} until {Wording.When(ends.Line.SupplyEndsOn)}");
        }

        return parts.Count > 0 ? string.Join("; ", parts) : active.Count == 0 ? "no medicines were reported" : "until when was not said";
    }
}
