using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>The lists of medicines and the continuity card as text.</summary>
internal static class MedicineNarrative
{
    public static string Render(MedicineList list, ConfirmedMedicines confirmed, ClinicalTime occurredAt) => NarrativeRenderer.Render("sections/medicines", new Dictionary<string, object?>
    {
        ["reported"] = list.Reported,
        ["tables"] = confirmed.Tables("Current medicines", "Confirmed at discharge", ConfirmedMedicines.LaterCaption, ConfirmedMedicines.EarlierCaption)
            .Select(t => new Dictionary<string, object?> { ["caption"] = t.Caption, ["rows"] = t.Medicines.Select(m => Row(m, occurredAt)).ToList() }).ToList(),
        ["stopped"] = list.Discontinued.Select(m => Row(m, occurredAt)).ToList(),
        ["unclear"] = list.Unclear.Select(m => Row(m, occurredAt)).ToList(),
        ["ward"] = list.WardOnly.Select(m => Row(m, occurredAt)).ToList(),
        ["notnamed"] = Wording.NotNamedHere,
        ["gplist"] = Wording.GpListNotChecked,
    });

    private static Dictionary<string, object?> Row(ReportedMedicine medicine, ClinicalTime occurredAt)
    {
        var line = medicine.Line;
        return new Dictionary<string, object?>
        {
            ["medicine"] = line.Medicine.Text,
            ["dose"] = line.After?.Text ?? MedicineChanges.NoDose,
            ["status"] = Wording.Status(medicine.Status)
                + (line.SourceControl is { Length: > 0 } control && medicine.Status == MedicineStatus.NotUnderstood ? $" ({control})" : ""),
            ["indication"] = line.Indication,
            ["reason"] = line.Reason is { Length: > 0 } ? line.Reason : MedicineChanges.NoReason,
            ["next"] = MedicineFacts.NextPrescriber(line.NextPrescriber),
            ["facts"] = string.Join(' ', MedicineFacts.Supply(line).Concat(MedicineFacts.LastDose(line, occurredAt)).Concat(MedicineFacts.DepotFacts(line))),
            ["asof"] = Wording.When(medicine.AsOf),
        };
    }

    public static string Changes(CaseFile file, Story story, ContinuityCard card, IReadOnlyList<(string When, string Subject, IReadOnlyList<string> News)> again) =>
        NarrativeRenderer.Render("sections/changed", new Dictionary<string, object?>
        {
            ["news"] = story.News,
            ["again"] = again.Select(a => new Dictionary<string, object?> { ["when"] = a.When, ["subject"] = a.Subject, ["news"] = a.News }).ToList(),
            ["groups"] = Enum.GetValues<CardGroup>().Select(g => (Group: g, Lines: card.In(g).ToList())).Where(g => g.Lines.Count > 0)
                .Select(g => new Dictionary<string, object?> { ["title"] = Heading(g.Group), ["lines"] = g.Lines.Select(Line).ToList() }).ToList(),
            ["checks"] = MedicineNotes.Of(file).Concat(card.Checks.Where(c => c.Outcome != CheckOutcome.Clear && c.Name != "gp-list").Select(c => c.Text)).ToList(),
            ["nothing"] = story.News.Count == 0 && card.Lines.Count == 0,
        });

    private static string Heading(CardGroup group) => group switch
    {
        CardGroup.Started => "Started",
        CardGroup.Stopped => "Stopped",
        CardGroup.Changed => "Changed",
        CardGroup.Unchanged => "Unchanged",
        _ => "Reported, and not clear",
    };

    private static Dictionary<string, object?> Line(CardLine line) => new()
    {
        ["medicine"] = line.Medicine,
        ["what"] = line.What,
        ["marks"] = string.Join("; ", new[] { line.RecordedLate ? "recorded late" : null, line.ToldAgain ? "told again: you have not accepted the earlier message" : null }.OfType<string>()),
        ["before"] = line.Before,
        ["after"] = line.After,
        ["reason"] = line.Reason,
        ["when"] = line.Group == CardGroup.Unchanged ? "" : line.When,
        ["asked"] = line.AskedOfGp,
        ["next"] = line.NextPrescriber,
        ["facts"] = string.Join(' ', line.Facts),
    };
}
