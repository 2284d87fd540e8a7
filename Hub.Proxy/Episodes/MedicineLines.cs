using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>What one medicine line means against the line held: its status, the dose before, and whether it says anything new.</summary>
internal static class MedicineLines
{
    public static MedicineStatus StatusAfter(MedicineLine line) => line.Action switch
    {
        MedicineAction.Stop => MedicineStatus.Stopped,
        MedicineAction.Switch when line.After is null => MedicineStatus.Stopped, // the half that ends
        MedicineAction.Hold => MedicineStatus.OnHold,
        MedicineAction.CourseFinished => MedicineStatus.CourseFinished,
        MedicineAction.Cancelled => MedicineStatus.CancelledUnknown,
        MedicineAction.EnteredInError => MedicineStatus.EnteredInError,
        MedicineAction.NotUnderstood => MedicineStatus.NotUnderstood,
        _ => MedicineStatus.Active,
    };

    /// <summary>Fills the dose before from what is held, and keeps an old dose from standing as the dose from now on (clinical rule 6).</summary>
    public static MedicineLine Complete(MedicineLine said, ReportedMedicine? held)
    {
        var status = StatusAfter(said);
        if (status == MedicineStatus.NotUnderstood)
        {
            return said;
        }

        var dose = held?.Status switch
        {
            MedicineStatus.Active => held.Line.After,
            MedicineStatus.OnHold => held.Line.Before,
            _ => null,
        };
        if (status != MedicineStatus.Active)
        {
            return said with { Before = said.Before ?? dose ?? said.After, After = null };
        }

        var after = said.After ?? (said.Action is MedicineAction.Start ? null : dose);
        var isSameDose = held?.Status == MedicineStatus.Active && dose is not null && after is not null && SameDose(dose, after);
        return said with { Before = said.Before ?? (isSameDose ? null : dose), After = after };
    }

    /// <summary>The line as asserted, with what it left unspoken taken from the line held. Reasons and requests belong to one change and are not carried.</summary>
    public static MedicineLine Join(MedicineLine line, MedicineLine? held) => held is null ? line : line with
    {
        Indication = line.Indication ?? held.Indication,
        StopOrReviewOn = line.StopOrReviewOn ?? held.StopOrReviewOn,
        SupplyDays = line.SupplyDays ?? held.SupplyDays,
        SupplyEndsOn = line.SupplyEndsOn ?? (line.SupplyDays is null ? held.SupplyEndsOn : null),
        SupplyLimit = line.SupplyLimit ?? held.SupplyLimit,
        NextPrescriber = line.NextPrescriber ?? held.NextPrescriber,
        Depot = line.Depot is null || held.Depot is null ? line.Depot ?? held.Depot : Administrations.Join(held.Depot, line.Depot),
        Monitoring = line.Monitoring.Count > 0 ? line.Monitoring : held.Monitoring,
        LastDoseAt = Later(line.LastDoseAt, held.LastDoseAt),
        SwitchGroup = line.SwitchGroup ?? held.SwitchGroup,
        ControlledDrug = line.ControlledDrug || held.ControlledDrug,
        HospitalOnly = line.HospitalOnly || held.HospitalOnly,
    };

    /// <summary>True where laying the line over the one held changes nothing that a reader would act on.</summary>
    public static bool AddsNothing(MedicineLine line, MedicineLine said, MedicineLine held)
    {
        var joined = Join(line, held);
        return Sameness.Same(Comparable(joined, said, held), Comparable(held, held, held));
    }

    /// <summary>The same change, whenever and however it was written down.</summary>
    public static bool SameContent(MedicineLine one, MedicineLine other) =>
        Sameness.Same(one with { Before = null, RecordedAt = null, DecidedBy = null, After = EndsOrIsGiven(one) ? null : one.After },
            other with { Before = null, RecordedAt = null, DecidedBy = null, After = EndsOrIsGiven(other) ? null : other.After });

    /// <summary>By the numbers where both have them, else by the words, in which only spaces and case do not count.</summary>
    public static bool SameDose(Dosage one, Dosage other) =>
        one.Dose is not null && other.Dose is not null
            ? (one.Dose, one.Unit, one.Frequency, one.PeriodDays) == (other.Dose, other.Unit, other.Frequency, other.PeriodDays)
            : string.Equals(Words(one.Text), Words(other.Text), StringComparison.OrdinalIgnoreCase);

    public static ClinicalTime? Later(ClinicalTime? one, ClinicalTime? other) =>
        one is null || other is null ? one ?? other : one.Instant >= other.Instant ? one : other;

    private static bool EndsOrIsGiven(MedicineLine line) => StatusAfter(line) is not (MedicineStatus.Active or MedicineStatus.NotUnderstood);

    // Left out: what the hub filled in, who wrote it and when, and what a nightly copy of an order says by another order control. What the copy
    // does not speak of (a reason, a request, a start) is no change either.
    private static MedicineLine Comparable(MedicineLine line, MedicineLine said, MedicineLine held) => line with
    {
        Action = MedicineAction.Continue,
        Before = null,
        RecordedAt = null,
        DecidedBy = null,
        SourceControl = null,
        EffectiveFrom = said.EffectiveFrom is null || said.Action == MedicineAction.Continue ? held.EffectiveFrom : said.EffectiveFrom,
        Reason = said.Reason ?? held.Reason,
        Quantity = said.Quantity ?? held.Quantity,
        Note = said.Note ?? held.Note,
        GpRequest = said.GpRequest == GpRequest.None ? held.GpRequest : said.GpRequest,
        GpRequestDays = said.GpRequestDays ?? held.GpRequestDays,
        GpRequestDueOn = said.GpRequestDueOn ?? held.GpRequestDueOn,
    };

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
