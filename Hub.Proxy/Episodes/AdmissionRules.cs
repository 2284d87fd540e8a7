using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>A01, A04 and A11: the start of care, a visit that looks like one, and a start that is taken back.</summary>
internal static class AdmissionRules
{
    public static HeldForPerson? Apply(EpisodeDraft draft, Admission admission)
    {
        var state = draft.State;
        if (state.Admission is { } held && held.Kind != admission.Kind)
        {
            return new HeldForPerson("episode-kind-mismatch", "A crisis-team episode and a ward stay came under one visit number.",
                "Ask the sender which it is; nothing of the message has been applied.", EpisodeHistory.CrtAdministration);
        }

        if (state.Admission is null && draft.IsOvertaken("admission"))
        {
            return EpisodeHistory.Overtaken("An admission");
        }

        return state.Status switch
        {
            EpisodeStatus.Discharged => WhenDischarged(draft, admission),
            EpisodeStatus.Cancelled when draft.IsStale("admission") => Nothing(draft, "The admission was cancelled after this was recorded."),
            EpisodeStatus.Cancelled => Begin(draft, admission),
            _ when state.Admission is null => Begin(draft, admission),
            _ => WhenOpen(draft, admission, state.Admission),
        };
    }

    public static HeldForPerson? Cancel(EpisodeDraft draft, AdmissionCancelled cancel)
    {
        var state = draft.State;
        if (state.Status == EpisodeStatus.Cancelled)
        {
            draft.Take("admission");
            return Nothing(draft, "The admission is cancelled already.");
        }

        if (state.Admission is null)
        {
            draft.TakeUnmatched("admission");
            draft.State = draft.IsNew ? state with { Status = EpisodeStatus.Cancelled } : state; // with nothing else known, no care is known to go on
            return EpisodeHistory.Unmatched("A cancelled admission came for an episode whose admission was never heard of.");
        }

        if (state.Status == EpisodeStatus.Discharged)
        {
            return new HeldForPerson("cancelled-admission-of-discharged", "An admission is cancelled whose discharge stands.",
                "Ask the sender whether the stay took place; if not, its discharge must be withdrawn too.", EpisodeHistory.ShiftLead);
        }

        if (!draft.Take("admission"))
        {
            return Nothing(draft, "The admission that stands was recorded after this cancel.");
        }

        draft.State = state with { Status = EpisodeStatus.Cancelled, OnLeave = false };
        return null;
    }

    // A late A01 after its A03 completes the episode and does not open it again; a newer one of a later day cannot be matched (clinical rule 1).
    private static HeldForPerson? WhenDischarged(EpisodeDraft draft, Admission admission)
    {
        var ended = draft.State.EndedAt;
        if (!draft.IsStale("discharge") && (ended is null || admission.OccurredAt.Instant > ended.Instant))
        {
            return new HeldForPerson("admission-after-discharge", "An admission came for an episode that is already discharged, and was recorded after that discharge.",
                "Ask the sender: is the discharge to be withdrawn, or is this a new stay under an old visit number?", EpisodeHistory.ShiftLead);
        }

        if (draft.State.Admission is { } held)
        {
            return WhenOpen(draft, admission, held);
        }

        draft.Note("admission-heard-late", "episode", "The admission was heard of after the discharge; the episode stays discharged.");
        Begin(draft, admission);
        draft.State = draft.State with { Status = EpisodeStatus.Discharged };
        return null;
    }

    private static HeldForPerson? Begin(EpisodeDraft draft, Admission admission)
    {
        draft.Take("admission");
        draft.State = draft.State with { Kind = admission.Kind, Status = EpisodeStatus.Open, Admission = admission, StartedAt = admission.OccurredAt };
        MedicineRules.Merge(draft, admission.Medicines);
        return null;
    }

    // Clinical rule 3: A04 inside an open episode is a contact, not an admission. The same start said again is the same admission.
    private static HeldForPerson? WhenOpen(EpisodeDraft draft, Admission admission, Admission held)
    {
        var sameStart = admission.OccurredAt.Instant == held.OccurredAt.Instant;
        if (admission.Kind == EpisodeKind.Crt && !sameStart)
        {
            MedicineRules.Merge(draft, admission.Medicines);
            var contact = AsContact(admission);
            draft.Effective = contact;
            ContinuityRules.Contact(draft, contact);
            return null;
        }

        if (Sameness.SameFacts(held, admission))
        {
            draft.Take("admission");
            return Nothing(draft, "The same admission is held already.");
        }

        MedicineRules.Merge(draft, admission.Medicines);
        if (!draft.Take("admission"))
        {
            return Nothing(draft, "The admission that stands was recorded after this one.");
        }

        draft.State = draft.State with { Admission = admission, StartedAt = admission.OccurredAt };
        draft.Effective = EpisodeHistory.AsUpdate(admission) with { Remarks = admission.Remarks };
        return null;
    }

    private static ContactRecorded AsContact(Admission visit) => new()
    {
        SourceMessageId = visit.SourceMessageId,
        Source = visit.Source,
        Patient = visit.Patient,
        OccurredAt = visit.OccurredAt,
        RecordedAt = visit.RecordedAt,
        SentAt = visit.SentAt,
        Sequence = visit.Sequence,
        RecordedBy = visit.RecordedBy,
        DataQuality = visit.DataQuality,
        Episode = visit.Episode,
        Staff = visit.RecordedBy is { } by ? [by.Name] : [],
    };

    private static HeldForPerson? Nothing(EpisodeDraft draft, string why)
    {
        draft.NothingNew = why;
        return null;
    }
}
