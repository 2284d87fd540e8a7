using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>The current medicines by what a clinician confirmed of them at the discharge that stands (clinical rule 6).</summary>
internal sealed class ConfirmedMedicines
{
    public const string EarlierCaption = "Reported earlier, not on the confirmed list: not known whether still taken";
    public const string LaterCaption = "Reported after the confirmed list";

    private ConfirmedMedicines(Discharge? confirmation, MedicineList list)
    {
        Confirmation = confirmation;
        Later = confirmation is null ? [] : [.. list.Current.Where(m => IsLater(m, confirmation))];
        Confirmed = confirmation is null ? [] : [.. list.Current.Except(Later).Where(m => IsNamed(m, confirmation))];
        Earlier = [.. list.Current.Except(Later).Except(Confirmed)];

        // A stop that came later makes it another list than the one that was confirmed.
        All = confirmation is not null && Earlier.Count + Later.Count == 0 && !list.Discontinued.Concat(list.Unclear).Any(m => IsLater(m, confirmation));
    }

    /// <summary>The discharge that stands, where a clinician confirmed its list; null where none did.</summary>
    public Discharge? Confirmation { get; }

    /// <summary>True where the current medicines are the list that was confirmed, with nothing beside it and nothing later.</summary>
    public bool All { get; }
    public IReadOnlyList<ReportedMedicine> Confirmed { get; }
    public IReadOnlyList<ReportedMedicine> Earlier { get; }
    public IReadOnlyList<ReportedMedicine> Later { get; }

    public static ConfirmedMedicines Of(Discharge? standing, MedicineList list) =>
        new(standing is { MedicinesConfirmed: true, Medicines: not null } ? standing : null, list);

    public string Title(ClinicalTime asOf) => this switch
    {
        { Confirmation: null } => $"Medicines last reported to us, as of {Wording.When(asOf)}; not confirmed at discharge",
        { All: true } => $"Current medicines, confirmed at discharge {Wording.When(Confirmation.OccurredAt)}",
        _ => $"Medicines last reported to us, as of {Wording.When(asOf)}; confirmed at discharge {Wording.When(Confirmation.OccurredAt)} only where it says so",
    };

    /// <summary>The current medicines as tables, in reading order, none of them empty.</summary>
    public IEnumerable<(string Caption, IReadOnlyList<ReportedMedicine> Medicines)> Tables(string whole, string confirmed, string later, string earlier) =>
        Confirmation is null ? Filled((whole, Earlier)) : Filled((confirmed, Confirmed), (later, Later), (earlier, Earlier));

    private static IEnumerable<(string, IReadOnlyList<ReportedMedicine>)> Filled(params (string, IReadOnlyList<ReportedMedicine> Medicines)[] tables) =>
        tables.Where(t => t.Medicines.Count > 0);

    private static bool IsLater(ReportedMedicine medicine, Discharge confirmation) => medicine.From != confirmation.SourceMessageId
        && medicine.AsOf.Instant > (confirmation.RecordedAt ?? confirmation.SentAt ?? confirmation.OccurredAt).Instant;

    // A line that the list repeats as it was keeps the message that first told it: the line id says that it is on the list.
    private static bool IsNamed(ReportedMedicine medicine, Discharge confirmation) => confirmation.Medicines!.Any(l =>
        l.LineId == medicine.Line.LineId && MedicineChanges.StatusAfter(l) is (MedicineStatus.Active or MedicineStatus.OnHold));
}
