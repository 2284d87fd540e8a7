using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>A death reported, and a report taken back (clinical rule 18). Reported is not confirmed: the episode is not ended by it.</summary>
internal static class DeathRules
{
    public static HeldForPerson? Report(EpisodeDraft draft, DeathReported death)
    {
        if (draft.State.Death is { } held && Sameness.SameFacts(held, death))
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
