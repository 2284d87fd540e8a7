using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Store;

namespace Hub.Proxy.Handovers;

/// <summary>Turns the duties of an event into obligations with a clock, a chaser and the partner that is asked. Pure, but for the rules it is made with.</summary>
internal sealed class ObligationPlanner(HandoverRules rules)
{
    // What a cancelled discharge asked. Its medicines still stand or are not known to (clinical rule 16): what was asked about them stays.
    private static readonly ObligationKind[] OfDischarge =
    [
        ObligationKind.CmhtAccepts, ObligationKind.TeamAction, ObligationKind.MedicineListConfirmed, ObligationKind.MedicineSupply,
        ObligationKind.PatientCopy, ObligationKind.CarerCopy, ObligationKind.CrisisPlanGiven, ObligationKind.FollowUpBooked, ObligationKind.FollowUpDone,
        ObligationKind.DirectContact, ObligationKind.GapConfirmed,
    ];

    /// <param name="applied">What the event did to its episode.</param>
    /// <param name="copies">The messages that ask.</param>
    /// <param name="asks">What they ask.</param>
    /// <param name="sourceId">Who sent the event.</param>
    /// <param name="deathStood">Whether a death of the person stood reported before, in any of their episodes.</param>
    /// <param name="before">The episode before the event; null where it is the first that is heard of it.</param>
    /// <param name="all">The person's episodes, this one among them or not.</param>
    public ObligationPlan Plan(
        Applied applied, IReadOnlyList<PlannedDelivery> copies, IReadOnlyList<AskedTask> asks, string sourceId, bool deathStood = false, EpisodeState? before = null,
        IReadOnlyList<EpisodeState>? all = null)
    {
        var (happened, after) = (applied.Effective, applied.After);
        var duties = Duties.Of(happened, after, asks).Select(d => WithSlot(d, happened, after)).ToList();
        List<PlannedObligation> owed = [.. duties.Where(d => d.Met is null).Select(d => ToObligation(d, after, copies)).OfType<PlannedObligation>()];
        return new ObligationPlan
        {
            Owed = [.. owed.DistinctBy(o => o.Id)],
            Met = [.. duties.Where(d => d.Met is not null).Select(d => (d.IdIn(after.Key), d.Met!))],
            Withdrawn = happened is DischargeCancelled or AdmissionCancelled ? OfDischarge : [],
            Because = happened is DischargeCancelled ? "The discharge was withdrawn." : happened is AdmissionCancelled ? "The admission was withdrawn." : null,
            Death = (deathStood, after.Death is not null) switch { (false, true) => DeathNews.Reported, (true, false) => DeathNews.Released, _ => DeathNews.None },
            GpIsNow = GpIsNow(before, after),
            BackFrom = happened is Admission && before?.Admission is null ? [.. (all ?? []).Where(e => e.Key != after.Key && IsBackFrom(e, happened.OccurredAt, after.Kind)).Select(e => e.Key)] : [],
            By = sourceId,
        };
    }

    /// <summary>An ended episode that did not itself lead here: a ward that discharges to the crisis team has not had the person back.</summary>
    private static bool IsBackFrom(EpisodeState ended, ClinicalTime at, EpisodeKind now) =>
        ended is { Status: EpisodeStatus.Discharged, Discharge: { } discharge } && discharge.OccurredAt.Instant <= at.Instant
        && !(discharge.Kind == EpisodeKind.Ward && now == EpisodeKind.Crt)
        && !discharge.DestinationTeams.Any(t => t.ToParty() == (now == EpisodeKind.Ward ? CareParty.Ward : CareParty.Crt));

    private static string? GpIsNow(EpisodeState? before, EpisodeState after) =>
        before?.Patient.GpPractice is not { } was || after.Patient.GpPractice is not { } now || was == now ? null
        : now.NamesNoPractice ? "no registered practice" : after.Patient.GpPracticeName ?? now.Value;

    /// <summary>By when, by the rule of its kind; null where the trust does not follow this kind.</summary>
    private PlannedObligation? ToObligation(Duty duty, EpisodeState after, IReadOnlyList<PlannedDelivery> copies)
    {
        if (rules.For(duty.Kind, OrganisationOf(duty, after)) is not { } rule
            || (duty.Kind == ObligationKind.GapConfirmed && Gap.Of(after) is { } gap && rules.GapFor(gap.Movement, gap.Since) is not null))
        {
            return null;
        }

        var (due, clock) = Deadline(duty, rule);
        return new PlannedObligation
        {
            Id = duty.IdIn(after.Key),
            Kind = duty.Kind,
            Subject = duty.Subject,
            Actor = duty.Actor,
            ActorName = duty.ActorName,
            Chaser = after.Kind == EpisodeKind.Ward && rule.Chaser == EpisodeHistory.ShiftLead ? "Ward nurse in charge" : rule.Chaser,
            PartnerId = PartnerFor(duty, copies)?.PartnerId,
            TaskId = duty.TaskId is { } task ? Guid.Parse(task) : null,
            StartsAt = duty.From.Instant,
            DueAt = due,
            Clock = clock,
            Urgent = duty.Kind is ObligationKind.SafetyAlertRead or ObligationKind.DepotNextDose || (duty.AtRisk && duty.Kind is ObligationKind.FollowUpDone),
            NeverPaused = duty.NeverPaused,
            Fingerprint = duty.Fingerprint(),
        };
    }

    /// <summary>
    /// The sender's date where there is one: its day ends at midnight in Europe/London. Else the rule's hours from when the fact happened, so that a message
    /// that comes late starts late, or overdue (clinical rule 15).
    /// </summary>
    internal (DateTimeOffset Due, string Clock) Deadline(Duty duty, DutyRule rule)
    {
        var named = rules.Clock(duty.AtRisk && rule.AtRisk is { } atRisk ? atRisk : rule.Clock);
        if (named.Before && duty.Due is { } day)
        {
            return (day.Instant.AddMinutes(-named.Minutes), named.Key); // a date counts from its midnight, so that the notice is never too late
        }

        if (duty.Due is { } due)
        {
            return (due.IsDateOnly ? due.LatestInstant() : due.Instant, named.Minutes == 0 ? named.Key : "asked-by-date");
        }

        var clock = !named.NeedsDate ? named : rules.Clock(rule.Otherwise!);
        return (duty.From.Instant.AddMinutes(clock.Minutes), clock.Key);
    }

    /// <summary>Whose own agreement counts: the practice, or the team of that name; null for our own side.</summary>
    private static OdsCode? OrganisationOf(Duty duty, EpisodeState after) => duty.Actor switch
    {
        CareParty.Gp => after.Patient.GpPractice,
        _ when duty.ActorName is { } name => new[] { after.Discharge?.FollowUp?.Team, after.Crt, after.Cmht, after.Ward }.Concat(after.Discharge?.DestinationTeams ?? [])
            .OfType<Team>().FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase))?.Organisation,
        _ => null,
    };

    /// <summary>The copy that carries it: to the practice, or to the team or ward of that name, or the only one of its audience.</summary>
    private static PlannedDelivery? PartnerFor(Duty duty, IReadOnlyList<PlannedDelivery> copies)
    {
        var audience = duty.Actor switch
        {
            CareParty.Gp => Audience.Gp,
            CareParty.Cmht => Audience.Cmht,
            CareParty.Ward => Audience.Ward,
            _ => (Audience?)null,
        };
        var fitting = copies.Where(c => c.Audience == audience && c is { PartnerId: not null, Part: DocumentPart.Shareable }).ToList();
        return fitting.Count == 1 ? fitting[0] : fitting.FirstOrDefault(c => string.Equals(c.RecipientName, duty.ActorName, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Clinical rule 16: the hub cancels no appointment; both teams are asked, and answer before it would take place.</summary>
    private static Duty WithSlot(Duty duty, CareEvent happened, EpisodeState after) =>
        happened is not DischargeCancelled || !duty.Subject.StartsWith("confirm-or-release", StringComparison.Ordinal) || after.LastTold?.FollowUp is not { } followUp ? duty
        : duty with
        {
            ActorName = duty.Actor == CareParty.Cmht ? followUp.Team?.Name ?? followUp.With : duty.ActorName,
            Due = followUp.Start is { } start && start.Instant > happened.OccurredAt.Instant ? start : null,
        };
}
