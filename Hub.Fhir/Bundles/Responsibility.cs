using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Who holds the person now: shown as it was said, never invented (clinical rule 12).</summary>
internal static class Responsibility
{
    public static IEnumerable<string> After(CaseFile file, Discharge discharge)
    {
        var last = file.Author?.Name ?? "not known";
        var number = file.Phone24h is { } phone ? $" The number answered day and night is {phone}." : " No number that is answered day and night was sent.";
        yield return $"No team had accepted when this was written. Last team on record: {last}, discharged {Wording.When(discharge.OccurredAt)}.{number}";
        yield return discharge switch
        {
            { CrtHoldsUntilAccepted: true } => $"{last} has confirmed that it stays responsible until a team accepts.",
            { CrtHoldsUntilAccepted: false } => $"{last} has said that it does not stay responsible after the discharge.",
            _ => "Who is responsible until a team accepts was not stated; the hub has no rule set for it.",
        };
        if (discharge.DestinationTeams.Count > 0)
        {
            yield return $"Asked to take over: {string.Join("; ", discharge.DestinationTeams.Select(t => t.Name))}.";
        }
        else if (discharge.GpOnly)
        {
            yield return "No team is asked to take over: the GP alone.";
        }
    }

    /// <summary>For every other message: the team on record, as last heard.</summary>
    public static IEnumerable<(string Label, string? Value)> Now(CaseFile file)
    {
        yield return ("Team on record", file.Author is { } team ? Wording.Team(team) : "not known");
        yield return ("Crisis team", file.Crt is { } crt && crt != file.Author ? Wording.Team(crt) : null);
        yield return ("Community mental health team", file.Cmht is { } cmht ? Wording.Team(cmht) : "none named");
        yield return ("Ward", file.Ward is { } ward && ward != file.Author ? Wording.Team(ward) : null);
        yield return ("Care co-ordinator", Wording.CareCoordinator(file.CareCoordinator));
        yield return ("Lead worker", file.LeadWorker is { } lead ? Wording.Person(lead) : null);
        yield return ("Key worker", file.KeyWorker is { } key ? Wording.Person(key) : null);
        yield return ("Consultant", file.Consultant is { } consultant ? Wording.Person(consultant) : null);
    }
}
