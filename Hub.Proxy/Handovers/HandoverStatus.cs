using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Proxy.Handovers;

/// <summary>One thing that must be true of a handover: whether it is, and by what that is known. Null: it does not apply here, and why.</summary>
public sealed record HandoverCheck(string Name, bool? Holds, string Because);

/// <summary>
/// What a handover amounts to, derived from the episode and its obligations and explained: the hub shows it and never blocks a clinical act. Pure.
/// </summary>
internal static class HandoverStatus
{
    public static IReadOnlyList<HandoverCheck> Of(EpisodeState state, IReadOnlyList<Obligation> obligations)
    {
        if (state.Discharge is not { } discharge)
        {
            return [];
        }

        var agreed = Agreed(state);
        var review = Review(state, obligations);
        var team = Team(discharge, obligations);
        var gp = Gp(obligations);
        var joint = All("JointDischarge", [agreed, review, team, gp]);
        var whole = All("ContinuityHandoverComplete",
        [
            joint, Closed("MedicationResponsibilityNamed", obligations, ObligationKind.MedicineResponsibility, ObligationKind.MedicineSupply, ObligationKind.MedicineListConfirmed, ObligationKind.DepotNextDose),
            Closed("PhysicalMonitoringAssigned", obligations, ObligationKind.Monitoring), Closed("FollowUpBooked", obligations, ObligationKind.FollowUpBooked),
            Closed("CrisisPlanGiven", obligations, ObligationKind.CrisisPlanGiven), Closed("PatientCopy", obligations, ObligationKind.PatientCopy),
            Closed("CarerCopy", obligations, ObligationKind.CarerCopy), Closed("CareCoordinatorExplicit", obligations, ObligationKind.CareCoordinator),
            Closed("GpActions", obligations, ObligationKind.GpAction), Closed("SafetyAlertsRead", obligations, ObligationKind.SafetyAlertRead),
        ]);
        var open = obligations.Count(o => o.IsOpen && !o.IsAnswered);
        return
        [
            agreed, review, team, gp, joint, whole,
            new("DischargedWithOpenObligations", open > 0, open > 0 ? $"{open} open, the first due {First(obligations.Where(o => !o.IsAnswered))}" : "nothing is open"),
        ];
    }

    /// <summary>The person is in care again, under a later handover; its number only to who may read that one.</summary>
    public static string BackInCare(long? handover) =>
        $"The person is under care again since{(handover is { } id ? $": see handover {id}" : "")}. What is open here was asked before that.";

    /// <summary>Who holds the person now, as it was said and never invented (clinical rule 12).</summary>
    public static IReadOnlyList<string> Holder(EpisodeState state, IReadOnlyList<Obligation> obligations, HandoverRules rules)
    {
        if (state.Discharge is not { } discharge)
        {
            var team = state.Kind == EpisodeKind.Ward ? state.Ward : state.Crt;
            return state.Status != EpisodeStatus.Open ? ["The episode was cancelled."] : [$"Under {team?.Name ?? "a team that is not known"}.", .. Moved(state, obligations, rules)];
        }

        var taken = obligations.Where(o => o is { Kind: ObligationKind.CmhtAccepts, Owner: not null, State: ObligationState.Accepted or ObligationState.Done }).ToList();
        if (taken.Count > 0)
        {
            return
            [
                .. taken.Select(o => $"{o.ActorName ?? Wording.Party(o.Actor)} has accepted: {o.Owner}{(o.OwnerToldBy == ActChannel.Phone ? ", told to us" : "")}."),
                .. taken.Count > 1 ? ["Two have accepted: agree one lead."] : (IEnumerable<string>)[],
                .. DirectContact(state, discharge, rules),
            ];
        }

        var gpAlone = discharge is { GpOnly: true, DestinationTeams.Count: 0 };
        var asked = obligations.Where(o => o is { Kind: ObligationKind.CmhtAccepts, IsOpen: true }).OrderBy(o => o.DueAt).ToList();
        return
        [
            $"{(gpAlone ? "No team is asked to take over: the GP alone." : "No team has accepted.")} Last team on record: {discharge.Team?.Name ?? state.Crt?.Name ?? "not known"}, discharged {Wording.When(discharge.OccurredAt)}.",
            .. asked.Select(o => $"{o.ActorName ?? Wording.Party(o.Actor)}: {ObligationWords.State(o)}{(o.DueAt is { } due ? $"; answer due {Words.London(due)}" : "")}."),
            discharge.CrtHoldsUntilAccepted switch
            {
                true => $"{discharge.Team?.Name ?? state.Crt?.Name ?? "The discharging team"} has confirmed that it stays responsible until then.",
                false => $"{discharge.Team?.Name ?? state.Crt?.Name ?? "The discharging team"} has said that it does not stay responsible.",
                _ => InTheGap(Gap.Of(state), obligations, rules),
            },
            .. DirectContact(state, discharge, rules),
        ];
    }

    /// <summary>A move that nobody is reported to have accepted.</summary>
    private static IEnumerable<string> Moved(EpisodeState state, IReadOnlyList<Obligation> obligations, HandoverRules rules) => state.Transfers is not [.., { Transfer: var moved } last] ? []
        : moved.AcceptedBy is { } by ? [$"Moved {Wording.When(moved.OccurredAt)}; accepted by {by.Name}."]
        : Gap.Of(state) is not { } gap ? []
        :
        [
            $"Moved {Wording.When(moved.OccurredAt)}; that anybody there has accepted was not reported. Last team before: {moved.From?.Name ?? (last.KindBefore == EpisodeKind.Ward ? last.WardBefore : last.CrtBefore)?.Name ?? "not known"}.",
            InTheGap(gap, obligations, rules),
        ];

    /// <summary>Who answers until a team has accepted: who confirmed this case, else the trust's rule, else nobody is named.</summary>
    private static string InTheGap(Gap? gap, IReadOnlyList<Obligation> obligations, HandoverRules rules) =>
        obligations.FirstOrDefault(o => o is { Kind: ObligationKind.GapConfirmed, Owner: not null, State: not ObligationState.Cancelled } && o.Subject == gap?.Subject) is { } confirmed
            ? $"Until then {confirmed.Owner} answers, as was confirmed for this case{(confirmed.OwnerToldBy == ActChannel.Phone ? " (told to us)" : "")}."
        : gap is not null && rules.GapFor(gap.Movement, gap.Since) is { } rule
            ? $"Until then, by the trust's rule ({rule.Owner}, to be reviewed by {rule.ReviewOn.ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture)}): {rule.Answers}."
        : "Who is responsible until then was not stated; no rule is set.";

    /// <summary>Only where the team said that there is a route; for how long is the rule's.</summary>
    private static IEnumerable<string> DirectContact(EpisodeState state, Discharge discharge, HandoverRules rules) =>
        discharge is { Kind: EpisodeKind.Crt, SelfReferralRoute.Length: > 0 } && rules.FindClock(HandoverRules.DirectContactClock) is { } window
            ? [$"The person may reach {discharge.Team?.Name ?? state.Crt?.Name ?? "the discharging team"} without a new referral, by the way that the discharge names, at least until {Words.London(discharge.OccurredAt.Instant.AddMinutes(window.Minutes))}."]
            : [];

    private static HandoverCheck Agreed(EpisodeState state) => state.DischargePlanned switch
    {
        { AgreedWith.Count: > 0 } planned => new("DischargeAgreed", true, $"agreed with {planned.AgreedWith.Count} before the date"),
        { } => new("DischargeAgreed", false, "a date was set, and nobody is recorded as having agreed it"),
        _ => new("DischargeAgreed", false, "no planned discharge was reported"),
    };

    private static HandoverCheck Review(EpisodeState state, IReadOnlyList<Obligation> obligations)
    {
        var one = obligations.FirstOrDefault(o => o.Kind == ObligationKind.JointReview);
        var met = Duties.State(state with { Discharge = null }).FirstOrDefault(d => d.Kind == ObligationKind.JointReview)?.Met;
        return one?.State == ObligationState.Waived ? new("JointReviewHeld", true, "not held, for a recorded reason")
            : met is not null || one?.State == ObligationState.Done ? new("JointReviewHeld", true, met ?? "held")
            : new("JointReviewHeld", false, "no attendance of another service was reported");
    }

    private static HandoverCheck Team(Discharge discharge, IReadOnlyList<Obligation> obligations)
    {
        if (discharge is { DestinationTeams.Count: 0 })
        {
            return discharge.GpOnly ? new("TeamAccepted", null, "no team is asked to take over") : new("TeamAccepted", false, "no team was named");
        }

        var asked = obligations.Where(o => o.Kind == ObligationKind.CmhtAccepts).ToList();
        return asked.FirstOrDefault(o => o is { Owner: not null, State: ObligationState.Accepted or ObligationState.Done }) is { } accepted
            ? new("TeamAccepted", true, $"{accepted.ActorName}: {ObligationWords.State(accepted)}")
            : new("TeamAccepted", false, asked.Count == 0 ? "no team was asked through the hub" : string.Join("; ", asked.Select(o => $"{o.ActorName ?? Wording.Party(o.Actor)}: {ObligationWords.State(o)}")));
    }

    private static HandoverCheck Gp(IReadOnlyList<Obligation> obligations) =>
        obligations.FirstOrDefault(o => o is { Kind: ObligationKind.GpInformed, Subject: "discharge" }) switch
        {
            null => new("GpAcknowledged", false, "no practice is known, or it could not be reached"),
            { State: ObligationState.Done } => new("GpAcknowledged", true, "the practice matched the person, or said so"),
            { } one => new("GpAcknowledged", false, ObligationWords.State(one)),
        };

    private static HandoverCheck Closed(string name, IReadOnlyList<Obligation> obligations, params ObligationKind[] kinds)
    {
        var all = obligations.Where(o => kinds.Contains(o.Kind)).ToList();
        var open = all.Where(o => o.IsOpen && !IsAssigned(o)).ToList();
        return open.Count == 0
            ? new(name, true, all.Count == 0 ? "nothing is owed" : "done")
            : new(name, false, $"{open.Count} open, the first due {First(open)}");
    }

    /// <summary>The check is of who has it: a medicine's next prescriber, who does a check, what the practice takes on.</summary>
    private static bool IsAssigned(Obligation one) => one is { State: ObligationState.Accepted, Kind: ObligationKind.MedicineResponsibility or ObligationKind.Monitoring or ObligationKind.GpAction };

    private static HandoverCheck All(string name, IReadOnlyList<HandoverCheck> parts)
    {
        var missing = parts.Where(p => p.Holds == false).Select(p => p.Name).ToList();
        return new(name, missing.Count == 0, missing.Count == 0 ? "all of it holds" : "missing: " + string.Join(", ", missing));
    }

    private static string First(IEnumerable<Obligation> open) => open.Where(o => o.IsOpen && o.DueAt is not null).Min(o => o.DueAt) is { } due ? Words.London(due) : "without a date";
}
