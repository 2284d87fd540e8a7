using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>
/// Lays one event over what is held of an episode. Pure: the same arguments give the same step. Which of two assertions wins is decided by when each
/// was recorded, never by when the fact happened (clinical rule 1).
/// </summary>
internal static class EpisodeHistory
{
    public const string CrtAdministration = "CRT administration";
    public const string ShiftLead = "CRT shift lead";

    /// <param name="before">The episode as held; null where nothing was heard of it.</param>
    /// <param name="careEvent">What came.</param>
    /// <param name="arrivedAt">When it came.</param>
    /// <param name="ofPerson">What all the person's episodes together say of a death; null where none speaks of one.</param>
    public static EpisodeStep Apply(EpisodeState? before, CareEvent careEvent, DateTimeOffset arrivedAt, DeathStanding? ofPerson = null)
    {
        if (Unmatched(before, careEvent) is { } step)
        {
            return step;
        }

        var start = ofPerson?.LayOver(before ?? Begin(careEvent)) ?? before ?? Begin(careEvent);
        var draft = new EpisodeDraft(start, careEvent, arrivedAt) { IsNew = before is null };
        if (before is null && careEvent is not (Admission or ReferralReceived or ReferralDeclined or ReferralAnswered or GatekeepingDecision))
        {
            draft.Note("admission-unknown", "episode", "The admission of this episode has not been heard of: when and where it began is not known.");
        }

        if (draft.State.Status == EpisodeStatus.Cancelled && careEvent is EpisodeEvent and not (Admission or AdmissionCancelled))
        {
            return new HeldForPerson("episode-cancelled", "The message belongs to an episode whose admission was cancelled.",
                "Ask the sender whether the stay took place; nothing of the message has been applied.", CrtAdministration);
        }

        FactRules.Patient(draft);
        var held = ApplyOwn(draft);
        if (held is not null)
        {
            return draft.Remembers ? held with { Remember = draft.State with { LastAsserted = draft.Asserted } } : held;
        }

        FactRules.Shared(draft);
        return Finish(before is null ? null : start, draft);
    }

    private static HeldForPerson? ApplyOwn(EpisodeDraft draft) => draft.Event switch
    {
        Admission admission => AdmissionRules.Apply(draft, admission),
        AdmissionCancelled cancel => AdmissionRules.Cancel(draft, cancel),
        Discharge discharge => DischargeRules.Apply(draft, discharge),
        DischargeCancelled cancel => DischargeRules.Cancel(draft, cancel),
        DischargePlanned planned => DischargeRules.Plan(draft, planned),
        Transfer transfer => MovementRules.Apply(draft, transfer),
        TransferCancelled cancel => MovementRules.Cancel(draft, cancel),
        Leave leave => MovementRules.Apply(draft, leave),
        MedicationChange change => MedicineRules.Apply(draft, change),
        DeathReported death => DeathRules.Report(draft, death),
        DeathWithdrawn withdrawn => DeathRules.Withdraw(draft, withdrawn),
        ConsentChanged consent => CarerRules.Apply(draft, consent),
        CarerViewRecorded view => CarerRules.Apply(draft, view),
        ContactRecorded or ContactMissed or NextVisit or WorkerChange or PhysicalHealthCheck or SideEffectReported or CrisisPlanPublished =>
            ContinuityRules.Apply(draft),
        ReferralReceived or ReferralAnswered or ReferralDeclined or GatekeepingDecision => ReferralRules.Apply(draft),
        EpisodeUpdated or PatientUpdated => Nothing(draft, "Everything the update says is held already."),
        _ => new HeldForPerson("not-an-episode-event", "The event is a statement about identity, not about an episode.",
            "Judge it as a merge, an un-merge or a link.", CrtAdministration),
    };

    /// <summary>A cancel is matched by its type and the visit number (clinical rule 1); what matches nothing is held, never discarded.</summary>
    private static EpisodeStep? Unmatched(EpisodeState? before, CareEvent careEvent)
    {
        if (before is null)
        {
            return careEvent switch
            {
                PatientUpdated => new NoChange("The person is in no episode that the hub holds."),
                not EpisodeEvent => Unmatched("The message belongs to no episode that the hub holds."),
                _ => null,
            };
        }

        if (careEvent is EpisodeEvent inEpisode && inEpisode.Episode != before.Key)
        {
            throw new ArgumentException("the event belongs to another episode", nameof(careEvent));
        }

        return IsAnotherPerson(before.Patient, careEvent.Patient)
            ? new HeldForPerson("episode-of-another-person", "The visit number belongs to an episode of a person with other identifiers.",
                "Check in the sending system whose episode this is; nothing of the message has been applied.", CrtAdministration)
            : null;
    }

    public static HeldForPerson Unmatched(string reason) => new(
        "cancel-matches-nothing", reason + " It is remembered: what it cancels is not told to anybody if it arrives later.",
        "Find the message it belongs to, or ask the sender; then apply both by hand.", CrtAdministration);

    public static HeldForPerson Overtaken(string what) => new(
        "cancelled-before-heard", $"{what} arrived after its own cancel, and was not recorded after it. Nobody has been told of either.",
        "If the sender confirms that it is cancelled, close this entry and the one of the cancel; if not, have it sent again.", ShiftLead);

    private static bool IsAnotherPerson(PatientRef held, PatientRef said) =>
        held.NhsNumber is not null && said.NhsNumber is not null
            ? held.NhsNumber != said.NhsNumber
            : !PersonMatch.SharesIdentifier(held, said) && PersonMatch.Disagreement(held, said) is not null;

    private static EpisodeState Begin(CareEvent careEvent) => new()
    {
        Key = ((EpisodeEvent)careEvent).Episode,
        Kind = careEvent switch
        {
            Admission admission => admission.Kind,
            Discharge discharge => discharge.Kind,
            Leave => EpisodeKind.Ward,
            _ => EpisodeKind.Crt,
        },
        Status = EpisodeStatus.Open,
        Patient = new PatientRef(),
    };

    private static HeldForPerson? Nothing(EpisodeDraft draft, string why)
    {
        draft.NothingNew = why;
        return null;
    }

    private static EpisodeStep Finish(EpisodeState? before, EpisodeDraft draft)
    {
        var after = draft.State with { LastAsserted = draft.Asserted };
        var notes = draft.Notes;
        if (before is not null && Sameness.SameContent(before, after))
        {
            return new NoChange(draft.NothingNew ?? "Everything the message says is held already, or something newer stands.") { Remember = after };
        }

        var effective = draft.Effective;
        if (draft.NothingNew is not null)
        {
            // Its subject is no news, but something it says besides is.
            effective = effective switch
            {
                EpisodeEvent own and not EpisodeUpdated => AsUpdate(own),
                DeathReported or DeathWithdrawn => DeathRules.AsUpdate(effective),
                _ => effective,
            };
        }

        return new Applied(after, notes.Count == 0 ? effective : effective with { DataQuality = [.. effective.DataQuality, .. notes] });
    }

    /// <summary>The event as a change of details, with what it says of allergies, diagnoses, carers and risks.</summary>
    public static EpisodeUpdated AsUpdate(EpisodeEvent own) => new()
    {
        SourceMessageId = own.SourceMessageId,
        Source = own.Source,
        Patient = own.Patient,
        OccurredAt = own.OccurredAt,
        RecordedAt = own.RecordedAt,
        SentAt = own.SentAt,
        Sequence = own.Sequence,
        RecordedBy = own.RecordedBy,
        DataQuality = own.DataQuality,
        Episode = own.Episode,
        Team = (own as Admission)?.Team,
        Cmht = (own as Admission)?.Cmht,
        Ward = (own as Admission)?.Ward ?? (own as Discharge)?.Ward,
        LegalStatus = (own as Admission)?.LegalStatus ?? (own as Discharge)?.LegalStatus,
        Consultant = (own as Admission)?.Consultant,
        Allergies = FactRules.AllergiesOf(own) is { Status: not AllergyStatus.NotSent } allergies ? allergies : null,
        Diagnoses = FactRules.DiagnosesOf(own),
        Carers = FactRules.CarersOf(own),
        Risks = FactRules.RisksOf(own),
    };
}
