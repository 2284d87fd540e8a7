using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>One person that something is asked about.</summary>
internal sealed record InboxEntry(long EpisodeId, PersonLine? Person, IReadOnlyList<string> Holder, string Told, string Caller, IReadOnlyList<Obligation> Owed);

/// <summary>The duty worker's inbox: everybody about whom one partner is asked something, with what must be known to answer.</summary>
[ShowsPeople]
internal sealed class InboxModel(HandoverBook book, Caseload caseload, ConsolePeople people, IPartnerDirectory partners, HandoverRules rules, PersonSight sight, TimeProvider time) : PageModel
{
    private const int PageLength = 50;

    public DateTimeOffset Now { get; } = time.GetUtcNow();
    public PartnerFile Partner { get; private set; } = null!;
    public IReadOnlyList<InboxEntry> Asked { get; private set; } = [];
    public string? NextPage { get; private set; }

    /// <summary>The last one of the page before, as in the worklist.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public async Task<IActionResult> OnGetAsync(string partner, CancellationToken cancellationToken)
    {
        if (partners.Find(partner) is not { Role: PartnerRole.Recipient } found)
        {
            return NotFound();
        }

        Partner = found;
        var owed = await book.WorklistAsync(new WorklistRequest(partner, null, null, WorklistCursor.Read(After), PageLength + 1), cancellationToken);
        var shown = owed.Take(PageLength).ToList();
        var seen = await sight.OfEpisodesAsync(SignedInPerson.Of(HttpContext), shown.Select(o => o.EpisodeId), cancellationToken);
        var ids = seen.Where(s => s.Value == Sight.Content).Select(s => s.Key).ToList();
        var (episodes, obligations, names) = (await caseload.OfAsync(ids, cancellationToken), await caseload.ObligationsAsync(ids, cancellationToken), await people.OfEpisodesAsync(ids, cancellationToken));
        Asked = [.. ids.Where(episodes.ContainsKey).Select(id => new InboxEntry(
            id, names.GetValueOrDefault(id), HandoverStatus.Holder(episodes[id].State, [.. obligations[id]], rules), Told(episodes[id].State), Caller(episodes[id].State),
            [.. shown.Where(o => o.EpisodeId == id).Select(o => o.Obligation)]))];
        NextPage = owed.Count > PageLength && WorklistCursor.After(shown[^1]) is { } after ? $"/console/inbox/{Uri.EscapeDataString(partner)}?after={after}" : null;
        return Page();
    }

    private static string Told(EpisodeState state) => string.Join(". ", new[]
    {
        state.Discharge?.FollowUp is { } followUp ? $"Follow-up {(followUp.Booked ? "booked" : "not booked")}: {Wording.When(followUp.Start)}, {followUp.With ?? followUp.Team?.Name ?? "with whom was not said"}" : null,
        state.NextVisit is not null ? $"Next visit {EpisodeFacts.NextVisit(state)}" : null,
        state.Given.LastOrDefault(g => g is { To: CareParty.Patient, NotGivenReason: null }) is { } given ? $"Was given: {given.What}, {Wording.When(given.At)}" : null,
    }.OfType<string>().DefaultIfEmpty("Nothing was reported."));

    private static string Caller(EpisodeState state) => string.Join("; ", new[]
    {
        (state.LeadWorker ?? state.KeyWorker ?? state.Discharge?.Author) is { } worker ? Wording.Person(worker) : "no caller was named",
        (state.Crt ?? state.Discharge?.Team) is { } team ? Wording.Team(team) : null,
    }.OfType<string>());
}

/// <summary>Where a page of the worklist goes on, as it stands in an address.</summary>
internal static class WorklistCursor
{
    public static string? After(WorklistEntry last) =>
        last.Obligation.DueAt is { } due ? string.Create(CultureInfo.InvariantCulture, $"{due.ToUnixTimeMilliseconds()}_{last.Obligation.Id}") : null;

    public static (DateTimeOffset, Guid)? Read(string? after) =>
        after?.Split('_') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && Guid.TryParse(id, out var last)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())), last) : null;
}
