namespace Hub.Fhir.Events;

/// <summary>Whether an update names another team than the one that was to take over, once a discharge is on record.</summary>
public static class Takeover
{
    /// <summary>The team named now; null where there is no discharge, no team, or the team that was on record before.</summary>
    public static Team? ChangedTo(EpisodeUpdated update, EpisodeState? before)
    {
        ArgumentNullException.ThrowIfNull(update);
        if (before?.Discharge is not { } discharge)
        {
            return null;
        }

        if (update.Cmht is { } cmht && !(before.Cmht is { } known ? IsSame(known, cmht) : discharge.DestinationTeams.Any(t => IsSame(t, cmht))))
        {
            return cmht;
        }

        var own = before.Kind == EpisodeKind.Ward ? before.Ward : before.Crt;
        return update.Team is { } team && (own is null || !IsSame(own, team)) ? team : null;
    }

    private static bool IsSame(Team left, Team right) => left.LocalCode is { } l && right.LocalCode is { } r
        ? string.Equals(l, r, StringComparison.OrdinalIgnoreCase)
        : string.Equals(left.Name, right.Name, StringComparison.OrdinalIgnoreCase);
}
