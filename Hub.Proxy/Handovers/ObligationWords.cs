using System.Text.Json;

namespace Hub.Proxy.Handovers;

/// <summary>Obligations in the words that people read.</summary>
internal static class ObligationWords
{
    /// <summary>The name in rules, reports and FHIR: <c>gp-informed</c>.</summary>
    public static string Name(ObligationKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>Where it stands. A system that has a message is never worded as somebody who has read it (clinical rule 13).</summary>
    public static string State(Obligation obligation) =>
        obligation is { IsOpen: true, HeldSince: not null } ? Standing(obligation) + "; its clock is held: a death is reported and not confirmed" : Standing(obligation);

    private static string Standing(Obligation obligation) => obligation.State switch
    {
        ObligationState.Proposed => "nobody has been asked through the hub",
        ObligationState.Requested => "the message that asks for it has not been taken yet",
        ObligationState.Received => "their system has the message; we are not told when someone reads it",
        ObligationState.Accepted => $"accepted by {obligation.Owner}{Told(obligation)}",
        ObligationState.InProgress => $"{obligation.Owner} has begun{Told(obligation)}",
        ObligationState.Done => "done",
        ObligationState.Rejected => "declined; back with the team that asked",
        ObligationState.Waived => "waived",
        _ => "no longer owed",
    };

    private static string Told(Obligation obligation) => obligation.OwnerToldBy == ActChannel.Phone ? " (told to us)" : "";
}
