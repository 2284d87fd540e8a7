using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>What the pages to hand over are written from, all of it past <see cref="HandoutGate"/>.</summary>
internal sealed record HandoutFacts : PersonalValue
{
    public required bool OnWard { get; init; }

    /// <summary>The team that speaks.</summary>
    public required string Team { get; init; }

    /// <summary>The team to ring, and its number for people; empty where none was sent. A number for professionals is never taken for it.</summary>
    public required string HelpTeam { get; init; }
    public required string Phone { get; init; }
    public required PatientRef Patient { get; init; }
    public required IReadOnlyList<PlannedAction> Plan { get; init; }
    public FollowUp? FollowUp { get; init; }
    public CrisisPlanRef? CrisisPlan { get; init; }
    public CareCoordinator Coordinator { get; init; } = CareCoordinator.Unknown;
    public NextVisit? NextVisit { get; init; }
    public Discharge? Discharge { get; init; }
    public DischargePlanned? Planned { get; init; }

    public static HandoutFacts Of(CaseFile file)
    {
        var (team, phone) = Help(file.Crt, file.Author, file.Line24h);
        return new HandoutFacts
        {
            OnWard = file.Kind == EpisodeKind.Ward,
            Team = file.Author?.Name ?? "the team",
            HelpTeam = team,
            Phone = phone,
            Patient = file.Patient,
            Plan = file.Plan,
            FollowUp = file.FollowUp,
            CrisisPlan = file.CrisisPlan,
            Coordinator = file.CareCoordinator,
            NextVisit = file.Event is Discharge ? null : file.NextVisit,
            Discharge = file.Standing,
            Planned = file.Episode?.DischargePlanned,
        };
    }

    /// <summary>For a sheet that is made from the episode alone.</summary>
    public static HandoutFacts Of(EpisodeState state)
    {
        var author = state.Kind == EpisodeKind.Ward ? state.Ward : state.Crt;
        var (team, phone) = Help(state.Crt, author, state.Discharge?.DestinationTeams.FirstOrDefault(t => Datatypes.Null(t.Phone24h) is not null));
        return new HandoutFacts
        {
            OnWard = state.Kind == EpisodeKind.Ward,
            Team = author?.Name ?? "the team",
            HelpTeam = team,
            Phone = phone,
            Patient = state.Patient,
            Plan = state.Discharge?.Plan ?? state.Admission?.Plan ?? [],
            FollowUp = state.Discharge?.FollowUp,
            CrisisPlan = state.Discharge?.CrisisPlan ?? state.CrisisPlan,
            Coordinator = state.Discharge?.CareCoordinator is { Status: not CareCoordinatorStatus.Unknown } said ? said : state.CareCoordinator,
            NextVisit = state.Status == EpisodeStatus.Open ? state.NextVisit : null,
            Discharge = state.Discharge,
            Planned = state.DischargePlanned,
        };
    }

    private static (string Team, string Phone) Help(Team? crt, Team? author, Team? next) =>
        Datatypes.Null(crt?.Phone24h) is { } crisis ? (crt!.Name, crisis)
        : Datatypes.Null(author?.Phone24h) is { } own ? (author!.Name, own)
        : Datatypes.Null(next?.Phone24h) is { } coming ? (next!.Name, coming)
        : ((crt ?? author)?.Name ?? "the team", "");
}
