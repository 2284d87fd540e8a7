using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>A death reported, and a report taken back (clinical rule 18). Reported is not confirmed: the episode is not ended by it.</summary>
internal static class DeathRules
{
    public static HeldForPerson? Report(EpisodeDraft draft, DeathReported death)
    {
        if (draft.State.Death is null && draft.IsOvertaken("death"))
        {
            return EpisodeHistory.Overtaken("A report of death");
        }

        if (draft.State.Death is { } held && SaysNoMore(held, death))
        {
            draft.Take("death");
            draft.NothingNew = "The same report is held already.";
        }
        else if (draft.Take("death"))
        {
            draft.State = draft.State with { Death = death };
        }
        else
        {
            draft.NothingNew = "Something newer stands: a later report, its withdrawal, or a contact after it.";
        }

        return null;
    }

    public static HeldForPerson? Withdraw(EpisodeDraft draft, DeathWithdrawn withdrawn)
    {
        if (draft.State.Death is null)
        {
            if (!draft.Asserted.ContainsKey("death"))
            {
                draft.TakeUnmatched("death");
                return EpisodeHistory.Unmatched("A report of death was withdrawn that was never heard of.");
            }

            draft.NothingNew = "The report of death is withdrawn already.";
            return null;
        }

        if (!draft.Take("death"))
        {
            draft.NothingNew = "The report of death that stands was recorded after this withdrawal.";
            return null;
        }

        draft.State = draft.State with { Death = null, Patient = draft.State.Patient with { Deceased = false, DeceasedAt = null } };
        return null;
    }

    /// <summary>What such a message says of the person besides, where its own subject is no news.</summary>
    public static PatientUpdated AsUpdate(CareEvent own) => new()
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
    };

    // Every later message about the person repeats the report (PID-30), some without its date; when it was repeated is no news.
    private static bool SaysNoMore(DeathReported held, DeathReported said) =>
        (held.Formal || !said.Formal) && (said.DiedAt is null || (held.DiedAt is { } at && Sameness.Same(at, said.DiedAt)));

    /// <summary>A contact after the reported death releases what it held back (clinical rule 18); readers are told why.</summary>
    public static void SeenAlive(EpisodeDraft draft, ContactRecorded contact)
    {
        if (draft.State.Death is not { } death || contact.OccurredAt.Instant < (death.DiedAt ?? death.OccurredAt).LatestInstant() || !draft.Take("death"))
        {
            return;
        }

        draft.Note("contact-after-death-report", "death", "A contact took place after the time of a reported death: the report no longer stands.");
        draft.State = draft.State with { Death = null, Patient = draft.State.Patient with { Deceased = false, DeceasedAt = null } };
    }
}
