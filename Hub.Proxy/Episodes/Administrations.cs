using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>Doses that were given (RAS). Every one with a time of its own is news (clinical rule 3, RXA-3); none changes whether the medicine is current.</summary>
internal static class Administrations
{
    public static (MedicineLine Line, bool IsNews) Take(EpisodeDraft draft, MedicineLine said, ReportedMedicine? held)
    {
        var givenAt = GivenAt(draft, said);
        var told = draft.State.Changes.Any(c => c.Line.LineId == said.LineId && c.Line.Action == MedicineAction.Administer
            && c.OccurredAt.Instant == givenAt.Instant && (c.Line.After is null || said.After is null || MedicineLines.SameDose(c.Line.After, said.After)));
        if (told)
        {
            return (said, false);
        }

        var isOlder = held?.Line.LastDoseAt is { } last && givenAt.Instant < last.Instant;
        draft.State = draft.State with
        {
            Medicines = [.. draft.State.Medicines.Where(m => m.Line.LineId != said.LineId), isOlder ? held! : Given(draft, said, held, givenAt)],
            Changes = [.. draft.State.Changes, new RecordedChange
            {
                Line = said,
                OccurredAt = givenAt,
                RecordedAt = said.RecordedAt ?? draft.Event.RecordedAt,
                From = draft.Event.SourceMessageId,
                DecidedBy = said.DecidedBy ?? (draft.Event as MedicationChange)?.DecidedBy,
                RecordedLate = isOlder,
            }],
        };
        if (isOlder)
        {
            draft.Note("administration-recorded-late", $"line {said.LineId}", "Recorded late: a later dose was reported before this one.");
        }

        return (said, true);
    }

    public static Depot Join(Depot held, Depot said)
    {
        var isNewer = held.LastGivenAt is null || (said.LastGivenAt is { } at && at.Instant >= held.LastGivenAt.Instant);
        return said with
        {
            LastGivenAt = isNewer ? said.LastGivenAt ?? held.LastGivenAt : held.LastGivenAt,
            LastDose = isNewer ? said.LastDose ?? held.LastDose : held.LastDose,
            Site = isNewer ? said.Site ?? held.Site : held.Site,
            NextDueOn = said.NextDueOn ?? held.NextDueOn,
            GivenBy = said.GivenBy ?? held.GivenBy,
            SupplyAt = said.SupplyAt ?? held.SupplyAt,
        };
    }

    private static ClinicalTime GivenAt(EpisodeDraft draft, MedicineLine said) =>
        said.LastDoseAt ?? said.Depot?.LastGivenAt ?? said.EffectiveFrom ?? draft.Event.OccurredAt;

    private static ReportedMedicine Given(EpisodeDraft draft, MedicineLine said, ReportedMedicine? held, ClinicalTime givenAt)
    {
        if (held is null)
        {
            draft.Note("administration-without-order", $"line {said.LineId}", "A dose was given of an order that was not heard of before.");
        }

        var line = held?.Line ?? said;
        return new ReportedMedicine
        {
            Line = line with { LastDoseAt = givenAt, Depot = DepotAfter(line.Depot, said, givenAt) },
            Status = held?.Status ?? (said.Use is MedicineUse.OneOff or MedicineUse.RapidTranquillisation ? MedicineStatus.CourseFinished : MedicineStatus.Active),
            AsOf = held?.AsOf ?? givenAt, // the order itself was not asserted again
            From = held?.From ?? draft.Event.SourceMessageId,
        };
    }

    // The date that was due has passed with the dose: the next one is known only if the sender says it.
    private static Depot? DepotAfter(Depot? held, MedicineLine said, ClinicalTime givenAt) =>
        held is null && said.Depot is null
            ? null
            : new Depot
            {
                LastGivenAt = givenAt,
                LastDose = said.Depot?.LastDose ?? said.After?.Text,
                Site = said.Depot?.Site ?? said.After?.Site?.Text,
                NextDueOn = said.Depot?.NextDueOn,
                GivenBy = said.Depot?.GivenBy ?? held?.GivenBy,
                SupplyAt = said.Depot?.SupplyAt ?? held?.SupplyAt,
            };
}
