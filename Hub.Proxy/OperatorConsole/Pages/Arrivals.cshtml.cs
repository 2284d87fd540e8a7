using System.Globalization;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Proxy.Access.People;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>Who is expected on a ward, with what a ward asks first: decision, section, last doses, allergies and where they come from, what is at home.</summary>
[ShowsPeople]
internal sealed class ArrivalsModel(Caseload caseload, ConsolePeople people, PersonSight sight) : PageModel
{
    private const int PageLength = 100;

    [BindProperty(SupportsGet = true)]
    public long Before { get; set; } = long.MaxValue;

    public IReadOnlyList<FactTable> Arrivals { get; private set; } = [];
    public string? NextPage { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var entries = await caseload.OpenAsync(Before, PageLength, cancellationToken);
        var expected = await sight.OwnAsync(
            SignedInPerson.Of(HttpContext), entries.Where(e => e.State.OnLeave || e.State is { Gatekeeping.Outcome: GatekeepingOutcome.Admit, Kind: not EpisodeKind.Ward }), e => e.PersonId, cancellationToken);
        var names = await people.OfEpisodesAsync(expected.Select(e => e.EpisodeId), cancellationToken);
        Arrivals = [.. expected.Select(e => Table(e, names.GetValueOrDefault(e.EpisodeId)))];
        NextPage = entries.Count == PageLength ? string.Create(CultureInfo.InvariantCulture, $"/console/arrivals?before={entries[^1].EpisodeId}") : null;
    }

    private static FactTable Table(CaseloadEntry entry, PersonLine? person)
    {
        var state = entry.State;
        return new FactTable($"{person?.Name ?? "Name not known"}, born {person?.Born ?? "not known"}", ["What", "As reported"], "")
        {
            Rows =
            [
                new("Story so far", state.OnLeave ? $"On leave, back {Wording.When(state.Leave?.ExpectedBackAt)}" : "Not yet on the ward") { Link = $"/console/handovers/{entry.EpisodeId}/story" },
                new("Ward", state.Gatekeeping?.Ward?.Name ?? state.Ward?.Name ?? "not said"),
                new("Gatekeeping", state.Gatekeeping is { } g ? $"{Wording.Gatekeeping(g.Outcome)}, {Wording.When(g.OccurredAt)}, {Wording.Person(g.DecidedBy)}; seen in person: {(g.AssessedInPerson ? "yes" : "no")}" : "no decision was reported"),
                new("Section and papers", (state.Gatekeeping?.LegalStatus ?? state.LegalStatus)?.Text ?? "not said"),
                new("Last doses", Doses(state)),
                new("Allergies", Allergies(state)),
                new("At home: dependants, pets, keys", state.Gatekeeping is { HomeMatters.Count: > 0 } home ? string.Join("; ", home.HomeMatters.Select(m => m.Text)) : "not said"),
                new("Reasonable adjustments", state.Patient.ReasonableAdjustments.Count > 0 ? string.Join("; ", state.Patient.ReasonableAdjustments.Select(a => a.Text)) : "none were reported"),
                new("Advance decision, crisis plan", state.CrisisPlan is { } plan ? $"{plan.Title ?? "Crisis plan"}{(plan.Location is { } at ? $", {at}" : "")}" : "none was reported"),
            ],
        };
    }

    // Facts as reported: the hub works out no interval and gives no advice (clinical rule 10).
    private static string Doses(EpisodeState state) => string.Join("; ", state.Medicines.Where(m => m.Status is MedicineStatus.Active or MedicineStatus.OnHold).Select(m =>
        $"{m.Line.Medicine.Text}: last {((m.Line.Depot?.LastGivenAt ?? m.Line.LastDoseAt) is { } last ? Wording.When(last) : "dose not reported")}{(m.Line.Depot?.NextDueOn is { } due ? $", next due {Wording.When(due)}" : "")}")
        .DefaultIfEmpty("no medicines were reported"));

    private static string Allergies(EpisodeState state) => state.Allergies.Status switch
    {
        AllergyStatus.Listed => $"{string.Join("; ", state.Allergies.Items.Select(i => i.Substance.Text + (i.Reaction is { } r ? $" ({r.Text})" : "")))}. Source: {state.Allergies.Source ?? "not said"}, as of {Wording.When(state.AllergiesAsOf)}",
        AllergyStatus.NoneKnown => $"none known. Source: {state.Allergies.Source ?? "not said"}, as of {Wording.When(state.AllergiesAsOf)}",
        AllergyStatus.NotKnown => "asked, and not known",
        _ => "allergies not sent",
    };
}
