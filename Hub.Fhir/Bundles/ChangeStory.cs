using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Fhir.Bundles;

/// <summary>The changes that a message tells: this event's, and those of earlier events that the recipient has not accepted.</summary>
internal static class ChangeStory
{
    /// <summary>Every change of the event's own lines, against the state before it.</summary>
    public static IReadOnlyList<CardLine> Of(CareEvent happened, EpisodeState? before, EpisodeState? now)
    {
        var lines = CaseFileReader.LinesOf(happened);
        var known = before?.Medicines ?? [];
        var decidedBy = (happened as MedicationChange)?.DecidedBy ?? happened.RecordedBy;
        return [.. lines.Select(line => MedicineChanges.Describe(
            line,
            known.FirstOrDefault(m => m.Line.LineId == line.LineId)?.Line,
            happened.OccurredAt,
            decidedBy,
            RecordedLate(line, happened, now)))];
    }

    /// <summary>
    /// The whole episode's changes, newest of each line, for a reader who takes over: what the discharge itself says of a line stands
    /// before what was reported earlier.
    /// </summary>
    public static IReadOnlyList<CardLine> OfEpisode(CareEvent happened, EpisodeState? before, EpisodeState? now)
    {
        var own = Of(happened, before, now);
        var told = own.Where(l => l.Group != CardGroup.Unchanged).Select(l => l.Line.LineId).ToHashSet(StringComparer.Ordinal);
        var earlier = (now?.Changes ?? [])
            .Where(c => c.From != happened.SourceMessageId && c.Line.Action != MedicineAction.Continue && !told.Contains(c.Line.LineId))
            .Select(c => MedicineChanges.Describe(c.Line, null, c.OccurredAt, c.DecidedBy, c.RecordedLate))
            .ToList();
        var changed = earlier.Select(l => l.Line.LineId).ToHashSet(StringComparer.Ordinal);
        return [.. own.Where(l => l.Group != CardGroup.Unchanged), .. earlier, .. own.Where(l => l.Group == CardGroup.Unchanged && !changed.Contains(l.Line.LineId))];
    }

    /// <summary>Changes of events that this recipient never accepted, oldest first (clinical rule 2).</summary>
    public static IEnumerable<CardLine> CarriedForward(CaseFile file) => file.CarriedForward
        .Where(e => e.SourceMessageId != file.Event.SourceMessageId)
        .SelectMany(e => Of(e, null, file.Episode).Where(l => l.Group != CardGroup.Unchanged).Select(l => l with { ToldAgain = true }));

    private static bool RecordedLate(MedicineLine line, CareEvent happened, EpisodeState? now) =>
        (now?.Changes.Any(c => c.RecordedLate && c.From == happened.SourceMessageId && c.Line.LineId == line.LineId) ?? false)
        || (happened is MedicationChange { RecordedAt: { } recorded } && line.RecordedAt is null
            && MedicineChanges.WrittenDownLate(line with { EffectiveFrom = line.EffectiveFrom ?? happened.OccurredAt, RecordedAt = recorded }));
}
