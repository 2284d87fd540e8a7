using Hub.Fhir.Events;
using Hub.Proxy.Store;

namespace Hub.Proxy.Routing;

/// <summary>What goes at once, past what can wait (clinical rule 11), and what stops its lane when it is refused (clinical rule 2).</summary>
public static class UrgencyRules
{
    /// <param name="value">The event.</param>
    /// <param name="episode">The episode with the event applied; null outside an episode.</param>
    public static Urgency For(CareEvent value, EpisodeState? episode) => IsUrgent(value, episode) ? Urgency.Urgent : Urgency.Routine;

    /// <summary>True for withdrawals, merges, identity and location-hiding changes: what comes after them may rest on them.</summary>
    public static bool StopsLaneWhenRefused(CareEvent value) => value switch
    {
        AdmissionCancelled or TransferCancelled or DischargeCancelled or DeathWithdrawn => true,
        PatientMerged or PatientUnmerged or PatientLinkReported or PatientUpdated => true,
        MedicationChange change => change.Lines.Any(l => l.Action == MedicineAction.EnteredInError),
        _ => HoldRules.IsHidden(value.Patient),
    };

    /// <summary>The type of event that this one says never was, or is not so any more; null for any other.</summary>
    public static string? Withdraws(CareEvent value) => value switch
    {
        AdmissionCancelled => CareEventJson.TypeNames[typeof(Admission)],
        TransferCancelled => CareEventJson.TypeNames[typeof(Transfer)],
        DischargeCancelled => CareEventJson.TypeNames[typeof(Discharge)],
        DeathWithdrawn => CareEventJson.TypeNames[typeof(DeathReported)],
        _ => null,
    };

    private static bool IsUrgent(CareEvent value, EpisodeState? episode) => HoldRules.IsHidden(value.Patient) || HasSafeguarding(value) || value switch
    {
        AdmissionCancelled or TransferCancelled or DischargeCancelled => true, // withdrawals
        PatientMerged or PatientUnmerged or PatientLinkReported => true,       // identity
        DeathReported or DeathWithdrawn => true,
        SideEffectReported => true,                                            // reactions
        MedicationChange change => change.SideEffectId is not null || change.Lines.Any(IsUrgent),
        Discharge discharge => episode?.DischargeVersion > 1 || (discharge.Medicines ?? []).Any(IsUrgent), // a later version corrects
        Admission { Medicines: { } medicines } => medicines.Any(IsUrgent),
        _ => false,
    };

    internal static bool IsUrgent(MedicineLine line) => line.Action switch
    {
        MedicineAction.Stop or MedicineAction.Hold or MedicineAction.Cancelled => true,
        MedicineAction.EnteredInError => true, // a correction
        MedicineAction.NotUnderstood => true,  // may be any of these
        MedicineAction.Continue => false,      // nothing changed
        MedicineAction.Amend or MedicineAction.Switch when MayBeCut(line.Before, line.After) => true,
        _ => line.Depot is not null || line.ControlledDrug || string.IsNullOrWhiteSpace(line.Medicine.DmdCode),
    };

    /// <summary>True where the dose over a day went down, or where it cannot be told that it did not.</summary>
    private static bool MayBeCut(Dosage? before, Dosage? after) =>
        before is null || after is null
        || !string.Equals(before.Unit, after.Unit, StringComparison.OrdinalIgnoreCase)
        || PerDay(before) is not { } earlier || PerDay(after) is not { } later
        || later < earlier;

    // Frequency times in PeriodDays days; one dose a day where only the dose is known on both sides would be a guess, so it stays unknown.
    private static decimal? PerDay(Dosage dose) =>
        dose is { Dose: { } amount, Frequency: { } times, PeriodDays: null or > 0 } ? amount * times / (dose.PeriodDays ?? 1) : null;

    private static bool HasSafeguarding(CareEvent value)
    {
        var (risks, remarks) = value switch
        {
            ReferralReceived r => (r.Risks, (IReadOnlyList<Remark?>)[]),
            Admission a => (a.Risks, a.Remarks),
            EpisodeUpdated u => (u.Risks, u.Remarks),
            Discharge d => (d.Risks, [.. d.Remarks, d.PatientConcerns, d.CarerConcerns]),
            SideEffectReported s => ([], [s.Text]),
            CarerViewRecorded c => ([], [c.View]),
            DischargePlanned p => ([], [p.CarerView]),
            GatekeepingDecision g => ([], [g.PatientPreference, g.CarerView, .. g.HomeMatters, .. g.Dissent.Select(x => x.Text)]),
            _ => ((IReadOnlyList<Risk>)[], (IReadOnlyList<Remark?>)[]),
        };
        return risks.Any(r => r is { Kind: RiskKind.Safeguarding, Statement: RiskStatement.Identified })
            || remarks.Concat(risks.Select(r => r.Detail)).Any(r => r?.Privacy == RemarkPrivacy.Safeguarding);
    }
}
