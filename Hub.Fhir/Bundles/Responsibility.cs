using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Who holds the person now: shown as it was said, never invented (clinical rule 12).</summary>
internal static class Responsibility
{
    public static IEnumerable<string> After(CaseFile file, Discharge discharge)
    {
        var last = file.Author?.Name ?? "not known";
        var number = file.Phone24h is { } phone
            ? $" The number answered day and night{(file.Line24h == file.Author ? "" : $" by {file.Line24h!.Name}")} is {phone}."
            : " No number that is answered day and night was sent.";
        var gpAlone = discharge is { GpOnly: true, DestinationTeams.Count: 0 };
        yield return $"{(gpAlone ? "No team is asked to take over: the GP alone, who had not answered when this was written." : "No team had accepted when this was written.")} "
            + $"Last team on record: {last}, discharged {Wording.When(discharge.OccurredAt)}.{number}";
        var until = gpAlone ? "the practice answers" : "a team accepts";
        yield return discharge switch
        {
            { CrtHoldsUntilAccepted: true } => $"{last} has confirmed that it stays responsible until {until}.",
            { CrtHoldsUntilAccepted: false } => $"{last} has said that it does not stay responsible after the discharge.",
            _ => $"Who is responsible until {until} was not stated; no rule is set for it.",
        };
        if (discharge.DestinationTeams.Count > 0)
        {
            yield return $"Asked to take over: {string.Join("; ", discharge.DestinationTeams.Select(t => t.Name))}.";
        }
    }

    /// <summary>Another team is named after the discharge. What the sender wrote of the first team says nothing of the second.</summary>
    public static IEnumerable<string> ChangedTo(CaseFile file, Discharge discharge, Team team)
    {
        yield return $"{(IsOwn(team, file) ? "Team on record" : "Team asked to take over")} changed: {team.Name}";
        yield return Acceptance(file, team) is { } transfer
            ? $"{team.Name} accepted: told to us ({transfer.AcceptedBy!.Name}, {Wording.When(transfer.OccurredAt)})."
            : $"Whether {team.Name} accepted: not reported to us.";
        yield return $"Last team on record: {file.Author?.Name ?? "not known"}, discharged {Wording.When(discharge.OccurredAt)}."
            + (file.Phone24h is { } phone ? $" The number answered day and night{(file.Line24h == file.Author ? "" : $" by {file.Line24h!.Name}")} is {phone}." : "");
        yield return discharge.CrtHoldsUntilAccepted switch
        {
            true => $"At the discharge {discharge.Team?.Name ?? "the discharging team"} confirmed that it stays responsible until it is accepted.",
            false => $"At the discharge {discharge.Team?.Name ?? "the discharging team"} said that it does not stay responsible.",
            _ => "Who is responsible until then was not stated; no rule is set for it.",
        };
    }

    /// <summary>Who leads, as the sender last said it. What was said of the time until a first team accepts is not said of what came after the discharge.</summary>
    public static string Coordinator(CaseFile file) =>
        file is { Event: not Discharge, Standing.DestinationTeams.Count: > 0, CareCoordinator: { Status: CareCoordinatorStatus.None, Lead.Length: > 0 } }
            ? "none; who leads since the discharge was not reported to us"
            : Wording.CareCoordinator(file.CareCoordinator);

    private static bool IsOwn(Team team, CaseFile file) => file.Author is { } author && author.LocalCode == team.LocalCode && author.Name == team.Name;

    private static Transfer? Acceptance(CaseFile file, Team team) => file.Episode?.Transfers.Select(t => t.Transfer)
        .LastOrDefault(t => t.AcceptedBy is not null && t.To.LocalCode == team.LocalCode && t.To.Name == team.Name);

    /// <summary>For every other message: the team on record, as last heard.</summary>
    public static IEnumerable<(string Label, string? Value)> Now(CaseFile file)
    {
        yield return ("Team on record", file.Author is { } team ? Wording.Team(team) : "not known");
        yield return ("Crisis team", file.Crt is { } crt && crt != file.Author ? Wording.Team(crt) : null);
        yield return ("Community mental health team", file.Cmht is { } cmht ? Wording.Team(cmht) : "none named");
        yield return ("Ward", file.Ward is { } ward && ward != file.Author ? Wording.Team(ward) : null);
        yield return ("Care co-ordinator", Coordinator(file));
        yield return ("Lead worker", file.LeadWorker is { } lead ? Wording.Person(lead) : null);
        yield return ("Key worker", file.KeyWorker is { } key ? Wording.Person(key) : null);
        yield return ("Consultant", file.Consultant is { } consultant ? Wording.Person(consultant) : null);
    }
}
