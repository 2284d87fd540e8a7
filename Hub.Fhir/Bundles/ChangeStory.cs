using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>The changes that a message tells: this event's, and those of earlier events that the recipient has not accepted.</summary>
internal static class ChangeStory
{
    /// <summary>Every change of the event's own lines, against the state before it.</summary>
    public static IReadOnlyList<CardLine> Of(CareEvent happened, EpisodeState? before, EpisodeState? now)
    {
        var known = before?.Medicines ?? [];
        var decidedBy = (happened as MedicationChange)?.DecidedBy; // who wrote it down is not who decided
        return [.. CaseFileReader.LinesOf(happened).Select(line => MedicineChanges.Describe(
            line,
            known.FirstOrDefault(m => m.Line.LineId == line.LineId)?.Line,
            happened.OccurredAt,
            decidedBy,
            RecordedLate(line, happened, now)))];
    }

    /// <summary>
    /// The whole episode's changes, newest of each line, for a reader who takes over: what the discharge itself says of a line stands
    /// before what was reported earlier, and a change it only repeats keeps the day and the person of its first report.
    /// </summary>
    public static IReadOnlyList<CardLine> OfEpisode(CareEvent happened, EpisodeState? before, EpisodeState? now)
    {
        var history = (now?.Changes ?? before?.Changes ?? []).Where(c => c.From != happened.SourceMessageId).ToList();
        var own = Of(happened, before, now).Select(l => AsFirstReported(l, history)).ToList();
        var told = own.Where(l => l.Group != CardGroup.Unchanged).Select(l => l.Line.LineId).ToHashSet(StringComparer.Ordinal);
        var earlier = history
            .Where(c => c.Line.Action != MedicineAction.Continue && !told.Contains(c.Line.LineId))
            .Select(c => MedicineChanges.Describe(c.Line, null, c.OccurredAt, c.DecidedBy, c.RecordedLate))
            .ToList();
        var changed = earlier.Select(l => l.Line.LineId).ToHashSet(StringComparer.Ordinal);
        return [.. own.Where(l => l.Group != CardGroup.Unchanged), .. earlier, .. own.Where(l => l.Group == CardGroup.Unchanged && !changed.Contains(l.Line.LineId))];
    }

    private static CardLine AsFirstReported(CardLine line, List<RecordedChange> history)
    {
        var ofLine = history.Where(c => c.Line.LineId == line.Line.LineId).ToList();
        var same = ofLine.LastOrDefault(c => c.Line.Action == line.Line.Action && c.Line.After?.Text == line.Line.After?.Text);
        if (same is not null && line.Line.EffectiveFrom is null)
        {
            line = MedicineChanges.Describe(
                line.Line with { DecidedBy = line.Line.DecidedBy ?? same.Line.DecidedBy ?? same.DecidedBy, Reason = line.Line.Reason ?? same.Line.Reason, Before = line.Line.Before ?? same.Line.Before },
                null, same.Line.EffectiveFrom ?? same.OccurredAt, null, line.RecordedLate || same.RecordedLate);
        }

        // The reader may not know the medicine at all: say that it is new since the episode began.
        var start = ofLine.FirstOrDefault(c => c.Line.Action == MedicineAction.Start);
        return start is null || line.Line.Action == MedicineAction.Start
            ? line
            : line with { Facts = [$"New in this episode: started {Wording.Day(start.Line.EffectiveFrom ?? start.OccurredAt)}.", .. line.Facts] };
    }

    /// <summary>Changes of events that this recipient never accepted, oldest first (clinical rule 2).</summary>
    public static IEnumerable<CardLine> CarriedForward(CaseFile file) => file.CarriedForward
        .Where(e => e.SourceMessageId != file.Event.SourceMessageId)
        .SelectMany(e => Of(e, StateBefore(e, file.Episode), file.Episode).Where(l => l.Group != CardGroup.Unchanged).Select(l => l with { ToldAgain = true }));

    /// <summary>The state that a change was made from: the one before this event, or before an earlier event that is told again.</summary>
    public static EpisodeState? BeforeOf(CareEvent happened, CaseFile file) =>
        happened.SourceMessageId == file.Event.SourceMessageId ? file.Before : StateBefore(happened, file.Episode);

    // The dose before an earlier change is the one that was reported before it, not today's.
    private static EpisodeState? StateBefore(CareEvent earlier, EpisodeState? now) => now is null ? null : now with
    {
        Medicines = [.. now.Changes.TakeWhile(c => c.From != earlier.SourceMessageId).GroupBy(c => c.Line.LineId).Select(g => g.Last()).Select(c => new ReportedMedicine
        {
            Line = c.Line,
            Status = MedicineChanges.StatusAfter(c.Line),
            AsOf = c.OccurredAt,
            From = c.From,
        })],
    };

    private static bool RecordedLate(MedicineLine line, CareEvent happened, EpisodeState? now) =>
        (now?.Changes.Any(c => c.RecordedLate && c.From == happened.SourceMessageId && c.Line.LineId == line.LineId) ?? false)
        || (happened is MedicationChange { RecordedAt: { } recorded } && line.RecordedAt is null
            && MedicineChanges.WrittenDownLate(line with { EffectiveFrom = line.EffectiveFrom ?? happened.OccurredAt, RecordedAt = recorded }));
}
