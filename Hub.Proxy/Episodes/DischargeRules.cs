using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>A03, A13 and the plan for an end of care. A withdrawn discharge leaves the medicines as they are (clinical rule 16).</summary>
internal static class DischargeRules
{
    public static HeldForPerson? Apply(EpisodeDraft draft, Discharge said)
    {
        var state = draft.State;
        var discharge = state.Admission is not null && state.Kind != said.Kind ? said with { Kind = state.Kind } : said;
        if (state.Discharge is { } standing && Sameness.SameFacts(AsSent(standing, state), AsSent(discharge, state)))
        {
            draft.Take("discharge"); // its list is not laid over again: it would bring back what was stopped since
            return Nothing(draft, "The same discharge is held already.");
        }

        if (state.Discharge is null && draft.IsOvertaken("discharge"))
        {
            return EpisodeHistory.Overtaken("A discharge");
        }

        if (!draft.Take("discharge"))
        {
            return Nothing(draft, state.Discharge is null
                ? "The discharge was withdrawn after this was recorded."
                : "The discharge that stands was recorded after this one.");
        }

        var noted = MedicineRules.Merge(draft, discharge.Medicines);
        draft.Effective = discharge with { Medicines = noted ?? discharge.Medicines };
        Reconcile(draft, discharge);
        draft.State = draft.State with
        {
            Kind = discharge.Kind,
            Status = EpisodeStatus.Discharged,
            EndedAt = discharge.OccurredAt,
            Discharge = (Discharge)draft.Effective,
            LastTold = (Discharge)draft.Effective,
            FirstTold = state.FirstTold ?? (Discharge)draft.Effective,
            Withdrawal = null,
            DischargeVersion = state.DischargeVersion + 1,
            OnLeave = false,
        };
        return null;
    }

    public static HeldForPerson? Cancel(EpisodeDraft draft, DischargeCancelled cancel)
    {
        var state = draft.State;
        if (state.Discharge is null)
        {
            // On a cancel EVN-6 is the time of the cancelled event (HL7 v2.4 UK): the same time means the discharge that is withdrawn already.
            if (state.LastTold is { } last && last.OccurredAt.Instant == cancel.OccurredAt.Instant)
            {
                return Nothing(draft, "That discharge is withdrawn already.");
            }

            draft.TakeUnmatched("discharge");
            return EpisodeHistory.Unmatched("A withdrawal came before any discharge that it could withdraw.");
        }

        if (!draft.Take("discharge"))
        {
            return Nothing(draft, "The discharge that stands was recorded after this withdrawal.");
        }

        draft.State = state with { Status = EpisodeStatus.Open, Discharge = null, EndedAt = null, Withdrawal = cancel, DischargeVersion = state.DischargeVersion + 1 };
        return null;
    }

    public static HeldForPerson? Plan(EpisodeDraft draft, DischargePlanned planned)
    {
        if (draft.State.Status == EpisodeStatus.Discharged)
        {
            return draft.IsStale("discharge")
                ? Nothing(draft, "The person was discharged after this plan was recorded.")
                : new HeldForPerson("plan-after-discharge", "A discharge is planned for an episode that is already discharged.",
                    "Ask the team whether the discharge is to be withdrawn.", EpisodeHistory.ShiftLead);
        }

        if (draft.State.DischargePlanned is { } held && Sameness.SameFacts(held, planned))
        {
            draft.Take("discharge-planned");
            return Nothing(draft, "The same plan is held already.");
        }

        if (!draft.Take("discharge-planned"))
        {
            return Nothing(draft, "A newer plan for the discharge stands.");
        }

        draft.State = draft.State with { DischargePlanned = planned };
        return null;
    }

    // Without the doses before, which the hub may have filled in.
    private static Discharge AsSent(Discharge discharge, EpisodeState state) => discharge with
    {
        Medicines = discharge.Medicines?
            .Select(l => MedicineLines.Complete(l, state.Medicines.FirstOrDefault(m => m.Line.LineId == l.LineId)) with { Before = null }).ToList(),
    };

    // Clinical rule 6: a medicine that a list does not name is not stopped by that silence.
    private static void Reconcile(EpisodeDraft draft, Discharge discharge)
    {
        if (discharge is not { MedicinesConfirmed: true, Medicines: { } confirmed })
        {
            return;
        }

        var named = confirmed.Select(l => l.LineId).ToHashSet(StringComparer.Ordinal);
        var unnamed = draft.State.Medicines.Count(m => m.Status is MedicineStatus.Active or MedicineStatus.OnHold && !named.Contains(m.Line.LineId));
        if (unnamed > 0)
        {
            draft.Note("medicines-not-on-confirmed-list", "medicines",
                $"{unnamed} reported as current before the discharge and not on the confirmed list: kept as last reported, not taken as stopped.");
        }
    }

    private static HeldForPerson? Nothing(EpisodeDraft draft, string why)
    {
        draft.NothingNew = why;
        return null;
    }
}
