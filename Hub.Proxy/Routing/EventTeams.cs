using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>Which community teams and wards an event and its episode speak of.</summary>
internal static class EventTeams
{
    /// <summary>The episode's CMHT and the teams that are to take over; the care co-ordinator's organisation where neither is known.</summary>
    public static IReadOnlyList<Team> Community(CareEvent value, EpisodeState? episode)
    {
        var named = value switch
        {
            Admission admission => [admission.Cmht],
            EpisodeUpdated update => [update.Cmht],
            Discharge discharge => [.. discharge.DestinationTeams, discharge.FollowUp?.Team],
            DischargePlanned planned => [.. planned.FollowOn],
            // Whoever was told of the discharge must hear that it is withdrawn.
            DischargeCancelled => [.. episode?.LastTold?.DestinationTeams ?? [], episode?.LastTold?.FollowUp?.Team],
            _ => (IReadOnlyList<Team?>)[],
        };
        List<Team> teams = [.. named.Append(episode?.Cmht).OfType<Team>().Where(t => !IsOwn(t, value, episode)).DistinctBy(KeyOf)];
        return teams.Count == 0 && CoordinatorTeam(value, episode) is { } team ? [team] : teams;
    }

    /// <summary>True where a discharge or a change of medicines leaves work with a community team, so that naming none is an omission.</summary>
    public static bool ExpectsCommunityTeam(CareEvent value) =>
        value is MedicationChange change && change.Lines.Any(l => l.NextPrescriber?.Party == CareParty.Cmht) || value is Discharge { GpOnly: false } discharge
        && (discharge.Plan.Any(a => a.Owner == CareParty.Cmht)
            || (discharge.Medicines ?? []).Any(m => m.NextPrescriber?.Party == CareParty.Cmht)
            || discharge.PhysicalHealth.Any(c => c.Owner == CareParty.Cmht)
            || discharge.CareCoordinator.Status == CareCoordinatorStatus.Named);

    public static IReadOnlyList<Team> Wards(CareEvent value, EpisodeState? episode, WardsTold told)
    {
        var (referring, current, destination) = Of(value, episode);
        Team?[] wards =
        [
            told.HasFlag(WardsTold.Referring) ? referring : null,
            told.HasFlag(WardsTold.Current) ? current : null,
            told.HasFlag(WardsTold.Destination) ? destination : null,
        ];
        return [.. wards.OfType<Team>().DistinctBy(KeyOf)];
    }

    private static (Team? Referring, Team? Current, Team? Destination) Of(CareEvent value, EpisodeState? episode)
    {
        var referring = episode?.Admission?.ReferringWard;
        var current = episode?.Ward;
        return value switch
        {
            Admission { Kind: EpisodeKind.Ward } admission => (admission.ReferringWard, admission.Ward ?? admission.Team, admission.Ward ?? admission.Team),
            Admission admission => (admission.ReferringWard ?? current, admission.Ward, admission.Ward),
            GatekeepingDecision decision => (referring, current, decision.Ward),
            Transfer { Direction: TransferDirection.WardToCrt } transfer => (transfer.From ?? current, current, null),
            Transfer { Direction: TransferDirection.CrtToWard } transfer => (null, current, transfer.To),
            Transfer transfer when episode?.Kind == EpisodeKind.Ward => (transfer.From, current, transfer.To),
            Transfer => (null, current, null), // between two community teams no ward is concerned
            TransferCancelled cancelled when episode?.Kind == EpisodeKind.Ward => (referring, current, cancelled.BackTo),
            EpisodeUpdated update => (referring, update.Ward ?? current, null),
            Discharge discharge => (referring, current, discharge.Ward),
            DischargeCancelled => (referring, current, episode?.LastTold?.Ward),
            _ => (referring, current, null),
        };
    }

    private static Team? CoordinatorTeam(CareEvent value, EpisodeState? episode)
    {
        var said = value switch
        {
            Discharge d => d.CareCoordinator,
            Admission a => a.CareCoordinator,
            _ => CareCoordinator.Unknown,
        };
        var coordinator = said.Status == CareCoordinatorStatus.Unknown ? episode?.CareCoordinator ?? said : said;
        return coordinator is { Status: CareCoordinatorStatus.Named, Person: { Organisation: { } organisation } person }
            ? new Team { Name = person.OrganisationName ?? organisation.Value, Organisation = organisation }
            : null;
    }

    // The crisis team does not write to itself, and a discharge "to" the team that discharges is its own EPR's habit.
    private static bool IsOwn(Team team, CareEvent value, EpisodeState? episode)
    {
        var own = value switch { Discharge d => d.Team, Admission a => a.Team, _ => null } ?? episode?.Crt;
        return own is not null && KeyOf(own) == KeyOf(team);
    }

    private static string KeyOf(Team team) => (team.LocalCode ?? $"{team.Organisation}|{team.Name}").ToUpperInvariant();
}
