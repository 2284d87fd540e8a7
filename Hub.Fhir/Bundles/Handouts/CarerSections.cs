using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>The sections of a carer's copy. Free text that names what this carer may not know is left out whole, and the page says that there is more.</summary>
internal sealed class CarerSections(CaseFile file, HandoutFacts facts, HandoutParts parts, IReadOnlySet<ConsentClass> consents)
{
    private readonly List<string> closed = [.. Closed(file, consents)];
    private int leftOut;

    /// <summary>Filled while <see cref="All"/> is read.</summary>
    public IReadOnlyList<ConformanceIssue> Issues => leftOut == 0 ? [] :
    [
        new ConformanceIssue
        {
            Severity = IssueSeverity.Warning,
            Rule = "carer-copy-left-out",
            Location = "Bundle",
            Text = $"{leftOut} texts are left out of this carer's copy: they name something that the person has not agreed to share. A person may tell the rest.",
        },
    ];

    public IEnumerable<Section> All()
    {
        yield return HandoutSections.Of(Headings.Information, "Who we are", "carer-intro", new()
        {
            ["team"] = facts.Team,
            ["ward"] = facts.OnWard,
            ["ended"] = facts.Discharge is not null,
            ["consented"] = consents.Any(c => c != ConsentClass.General),
        });
        yield return HandoutSections.Help(facts);
        yield return HandoutSections.Of(Headings.Information, "How to tell us things", "carer-tell-us", new() { ["phone"] = facts.Phone });
        yield return HandoutSections.Of(Headings.Information, "Support for you", "carer-support", []);
        yield return Arrangements();
        if (consents.Contains(ConsentClass.Medication))
        {
            yield return Medicines();
        }

        if (consents.Contains(ConsentClass.Plan))
        {
            yield return Plan();
        }

        if (consents.Contains(ConsentClass.Risk))
        {
            yield return Risks();
        }

        if (consents.Contains(ConsentClass.CrisisPlan))
        {
            foreach (var section in HandoutSections.CrisisPlan(facts, "The crisis plan", withSummary: MayRead(facts.CrisisPlan?.Summary)))
            {
                yield return section;
            }
        }
    }

    private Section Arrangements() => HandoutSections.Of(Headings.Information, "What affects you directly", "carer-arrangements", new()
    {
        ["ward"] = facts.OnWard,
        ["team"] = facts.Team,
        ["state"] = file.Event is DischargeCancelled ? "withdrawn" : facts.Discharge is not null ? "ended" : facts.Planned is not null ? "planned" : "none",
        ["day"] = facts.Discharge is { } discharge ? "on " + Wording.Day(discharge.OccurredAt) : facts.Planned is { } planned ? "on " + Wording.Day(planned.PlannedFor) : "",
        // That something is asked of the carer is theirs to know; the words of the plan are the person's.
        ["asked"] = facts.Plan.Any(a => a.Owner == CareParty.Carer),
    });

    private Section Medicines()
    {
        var list = file.Medicines;
        var changes = ChangeStory.OfEpisode(file.Event, file.Before, file.Episode).Where(c => c.Group != CardGroup.Unchanged).ToList();
        var section = HandoutSections.Of(Headings.Medicines, "Medicines", "carer-medicines", new()
        {
            ["reported"] = list.Reported,
            ["confirmed"] = file.Confirmed.All,
            ["checked"] = file.Confirmed.Confirmation is { } confirmation ? Wording.When(confirmation.OccurredAt) : "",
            ["asof"] = Wording.When(HandoutMedicines.AsOf(file)),
            ["tables"] = file.Confirmed.Tables("Taken now", "Checked at the discharge", "Heard of after that", "Not on the checked list: we do not know whether these are still taken")
                .Select(t => new Dictionary<string, object?>
                {
                    ["caption"] = t.Caption, ["rows"] = t.Medicines.Select(m => Row(m, changes.LastOrDefault(c => c.Line.LineId == m.Line.LineId))).ToList(),
                }).ToList(),
            ["stopped"] = list.Discontinued.Select(m => new Dictionary<string, object?> { ["medicine"] = m.Line.Medicine.Text }).ToList(),
            ["unclear"] = list.Unclear.Count > 0,
            ["notnamed"] = Wording.NotNamedHere,
        });
        var entries = list.Current.Concat(list.Discontinued)
            .Select(m => parts.Statement(file, m, changes.Where(c => c.Line.LineId == m.Line.LineId), withReasons: false)).Distinct().ToList();
        return section with { Entries = entries };
    }

    private static Dictionary<string, object?> Row(ReportedMedicine medicine, CardLine? change) => new()
    {
        ["medicine"] = medicine.Line.Medicine.Text,
        ["hold"] = medicine.Status == MedicineStatus.OnHold,
        ["dose"] = medicine.Line.After?.Text,
        ["what"] = change is null ? "none" : HandoutMedicines.What(change),
        ["before"] = change?.Before,
    };

    private Section Plan()
    {
        var shown = facts.Plan.Where(a => MayRead(a.Text) && MayRead(a.OwnerName)).ToList();
        return HandoutSections.Of(Headings.Plan, "The plan", "carer-plan", new()
        {
            ["team"] = facts.Team,
            ["actions"] = shown.Select(HandoutSections.Action).ToList(),
            ["followup"] = facts.FollowUp is { } follow
                ? string.Join(", ", new[] { follow.Booked ? "booked" : "not booked yet", follow.Start is { } at ? Wording.When(at) : null, follow.With ?? follow.Team?.Name }.OfType<string>())
                : "",
            ["left_out"] = facts.Plan.Count - shown.Count,
        });
    }

    private Section Risks()
    {
        var before = leftOut;
        var risks = file.Risks.Where(r => r.Statement == RiskStatement.Identified)
            .Select(r => Wording.Risk(r.Kind) + (r.Detail is { } detail && MayRead(detail.Text) ? ": " + detail.Text : "") + ".").ToList();
        return HandoutSections.Of(Headings.SafetyAlerts, "Risks", "carer-risks", new() { ["risks"] = risks, ["left_out"] = leftOut - before });
    }

    private bool MayRead(string? text)
    {
        var may = string.IsNullOrEmpty(text) || !closed.Exists(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
        leftOut += may ? 0 : 1;
        return may;
    }

    /// <summary>Names of medicines without consent to them; what the person has, and what medicines are for, always: no kind of consent speaks of it.</summary>
    private static IEnumerable<string> Closed(CaseFile file, IReadOnlySet<ConsentClass> consents)
    {
        var lines = file.Medicines.Current.Concat(file.Medicines.Discontinued).Concat(file.Medicines.Unclear).Concat(file.Medicines.WardOnly).Select(m => m.Line)
            .Concat(file.Episode?.Changes.Select(c => c.Line) ?? []).ToList();
        var words = file.Diagnoses.Select(d => d.Condition.Text.Split(',')[0]).Concat(lines.Select(l => l.Indication ?? ""));
        if (!consents.Contains(ConsentClass.Medication))
        {
            words = words.Concat(lines.Select(l => l.Medicine.Text.Trim().Split(' ', '-')[0]));
        }

        return words.Select(w => w.Trim()).Where(w => w.Length >= 4).Distinct(StringComparer.OrdinalIgnoreCase);
    }
}
