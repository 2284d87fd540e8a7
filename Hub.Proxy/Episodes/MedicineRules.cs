using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>
/// Keeps the list of medicines last reported. A line is suppressed only where it equals the current state of its order: 5 to 10 to 5 mg and every
/// administration with a time of its own are news (clinical rule 3). What was recorded earlier joins the story and leaves the list alone.
/// </summary>
internal static class MedicineRules
{
    public static HeldForPerson? Apply(EpisodeDraft draft, MedicationChange change)
    {
        var news = new List<MedicineLine>();
        foreach (var line in change.Lines)
        {
            if (Take(draft, line) is { IsNews: true } taken)
            {
                news.Add(taken.Line);
            }
        }

        NoteLoneSwitches(draft, news);
        draft.Effective = news.Count == 0 ? EpisodeHistory.AsUpdate(change) : change with { Lines = news };
        if (news.Count == 0)
        {
            draft.NothingNew = "Every line equals the current state of its order.";
        }

        return null;
    }

    /// <summary>Lays a list (at admission or discharge) over what is held. A medicine that the list does not name stays as it is (clinical rule 6).</summary>
    /// <returns>The same lines, with what the hub knows of the dose before; null for no list.</returns>
    public static IReadOnlyList<MedicineLine>? Merge(EpisodeDraft draft, IReadOnlyList<MedicineLine>? lines) =>
        lines?.Select(line => Take(draft, line).Line).ToList();

    private static (MedicineLine Line, bool IsNews) Take(EpisodeDraft draft, MedicineLine said)
    {
        var held = draft.State.Medicines.FirstOrDefault(m => m.Line.LineId == said.LineId);
        if (said.Action == MedicineAction.Administer)
        {
            return Administrations.Take(draft, said, held);
        }

        var recordedAt = said.RecordedAt ?? draft.Event.RecordedAt;
        var fact = "medicine:" + said.LineId;
        if (draft.IsStale(fact, draft.OrderOf(recordedAt)))
        {
            return said.Action == MedicineAction.Continue || WasToldBefore(draft, said, recordedAt) ? (said, false) : (Record(draft, said, recordedAt, late: true), true);
        }

        draft.Take(fact, draft.OrderOf(recordedAt));
        var line = MedicineLines.Complete(said, held);
        if (held is not null && IsCurrent(draft, line, said, held))
        {
            return (line, false);
        }

        NoteDisagreement(draft, said, held);
        var status = MedicineLines.StatusAfter(line);
        if (status == MedicineStatus.NotUnderstood && held is not null)
        {
            return (Record(draft, line, recordedAt, late: false), true); // its words are passed on; the list is not touched
        }

        var reported = new ReportedMedicine
        {
            Line = MedicineLines.Join(line, held?.Line),
            Status = status,
            AsOf = recordedAt ?? draft.Event.SentAt ?? draft.Event.OccurredAt,
            From = draft.Event.SourceMessageId,
        };
        draft.State = draft.State with { Medicines = [.. draft.State.Medicines.Where(m => m.Line.LineId != line.LineId), reported] };
        return (Record(draft, line, recordedAt, late: false), true);
    }

    // Not understood leaves no state to compare with: it is no news only where the same words came last.
    private static bool IsCurrent(EpisodeDraft draft, MedicineLine line, MedicineLine said, ReportedMedicine held) =>
        line.Action == MedicineAction.NotUnderstood
            ? draft.State.Changes.LastOrDefault(c => c.Line.LineId == line.LineId) is { } last && MedicineLines.SameContent(last.Line, line)
            : MedicineLines.StatusAfter(line) == held.Status && MedicineLines.AddsNothing(line, said, held.Line);

    private static bool WasToldBefore(EpisodeDraft draft, MedicineLine said, ClinicalTime? recordedAt) =>
        draft.State.Changes.Any(c => c.Line.LineId == said.LineId && MedicineLines.SameContent(c.Line, said)
            && (c.From == draft.Event.SourceMessageId || (recordedAt is not null && c.RecordedAt?.Instant == recordedAt.Instant)
                || c.OccurredAt.Instant == (said.EffectiveFrom ?? draft.Event.OccurredAt).Instant));

    private static MedicineLine Record(EpisodeDraft draft, MedicineLine line, ClinicalTime? recordedAt, bool late)
    {
        if (line.Action == MedicineAction.Continue && draft.Event is not MedicationChange)
        {
            return line; // an item of a list, not a change
        }

        var occurredAt = line.EffectiveFrom ?? draft.Event.OccurredAt;
        var isLate = late || WrittenAfterTheFact(draft, line, occurredAt, recordedAt);
        if (isLate)
        {
            draft.Note("medicine-recorded-late", $"line {line.LineId}", late
                ? "Recorded late: this change was recorded before the one that stands; it joins the history and the current dose is unchanged by it."
                : "Recorded late: the change took effect before it was written down.");
        }

        draft.State = draft.State with
        {
            Changes = [.. draft.State.Changes, new RecordedChange
            {
                Line = line,
                OccurredAt = occurredAt,
                RecordedAt = recordedAt,
                From = draft.Event.SourceMessageId,
                DecidedBy = line.DecidedBy ?? (draft.Event as MedicationChange)?.DecidedBy,
                RecordedLate = isLate,
            }],
        };
        return line;
    }

    // An hour is the ordinary delay of the keyboard; more, or another change of the line in between, is said.
    private static bool WrittenAfterTheFact(EpisodeDraft draft, MedicineLine line, ClinicalTime occurredAt, ClinicalTime? recordedAt) =>
        line.Action != MedicineAction.Continue && draft.Event is MedicationChange && recordedAt is not null
        && (occurredAt.LatestInstant() <= recordedAt.Instant - TimeSpan.FromHours(1)
            || draft.State.Changes.Any(c => c.Line.LineId == line.LineId && occurredAt.LatestInstant() <= c.OccurredAt.Instant));

    private static void NoteDisagreement(EpisodeDraft draft, MedicineLine said, ReportedMedicine? held)
    {
        if (held is null)
        {
            if (said.Action is MedicineAction.Amend or MedicineAction.Stop or MedicineAction.Hold or MedicineAction.Resume && said.Before is null)
            {
                draft.Note("medicine-before-unknown", $"line {said.LineId}", "The order was not heard of before: the dose before is not known.");
            }

            return;
        }

        if (held is { Status: MedicineStatus.Active, Line.After: { } current } && said.Before is { } before && !MedicineLines.SameDose(current, before))
        {
            draft.Note("medicine-before-disagrees", $"line {said.LineId}", "The dose before is not the dose last reported to us: a change may be missing.");
        }

        if (held.Status is MedicineStatus.Stopped or MedicineStatus.CourseFinished or MedicineStatus.EnteredInError && said.Action is MedicineAction.Amend or MedicineAction.Continue)
        {
            draft.Note("medicine-current-again", $"line {said.LineId}", "The order was reported as ended and is now reported as current, without a start. Check before prescribing.");
        }
    }

    private static void NoteLoneSwitches(EpisodeDraft draft, List<MedicineLine> news)
    {
        foreach (var line in news.Where(l => l.Action == MedicineAction.Switch))
        {
            if (line.SwitchGroup is not { } group || !draft.State.Medicines.Any(m => m.Line.LineId != line.LineId && m.Line.SwitchGroup == group))
            {
                draft.Note("switch-incomplete", $"line {line.LineId}", "A change from one product to another came with one half only; the other half has not been heard of.");
            }
        }
    }
}
