using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Medicines;

/// <summary>
/// What is missing from the story of a person's medicines, as facts. None computes a dose, an interaction or a score, and none advises
/// (clinical rule 10).
/// </summary>
public static class ContinuityChecks
{
    /// <param name="confirmed">True where a clinician confirmed the list, false where the hub compiled it, null where no list is being handed over.</param>
    public static IReadOnlyList<CardCheck> Of(IReadOnlyList<CardLine> lines, MedicineList list, bool? confirmed, IReadOnlyList<PlannedAction> plan)
    {
        // Outside a discharge only what changed is looked at: a team that goes on prescribing needs no next prescriber, and ten warnings hide one.
        var changed = lines.Where(l => l.Group != CardGroup.Unchanged).Select(l => l.Line.LineId).ToHashSet(StringComparer.Ordinal);
        var concerned = confirmed is null ? [.. list.Current.Where(m => changed.Contains(m.Line.LineId))] : list.Current;
        return
        [
            Reasons(lines),
            Doses(lines, list),
            Prescribers(concerned),
            .. Supply(concerned, plan),
            Monitoring(concerned),
            .. Confirmed(confirmed),
            StillListed(lines, list),
            new("gp-list", CheckOutcome.NotChecked, Wording.GpListNotChecked),
        ];
    }

    private static CardCheck Reasons(IReadOnlyList<CardLine> lines) =>
        Found("reason", lines.Where(l => l.Reason == MedicineChanges.NoReason).Select(l => l.Medicine), "No reason given", "Every change has a reason.");

    private static CardCheck Doses(IReadOnlyList<CardLine> lines, MedicineList list) => Found(
        "dose",
        lines.Where(l => l.After == MedicineChanges.NoDose).Select(l => l.Medicine)
            .Concat(list.Current.Where(m => m.Status == MedicineStatus.Active && m.Line.After is null).Select(m => m.Line.Medicine.Text)).Distinct(),
        "No dose stated",
        "Every current medicine has a dose.");

    private static CardCheck Prescribers(IReadOnlyList<ReportedMedicine> concerned) => Found(
        "next-prescriber",
        concerned.Where(m => m.Line.NextPrescriber is not { Status: PrescriberStatus.Accepted })
            .Select(m => $"{m.Line.Medicine.Text}: {MedicineFacts.NextPrescriber(m.Line.NextPrescriber)}"),
        "Next prescriber has not accepted",
        "A next prescriber has accepted every current medicine.");

    /// <summary>The day the supply ends beside the day by which somebody is asked to prescribe: two dates, and which is first.</summary>
    private static IEnumerable<CardCheck> Supply(IReadOnlyList<ReportedMedicine> concerned, IReadOnlyList<PlannedAction> plan)
    {
        foreach (var medicine in concerned.Where(m => !m.Line.HospitalOnly))
        {
            var name = medicine.Line.Medicine.Text;
            var due = medicine.Line.GpRequestDueOn ?? plan.Where(a => !a.Practical && a.Text.Contains(name, StringComparison.OrdinalIgnoreCase)).Select(a => a.DueOn).FirstOrDefault();
            yield return (medicine.Line.SupplyEndsOn, due) switch
            {
                (null, _) => new("supply", CheckOutcome.NotChecked, $"{name}: supply against the plan: not checked: no supply end date was sent."),
                ({ } end, null) => new("supply", CheckOutcome.NotChecked, $"{name}: supplied until {Wording.When(end)}; against the plan: not checked: no date for the next prescription was sent."),
                ({ } end, { } by) when end.Date < by.Date => new("supply", CheckOutcome.Found, $"{name}: supply ends {Wording.When(end)}, before the next prescription is due ({Wording.When(by)})."),
                _ => new("supply", CheckOutcome.Clear, $"{name}: supply reaches the date asked for the next prescription."),
            };
        }
    }

    private static CardCheck Monitoring(IReadOnlyList<ReportedMedicine> concerned)
    {
        var checks = concerned.SelectMany(m => m.Line.Monitoring.Select(c => (m.Line.Medicine.Text, Check: c))).ToList();
        if (checks.Count == 0)
        {
            return new("monitoring", CheckOutcome.NotChecked, "Monitoring: not checked: no monitoring was sent and no monitoring rules are enabled.");
        }

        return Found(
            "monitoring",
            checks.Where(c => (c.Check.Owner is null && c.Check.OwnerName is null) || c.Check.NextDueOn is null)
                .Select(c => $"{c.Text}: {c.Check.Check.Text}{(c.Check.Owner is null && c.Check.OwnerName is null ? ", no owner" : "")}{(c.Check.NextDueOn is null ? ", no date" : "")}"),
            "Monitoring without owner or date",
            "Every check sent has an owner and a date.");
    }

    private static IEnumerable<CardCheck> Confirmed(bool? confirmed) => confirmed switch
    {
        true => [new("list-confirmed", CheckOutcome.Clear, "The list was confirmed at discharge.")],
        false => [new("list-confirmed", CheckOutcome.Found, "The list of medicines is not confirmed at discharge.")],
        null => [],
    };

    private static CardCheck StillListed(IReadOnlyList<CardLine> lines, MedicineList list) => Found(
        "stopped-still-listed",
        lines.Where(l => l.Group == CardGroup.Stopped)
            .Where(stopped => list.Current.Any(c => c.Line.LineId != stopped.Line.LineId && MedicineList.SameMedicine(c.Line.Medicine, stopped.Line.Medicine)))
            .Select(l => l.Medicine),
        "Reported stopped, and still on the current list under another order",
        "No stopped medicine is on the current list.");

    private static CardCheck Found(string name, IEnumerable<string> which, string found, string clear)
    {
        var names = which.Distinct().ToList();
        return names.Count == 0
            ? new(name, CheckOutcome.Clear, clear)
            : new(name, CheckOutcome.Found, $"{found}: {string.Join("; ", names)}.");
    }
}
