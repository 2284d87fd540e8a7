using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Medicines;

/// <summary>
/// What is missing from the story of a person's medicines, as facts. None computes a dose, an interaction or a score, and none advises
/// (clinical rule 10).
/// </summary>
public static class ContinuityChecks
{
    /// <param name="lines">The changes that are told.</param>
    /// <param name="list">The medicines as last reported.</param>
    /// <param name="plan">Who is asked for what, for the day of the next prescription.</param>
    /// <param name="monitoring">Checks sent and checks that signed local rules ask for.</param>
    /// <param name="notConfirmed">Current medicines beside a list that was confirmed.</param>
    /// <param name="rulesEnabled">True where the trust has enabled any monitoring rule.</param>
    /// <param name="confirmed">True where a clinician confirmed the list, false where the hub compiled it, null where no list is being handed over.</param>
    public static IReadOnlyList<CardCheck> Of(IReadOnlyList<CardLine> lines, MedicineList list, bool? confirmed, IReadOnlyList<PlannedAction> plan,
        IReadOnlyList<MonitoringRow> monitoring, bool rulesEnabled, IReadOnlyList<ReportedMedicine>? notConfirmed = null)
    {
        // Outside a discharge only what changed is looked at: a team that goes on prescribing needs no next prescriber, and ten warnings hide one.
        var changed = lines.Where(l => l.Group != CardGroup.Unchanged).Select(l => l.Line.LineId).ToHashSet(StringComparer.Ordinal);
        var concerned = confirmed is null ? [.. list.Current.Where(m => changed.Contains(m.Line.LineId))] : list.Current;
        return
        [
            Reasons(lines),
            Doses(lines, list),
            .. Prescribers(concerned),
            .. Supply(concerned, plan),
            // A check that was sent of the person says nothing about what a medicine brings with it.
            Monitoring([.. monitoring.Where(r => r.Medicine is not null || r.Rule is not null)], rulesEnabled, ofPerson: monitoring.Any(r => r.OfPerson)),
            .. Confirmed(confirmed, notConfirmed ?? []),
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

    // Nobody was named, and who was named has not answered, are two things to do.
    private static IEnumerable<CardCheck> Prescribers(IReadOnlyList<ReportedMedicine> concerned)
    {
        var open = concerned.Where(m => m.Line.NextPrescriber is not { Status: PrescriberStatus.Accepted }).ToLookup(m => m.Line.NextPrescriber is { } next && (next.Party is not null || next.Name is not null));
        if (open[false].Any())
        {
            yield return Found("next-prescriber", open[false].Select(m => m.Line.Medicine.Text), "No next prescriber named", "");
        }

        if (open[true].Any() || open.Count == 0)
        {
            yield return Found(
                "next-prescriber",
                open[true].Select(m => $"{m.Line.Medicine.Text}: {MedicineFacts.NextPrescriber(m.Line.NextPrescriber)}"),
                "Next prescriber has not accepted",
                "A next prescriber has accepted every current medicine.");
        }
    }

    /// <summary>The day the supply ends beside the day by which somebody is asked to prescribe: two dates, and which is first.</summary>
    private static IEnumerable<CardCheck> Supply(IReadOnlyList<ReportedMedicine> concerned, IReadOnlyList<PlannedAction> plan)
    {
        var unknown = new List<string>();
        foreach (var medicine in concerned.Where(m => !m.Line.HospitalOnly))
        {
            var name = medicine.Line.Medicine.Text;
            var due = medicine.Line.GpRequestDueOn ?? plan.Where(a => !a.Practical && a.Text.Contains(name, StringComparison.OrdinalIgnoreCase)).Select(a => a.DueOn).FirstOrDefault();
            switch (medicine.Line.SupplyEndsOn, due)
            {
                case (null, _):
                    unknown.Add(name);
                    break;
                case ({ } end, null):
                    yield return new("supply", CheckOutcome.NotChecked, $"{name}: supplied until {Wording.When(end)}; against the plan: not checked: no date for the next prescription was sent.");
                    break;
                case ({ } end, { } by) when end.Date < by.Date:
                    yield return new("supply", CheckOutcome.Found, $"{name}: supply ends {Wording.When(end)}, before the next prescription is due ({Wording.When(by)}).");
                    break;
                default:
                    yield return new("supply", CheckOutcome.Clear, $"{name}: supply reaches the date asked for the next prescription.");
                    break;
            }
        }

        if (unknown.Count > 0)
        {
            yield return new("supply", CheckOutcome.NotChecked, $"Supply against the plan: not checked: no supply end date was sent for {string.Join("; ", unknown)}.");
        }
    }

    private static CardCheck Monitoring(IReadOnlyList<MonitoringRow> rows, bool rulesEnabled, bool ofPerson) => (rows.Count, rulesEnabled) switch
    {
        (0, false) => new("monitoring", CheckOutcome.NotChecked, "No monitoring was sent for these medicines; no local rules are enabled."
            + (ofPerson ? " Checks of the person are under Physical health." : "")),
        (0, true) => new("monitoring", CheckOutcome.NotChecked, "Monitoring: none was sent, and no enabled local rule names these medicines."),
        _ => Found(
            "monitoring",
            rows.Where(r => r.Missing.Length > 0).Select(r => $"{(r.Medicine is { } medicine ? medicine + ": " : "")}{r.Check.Text}"
                + $"{(r.Rule is null ? ", " : $", asked by local rule {r.Rule.Id}: ")}{r.Missing}"),
            "Monitoring without owner or date",
            rulesEnabled ? "Every check sent or asked by a local rule has an owner and a date." : "Every check sent has an owner and a date."),
    };

    private static IEnumerable<CardCheck> Confirmed(bool? confirmed, IReadOnlyList<ReportedMedicine> beside) => confirmed switch
    {
        false when beside.Count > 0 => [Found("list-confirmed", beside.Select(m => m.Line.Medicine.Text), "Not on the list confirmed at discharge", "")],
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
