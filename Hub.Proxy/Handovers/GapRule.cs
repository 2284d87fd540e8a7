using Hub.Fhir.Events;

namespace Hub.Proxy.Handovers;

/// <summary>The ways in which a person passes from one team to another and may be with nobody for a while (clinical rule 12).</summary>
public enum GapMovement
{
    CrtToCmht,
    CrtToGp,
    CrtToWard,
    WardToCrt,
    WardToCmht,
    WardToGp,
    SelfDischarge,
    OutOfArea,
}

/// <summary>Who answers for a person in one such gap, as the trust decided. The hub ships none: a default would be an invention.</summary>
public sealed record GapRule
{
    public required GapMovement Movement { get; init; }

    /// <summary>Who answers until a team has accepted, as people are to read it: a team and a number.</summary>
    public required string Answers { get; init; }

    /// <summary>Who decided it and answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>By when it is looked at again. A rule whose day has passed counts as none.</summary>
    public required DateOnly ReviewOn { get; init; }

    internal IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Answers))
        {
            yield return $"gaps, {Movement}: answers names who answers for the person; without a rule leave it out, and it reads \"no rule is set\".";
        }

        if (string.IsNullOrWhiteSpace(Owner) || Owner.Contains("to be named", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"gaps, {Movement}: owner is a person or office that has decided it; nobody is responsible by default.";
        }
    }
}

/// <summary>A gap that is open by the record: which movement, since when, whom it waits for.</summary>
internal sealed record Gap(GapMovement Movement, ClinicalTime Since, string Subject, string? Awaited)
{
    private const string Self = "6";
    private const string Relative = "7";

    /// <summary>The gap of the discharge that stands, or of a move whose acceptance nobody reported; null where there is none.</summary>
    public static Gap? Of(EpisodeState state) =>
        state.Discharge is { } discharge ? new Gap(MovementOf(state, discharge), discharge.OccurredAt, "discharge", discharge.DestinationTeams is [var first, ..] ? first.Name : null)
        : state is { Status: EpisodeStatus.Open, Transfers: [.., { Transfer: { AcceptedBy: null } moved }] } && MovementOf(moved) is { } movement
            ? new Gap(movement, moved.OccurredAt, $"transfer {moved.SourceMessageId}", moved.To.Name)
        : null;

    private static GapMovement MovementOf(EpisodeState state, Discharge discharge)
    {
        var ward = discharge.Kind == EpisodeKind.Ward;
        return discharge.Method is Self or Relative ? GapMovement.SelfDischarge
            : discharge.DestinationTeams.Any(t => t.Organisation is { } theirs && !SameTrust(theirs, state.Key.Organisation)) ? GapMovement.OutOfArea
            : discharge.GpOnly ? ward ? GapMovement.WardToGp : GapMovement.CrtToGp
            : discharge.DestinationTeams.Select(t => t.ToParty()).FirstOrDefault(CareParty.Cmht) switch
            {
                CareParty.Ward => GapMovement.CrtToWard,
                CareParty.Crt => GapMovement.WardToCrt,
                _ => ward ? GapMovement.WardToCmht : GapMovement.CrtToCmht,
            };
    }

    private static GapMovement? MovementOf(Transfer moved) => moved.Direction switch
    {
        TransferDirection.WardToCrt => GapMovement.WardToCrt,
        TransferDirection.CrtToWard => GapMovement.CrtToWard,
        _ => null,
    };

    // A trust's sites and teams bear its own three letters first (ODS).
    private static bool SameTrust(OdsCode one, OdsCode other) => one.Value.Length >= 3 && other.Value.Length >= 3 && one.Value[..3] == other.Value[..3];
}
