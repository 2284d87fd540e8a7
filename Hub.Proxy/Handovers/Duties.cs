using System.Globalization;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;

namespace Hub.Proxy.Handovers;

/// <summary>
/// What is owed after an event, worked out from the event and the episode as it then stands. Pure: events that come in another order and leave the same
/// episode leave the same duties.
/// </summary>
internal static class Duties
{
    /// <summary>Kinds that the state of the episode decides: what it no longer says is no longer owed.</summary>
    public static IReadOnlyList<ObligationKind> OfState { get; } =
    [
        ObligationKind.MedicineSupply, ObligationKind.MedicineListConfirmed, ObligationKind.FollowUpDone, ObligationKind.CrisisPlanGiven, ObligationKind.PatientCopy,
        ObligationKind.CarerCopy, ObligationKind.CareCoordinator, ObligationKind.JointReview, ObligationKind.SideEffectReply, ObligationKind.ReferrerReply,
        ObligationKind.DeathConfirmed, ObligationKind.DischargeNotice, ObligationKind.ReferralSeen, ObligationKind.DirectContact, ObligationKind.GapConfirmed,
    ];

    /// <param name="happened">The event as it was applied.</param>
    /// <param name="after">The episode with it.</param>
    /// <param name="asks">What the event's messages ask, each with its Task.</param>
    public static IReadOnlyList<Duty> Of(CareEvent happened, EpisodeState after, IReadOnlyList<AskedTask> asks) =>
        [.. News(happened, after), .. asks.Select(a => Asked(happened, after, a)).OfType<Duty>(), .. State(after)];

    /// <summary>What the state of the episode alone makes owed, met or not.</summary>
    public static IEnumerable<Duty> State(EpisodeState state)
    {
        foreach (var duty in OfCare(state))
        {
            yield return duty;
        }

        if (state.DischargePlanned is { } planned && state.Discharge is null)
        {
            yield return JointReview(planned);
            foreach (var notice in Notices(state, planned))
            {
                yield return notice;
            }
        }

        if (Gap.Of(state) is { } gap)
        {
            yield return OfGap(state, gap);
        }

        foreach (var duty in state.Discharge is { } discharge ? OfDischarge(state, discharge) : [])
        {
            yield return duty;
        }
    }

    /// <summary>The practice and the ward hear of what began, ended or changed.</summary>
    private static IEnumerable<Duty> News(CareEvent happened, EpisodeState after)
    {
        if (happened is not (Admission or Discharge or DischargeCancelled or MedicationChange or Transfer))
        {
            yield break;
        }

        var subject = happened is Admission or Discharge ? CareEventJson.TypeName(happened) : $"{CareEventJson.TypeName(happened)} {happened.SourceMessageId}";
        if (after.Patient.GpPractice is { NamesNoPractice: false })
        {
            yield return new Duty
            {
                Kind = ObligationKind.GpInformed, Subject = subject, Actor = CareParty.Gp, ActorName = after.Patient.GpPracticeName,
                Text = $"The practice is informed: {Told(happened)}.", From = happened.OccurredAt, Once = true,
            };
        }

        if (happened is Admission or Discharge or DischargeCancelled or Transfer && after.Ward is { } ward)
        {
            yield return new Duty
            {
                Kind = ObligationKind.WardInformed, Subject = subject, Actor = CareParty.Ward, ActorName = ward.Name,
                Text = $"The ward is informed: {Told(happened)}.", From = happened.OccurredAt, Once = true,
            };
        }
    }

    private static string Told(CareEvent happened) => happened switch
    {
        Admission => "care began",
        Discharge => "care ended",
        DischargeCancelled => "the discharge is withdrawn",
        Transfer => "the person moved",
        _ => "medicines changed, and why",
    };

    /// <summary>One ask, one Task, one line on the page, one obligation. What the person or a carer does is nobody's to chase.</summary>
    private static Duty? Asked(CareEvent happened, EpisodeState after, AskedTask ask) => ask.Owner is CareParty.Patient or CareParty.Carer ? null : new Duty
    {
        Kind = KindOf(ask),
        Subject = ask.AskId,
        Actor = ask.Owner,
        ActorName = ask.OwnerName,
        Text = ask.Text,
        From = happened.OccurredAt,
        Due = ask.Due,
        AtRisk = AtRisk(after),
        TaskId = ask.TaskId,
        Once = true,
    };

    private static ObligationKind KindOf(AskedTask ask) => ask.AskId.Split('-')[0] switch
    {
        "accept" => ObligationKind.CmhtAccepts,
        "prescriber" => ObligationKind.MedicineResponsibility,
        "depot" => ObligationKind.DepotNextDose,
        "check" => ObligationKind.Monitoring,
        "risk" => ObligationKind.SafetyAlertRead,
        "book" => ObligationKind.FollowUpBooked,
        _ => ask.Owner == CareParty.Gp ? ObligationKind.GpAction : ObligationKind.TeamAction,
    };

    private static IEnumerable<Duty> OfCare(EpisodeState state)
    {
        foreach (var effect in state.SideEffects)
        {
            yield return new Duty
            {
                Kind = ObligationKind.SideEffectReply, Subject = effect.SideEffectId, Actor = Own(state), ActorName = OwnTeam(state)?.Name,
                Text = "Answer the side effect that was reported.", From = effect.OccurredAt,
                Met = effect.AnsweredAt is { } answered ? $"answered {Wording.When(answered)}" : null,
            };
        }

        if (state.Referral is { } referral)
        {
            yield return new Duty
            {
                Kind = ObligationKind.ReferrerReply, Subject = "referral", Actor = CareParty.Crt, ActorName = (referral.Team ?? state.Crt)?.Name,
                Text = "Answer the referrer.", From = referral.OccurredAt,
                Met = state.ReferralAnswer is { } answer ? $"answered {Wording.When(answer.OccurredAt)}"
                    : state.ReferralDecline is { } decline ? $"declined with a reason {Wording.When(decline.OccurredAt)}"
                    : state.Admission is { } admission ? $"taken on {Wording.When(admission.OccurredAt)}" : null,
            };
        }

        if (state is { Referral: { Priority: not ResponsePriority.Routine } asked, ReferralDecline: null, Discharge: null, Status: EpisodeStatus.Open })
        {
            yield return new Duty
            {
                Kind = ObligationKind.ReferralSeen, Subject = "referral", Actor = CareParty.Crt, ActorName = (asked.Team ?? state.Crt)?.Name,
                Text = "See the person who was referred, face to face.", From = asked.OccurredAt, AtRisk = asked.Priority is not ResponsePriority.Urgent,
                Met = SeenAt(state, asked) is { } seen ? $"seen {Wording.When(seen)}" : null,
            };
        }

        if (state.Death is { } death)
        {
            // No team's name stands in it, so that it is the same demand whatever else is learnt, and a death once confirmed is not asked about again.
            yield return new Duty
            {
                Kind = ObligationKind.DeathConfirmed, Subject = "death", Actor = Own(state), From = death.OccurredAt,
                Text = "Confirm the reported death (done), or say that it is not so (decline, with the reason). Until then every other clock for this person is held and no follow-up has ended.",
            };
        }

        if (state is { Admission.Kind: EpisodeKind.Crt, Discharge: null } && state.Status == EpisodeStatus.Open)
        {
            yield return Coordinator(state, state.Admission.OccurredAt);
        }
    }

    private static IEnumerable<Duty> OfDischarge(EpisodeState state, Discharge discharge)
    {
        var from = discharge.OccurredAt;
        yield return Coordinator(state, from);
        yield return Own(state, from, ObligationKind.MedicineListConfirmed, "list", "Confirm the list of medicines at discharge.",
            discharge is { MedicinesConfirmed: true, Medicines: not null } ? "confirmed by the sender at discharge" : null);
        yield return Own(state, from, ObligationKind.CrisisPlanGiven, "plan", "Give the person the crisis plan, and write down when and how.",
            state.CrisisPlan is null ? null : Given(state, CareParty.Patient, "crisis"));
        yield return Own(state, from, ObligationKind.PatientCopy, "discharge plan", "Give the person the written discharge plan, and write down when and how.",
            Given(state, CareParty.Patient, "plan") ?? Given(state, CareParty.Patient, "discharge"));
        foreach (var carer in state.Carers.Where(c => c is { IsCarer: true, MarkedAsRisk: false } && c.ConsentFor(ConsentClass.Plan) == ConsentState.Given))
        {
            yield return Own(state, from, ObligationKind.CarerCopy, carer.Id, "Give the carer the parts of the plan that the person agreed to.", Given(state, CareParty.Carer, ""));
        }

        foreach (var line in (discharge.Medicines ?? []).Where(l => MedicineChanges.StatusAfter(l) is MedicineStatus.Active && l is { Use: MedicineUse.Regular, Depot: null }))
        {
            yield return Own(state, from, ObligationKind.MedicineSupply, line.LineId, $"Say until when {line.Medicine.Text} is supplied, and who supplies it after that.",
                line.SupplyEndsOn is { } end ? $"supplied until {Wording.When(end)}" : null);
        }

        if (discharge.Kind == EpisodeKind.Crt)
        {
            yield return Own(state, from, ObligationKind.DirectContact, "route", "Say how the person reaches the team after the discharge without a new referral, and until when.",
                discharge.SelfReferralRoute is { Length: > 0 } ? "said with the discharge" : null);
        }

        if (FollowUpOf(state, discharge) is { } followUp)
        {
            yield return followUp;
        }

        if (discharge is { GpOnly: false, DestinationTeams.Count: 0 })
        {
            // An HL7 v2 A03 cannot say who takes over. The team on record is asked; that it takes over is never taken for granted (clinical rule 12).
            yield return new Duty
            {
                Kind = ObligationKind.CmhtAccepts, Subject = "team-on-record", Actor = CareParty.Cmht, ActorName = state.Cmht?.Name, From = from, AtRisk = AtRisk(state),
                Text = "Say whether you take the person on: the sender named no team that takes over. If the GP alone does, the crisis team waives this with the reason.",
            };
        }
    }

    /// <summary>Clinical rule 15: from a ward 72 or 48 hours; from the crisis team to a community team the date in the plan; to the GP alone only what the plan asks.</summary>
    private static Duty? FollowUpOf(EpisodeState state, Discharge discharge)
    {
        var ward = discharge.Kind == EpisodeKind.Ward;
        if (!ward && discharge.FollowUp?.Start is null)
        {
            return null;
        }

        var team = discharge.FollowUp?.Team ?? (discharge.DestinationTeams is [var first, ..] ? first : ward ? state.Crt : null);
        var seen = state.Contacts.FirstOrDefault(c => c.MissedOutcome is null && c.At.Instant > discharge.OccurredAt.Instant);
        return new Duty
        {
            Kind = ObligationKind.FollowUpDone, Subject = "first", Actor = team is null ? CareParty.Cmht : team.ToParty(), ActorName = team?.Name,
            Text = "See the person for the first follow-up. A booking is not a contact.", From = discharge.OccurredAt,
            Due = ward ? null : discharge.FollowUp?.Start, AtRisk = AtRisk(state),
            Met = seen is null ? null : $"seen {Wording.When(seen.At)}",
        };
    }

    /// <summary>Clinical rule 12: where no rule says who answers in the gap, the shift lead confirms each case. The planner leaves it out where one does.</summary>
    private static Duty OfGap(EpisodeState state, Gap gap) => Own(state, gap.Since, ObligationKind.GapConfirmed, gap.Subject,
        "Say who answers for the person until a team has accepted: accept this in the name of whoever does. No rule is set.",
        state.Discharge?.CrtHoldsUntilAccepted is { } holds ? holds ? "the discharging team said that it does" : "the discharging team said that it does not" : null);

    /// <summary>The person and each carer whom it affects hear the date before it comes: arrangements that affect a carer need no consent (clinical rule 22).</summary>
    private static IEnumerable<Duty> Notices(EpisodeState state, DischargePlanned planned)
    {
        yield return Notice("person", "Tell the person the planned date of the discharge before it comes.",
            planned.Invited.Any(i => i.Party == CareParty.Patient) ? "invited to the review" : Given(state, CareParty.Patient, "date"));
        var carers = state.Carers.Where(c => c is { IsCarer: true, MarkedAsRisk: false, KnowsOfCare: true }).ToList();
        foreach (var carer in carers)
        {
            var alone = carers.Count == 1; // a copy and an invitation name the party, not which of several
            yield return Notice(carer.Id, "Tell the carer the planned date of the discharge before it comes, where it affects them.",
                carer.ViewOfDischargeDate is not null ? "asked, and answered" : alone && planned.Invited.Any(i => i.Party == CareParty.Carer) ? "invited to the review"
                : alone ? Given(state, CareParty.Carer, "date") : null);
        }

        Duty Notice(string subject, string text, string? met) => Own(state, planned.OccurredAt, ObligationKind.DischargeNotice, subject, text, met) with { Due = planned.PlannedFor };
    }

    /// <summary>Face to face, as it was reported: a start of treatment, a telephone call and a channel that was not said show nothing.</summary>
    private static ClinicalTime? SeenAt(EpisodeState state, ReferralReceived referral) =>
        state.ReferralAnswer?.SeenFaceToFaceAt
        ?? (state.Gatekeeping is { AssessedInPerson: true, AssessedAt: { } assessed } && assessed.Instant >= referral.OccurredAt.Instant ? assessed : null)
        ?? state.Contacts.FirstOrDefault(c => c is { MissedOutcome: null, Channel: "in-person" } && c.At.Instant >= referral.OccurredAt.Instant)?.At;

    private static Duty JointReview(DischargePlanned planned) => new()
    {
        Kind = ObligationKind.JointReview, Subject = "review", Actor = CareParty.Crt,
        Text = "Hold the joint review with the team that takes over, the person and, where agreed, the carer; or write down why not.",
        From = planned.OccurredAt, Due = planned.MeetingAt ?? planned.PlannedFor,
        Met = planned.Invited.FirstOrDefault(i => i is { Status: AttendanceStatus.Attended, Party: not (CareParty.Crt or CareParty.Patient or CareParty.Carer) }) is { } who
            ? $"held; {Wording.Party(who.Party)} attended" : null,
    };

    private static Duty Coordinator(EpisodeState state, ClinicalTime from) => Own(state, from, ObligationKind.CareCoordinator, "coordinator",
        "Name the care co-ordinator, or say that there is none and who leads.",
        state.CareCoordinator.Status switch
        {
            CareCoordinatorStatus.Named => "named",
            CareCoordinatorStatus.None when state.CareCoordinator.Lead is { Length: > 0 } => "explicitly none; who leads was said",
            _ => null,
        });

    private static Duty Own(EpisodeState state, ClinicalTime from, ObligationKind kind, string subject, string text, string? met) => new()
    {
        Kind = kind, Subject = subject, Actor = Own(state), ActorName = OwnTeam(state)?.Name, Text = text, From = from, Met = met,
    };

    private static string? Given(EpisodeState state, CareParty to, string what) =>
        state.Given.LastOrDefault(g => g.To == to && g.NotGivenReason is null && g.At is not null && g.What.Contains(what, StringComparison.OrdinalIgnoreCase)) is { } copy
            ? string.Create(CultureInfo.InvariantCulture, $"given {Wording.When(copy.At!)}{(copy.How is { } how ? ", " + how : "")}") : null;

    // What was not stated is reckoned with as if it were there (clinical rule 15).
    private static bool AtRisk(EpisodeState state) =>
        !state.Risks.Any(r => r.Kind == RiskKind.ToSelf) || state.Risks.Any(r => r is { Kind: RiskKind.ToSelf, Statement: RiskStatement.Identified or RiskStatement.NotStated });

    private static CareParty Own(EpisodeState state) => state.Kind == EpisodeKind.Ward ? CareParty.Ward : CareParty.Crt;

    private static Team? OwnTeam(EpisodeState state) => state.Kind == EpisodeKind.Ward ? state.Ward : state.Crt;
}
