using Hub.Fhir.Events;
using Hub.Proxy.Store;

namespace Hub.Proxy.Census;

/// <summary>One thing that the record system and the hub do not say alike.</summary>
/// <param name="EpisodeId">The record system's id; nothing else of the person.</param>
/// <param name="Kind">not-in-hub, not-in-epr, closed-in-hub, team-differs, date-differs, other-kind.</param>
/// <param name="What">Both sides, codes and dates only.</param>
internal sealed record CensusDifference(string EpisodeId, string Kind, string What);

/// <summary>Compares a caseload with the hub's open episodes of the same organisation. Pure.</summary>
internal static class CensusComparison
{
    public static IReadOnlyList<CensusDifference> Of(IReadOnlyList<CensusRow> rows, IReadOnlyList<EpisodeState> held)
    {
        // A file of a crisis team's caseload says nothing of wards that it does not list.
        var kinds = rows.Select(r => r.Kind).DefaultIfEmpty(EpisodeKind.Crt).ToHashSet();
        var byId = held.ToDictionary(e => e.Key.LocalId, StringComparer.Ordinal);
        var listed = rows.Select(r => r.EpisodeId).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. rows.SelectMany(row => byId.TryGetValue(row.EpisodeId, out var episode) ? Compare(row, episode) : [new(row.EpisodeId, "not-in-hub", $"line {row.Line}: open in the record system, unknown to the hub")]),
            .. held.Where(e => e.Status == EpisodeStatus.Open && kinds.Contains(e.Kind) && !listed.Contains(e.Key.LocalId))
                .Select(e => new CensusDifference(e.Key.LocalId, "not-in-epr", "open in the hub, not in the caseload: a discharge may have been lost")),
        ];
    }

    private static IEnumerable<CensusDifference> Compare(CensusRow row, EpisodeState episode)
    {
        if (episode.Status != EpisodeStatus.Open)
        {
            yield return new(row.EpisodeId, "closed-in-hub", $"line {row.Line}: open in the record system, {episode.Status.ToString().ToLowerInvariant()} in the hub");
            yield break;
        }

        if (episode.Kind != row.Kind)
        {
            yield return new(row.EpisodeId, "other-kind", $"{row.Kind} in the record system, {episode.Kind} in the hub");
        }

        var team = episode.Kind == EpisodeKind.Ward ? episode.Ward ?? episode.Admission?.Team : episode.Crt ?? episode.Admission?.Team;
        if (team is null || !Names(team).Contains(row.Team, StringComparer.OrdinalIgnoreCase))
        {
            yield return new(row.EpisodeId, "team-differs", $"{row.Team} in the record system, {team?.LocalCode ?? team?.Name ?? "none"} in the hub");
        }

        if (episode.StartedAt?.Date != row.Admitted.Date)
        {
            yield return new(row.EpisodeId, "date-differs", $"{row.Admitted.Date:yyyy-MM-dd} in the record system, {(episode.StartedAt is { } started ? started.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : "none")} in the hub");
        }
    }

    private static IEnumerable<string> Names(Team team) => new[] { team.LocalCode, team.Organisation?.Value, team.Name }.OfType<string>();
}
