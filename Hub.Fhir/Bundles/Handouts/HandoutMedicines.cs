using System.Globalization;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>The person's medicines on paper: what changed and why, and what to take now. Each row is also a MedicationStatement.</summary>
internal sealed class HandoutMedicines(CaseFile file, HandoutParts parts, IReadOnlyList<CardLine> changes)
{
    public Section Changed()
    {
        // A dose that was given is no change of what the person takes.
        var told = changes.Where(c => c.Group != CardGroup.Unchanged && c.Line.Action != MedicineAction.Administer).ToList();
        return HandoutSections.Of(Headings.WhatChanged, "Your medicines: what changed and why", "changed", new()
        {
            ["caption"] = file.Event is MedicationChange ? "What changed" : "What changed while we looked after you",
            ["lines"] = told.Select(c => new Dictionary<string, object?>
            {
                ["medicine"] = c.Medicine,
                ["what"] = What(c),
                ["before"] = c.Before,
                ["after"] = c.After,
                ["why"] = c.Reason == MedicineChanges.NoReason ? "" : c.Reason,
                ["since"] = Wording.When(DayOf(c)),
            }).ToList(),
        }) with { Entries = [.. told.Select(c => Statement(Reported(c))).Distinct()] };
    }

    public Section Take()
    {
        var list = file.Medicines;
        var section = HandoutSections.Of(Headings.Medicines, "What to take now", "take", new()
        {
            ["reported"] = list.Reported,
            ["confirmed"] = file.Confirmed.All,
            ["checked"] = file.Confirmed.Confirmation is { } confirmation ? Wording.When(confirmation.OccurredAt) : "",
            ["asof"] = Wording.When(AsOf(file)),
            ["current"] = list.Current.Select(Row).ToList(),
            ["tables"] = file.Confirmed.Tables(
                    "Medicines, and how to take them", "Medicines we checked with your discharge", "Medicines we heard of after that", "Not on the checked list: we do not know whether you still take these. Ask us")
                .Select(t => new Dictionary<string, object?> { ["caption"] = t.Caption, ["rows"] = t.Medicines.Select(Row).ToList() }).ToList(),
            ["unclear"] = list.Unclear.Select(m => new Dictionary<string, object?> { ["medicine"] = m.Line.Medicine.Text }).ToList(),
            ["notnamed"] = Wording.NotNamedHere,
            ["phone"] = HandoutFacts.Of(file).Phone,
        });
        return list.Reported
            ? section with
            {
                Entries =
                [
                    parts.Add(MedicineListMapper.ToActive(
                        file.EventId("List", HandoutPage.PatientCopy), section.Title, parts.Patient, file.WrittenAt, null, [.. list.Current.Select(Statement)], Wording.NotNamedHere)),
                    .. list.Unclear.Select(Statement),
                ],
            }
            : section;
    }

    /// <summary>The newest of the lines that a list was made from (clinical rule 6).</summary>
    public static ClinicalTime AsOf(CaseFile file) => file.Medicines.Current.Count == 0 ? file.WrittenAt : file.Medicines.Current.MaxBy(m => m.AsOf.Instant)!.AsOf;

    public static string What(CardLine change) => change switch
    {
        { Group: CardGroup.Unclear } => "unclear",
        { Line.Action: MedicineAction.CourseFinished } => "finished",
        { Group: CardGroup.Stopped } => "stop",
        { Group: CardGroup.Started } => "start",
        { Line.Action: MedicineAction.Hold } => "hold",
        { Line.Action: MedicineAction.Resume } => "resume",
        { Before.Length: > 0 } when change.Before != change.After => "dose",
        _ => "other",
    };

    private static ClinicalTime DayOf(CardLine change) => change.OccurredAt.IsDateOnly
        ? change.OccurredAt
        : change.OccurredAt with { Precision = TimePrecision.Day };

    private static Dictionary<string, object?> Row(ReportedMedicine medicine)
    {
        var line = medicine.Line;
        var until = line.SupplyEndsOn is { } end ? Wording.When(end) : "";
        var days = line.SupplyDays is { } n ? n.ToString(CultureInfo.InvariantCulture) : "";
        return new()
        {
            ["medicine"] = line.Medicine.Text,
            ["hold"] = medicine.Status == MedicineStatus.OnHold,
            ["dose"] = string.Join(". ", new[] { line.After?.Text, line.After?.Instruction }.Where(t => !string.IsNullOrWhiteSpace(t))),
            ["purpose"] = line.Indication,
            ["days"] = days,
            ["until"] = until,
            ["short"] = line.SupplyLimit is not null,
            ["hospital"] = line.HospitalOnly,
            ["nosupply"] = days.Length + until.Length == 0 && line.SupplyLimit is null && !line.HospitalOnly,
            ["next"] = Next(line.NextPrescriber),
            ["who"] = line.NextPrescriber is { } next ? next.Name ?? (next.Party == CareParty.Gp ? "Your GP surgery" : next.Party is { } party ? Wording.Party(party) : "") : "",
            ["until_then"] = line.NextPrescriber?.UntilThen,
            ["depot"] = line.Depot is { } depot
                ? new List<object>
                {
                    new Dictionary<string, object?>
                    {
                        ["last"] = depot.LastGivenAt is { } last ? Wording.When(last) : "",
                        ["next"] = depot.NextDueOn is { } due ? Wording.When(due) : "",
                        ["by"] = depot.GivenBy,
                    },
                }
                : [],
        };
    }

    private static string Next(NextPrescriber? next) => next switch
    {
        null => "not-told",
        { Party: null, Name: null } => "undecided",
        { Status: PrescriberStatus.Accepted } => "accepted",
        { Status: PrescriberStatus.Asked } => "asked",
        _ => "not-asked",
    };

    private ReportedMedicine Reported(CardLine change) =>
        file.Medicines.Current.Concat(file.Medicines.Discontinued).Concat(file.Medicines.Unclear).FirstOrDefault(m => m.Line.LineId == change.Line.LineId)
        ?? new ReportedMedicine { Line = change.Line, Status = MedicineChanges.StatusAfter(change.Line), AsOf = change.OccurredAt, From = file.Event.SourceMessageId };

    private string Statement(ReportedMedicine medicine) => parts.Statement(file, medicine, changes.Where(c => c.Line.LineId == medicine.Line.LineId), withReasons: true);
}
