using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>
/// What no schema can see. Refused is only what names no person or contradicts itself; what is merely thin is taken, because a stop that is
/// refused reaches nobody, and carries a note for its readers (standards.md 7.2).
/// </summary>
internal static class EventFindings
{
    public static IReadOnlyList<Problem> Judge(CareEvent value)
    {
        var problems = new List<Problem>();
        RequirePerson(value.Patient, "/patient", problems);
        switch (value)
        {
            case PatientMerged merged:
                RequireTwo(merged.Patient, merged.Retired, "/retired", problems);
                break;
            case PatientUnmerged parted:
                RequireTwo(parted.Patient, parted.Separated, "/separated", problems);
                break;
            case PatientLinkReported link:
                RequireTwo(link.Patient, link.Other, "/other", problems);
                break;
            case Discharge { CareCoordinator: var coordinator }:
                RequireNamed(coordinator, problems);
                break;
            case Admission { CareCoordinator: var coordinator }:
                RequireNamed(coordinator, problems);
                break;
        }

        return problems;
    }

    public static CareEvent WithNotes(CareEvent value)
    {
        var notes = value switch
        {
            MedicationChange change => Lines(change.Lines, "/lines"),
            Discharge { Medicines: { } medicines } => Lines(medicines, "/medicines"),
            Admission { Medicines: { } medicines } => Lines(medicines, "/medicines"),
            _ => [],
        };
        return value with { DataQuality = [.. value.DataQuality, .. notes] };
    }

    private static void RequirePerson(PatientRef person, string at, List<Problem> problems)
    {
        var named = person.Name is { } name && (name.Family is not null || name.Text is not null) && person.BirthDate is not null;
        if (person.NhsNumber is null && person.RejectedNhsNumber is null && person.LocalIds.Count == 0 && !named)
        {
            problems.Add(EventProblems.Make(
                "missing-patient", at, "Nothing here says who the person is.",
                "Give nhsNumber, or one of your own ids in localIds, or name with birthDate.", hl7: 101));
        }
    }

    private static void RequireTwo(PatientRef one, PatientRef other, string at, List<Problem> problems)
    {
        RequirePerson(other, at, problems);
        if (one.NhsNumber == other.NhsNumber && one.LocalIds.ToHashSet().SetEquals(other.LocalIds))
        {
            problems.Add(EventProblems.Make("same-record", at, "Both records have the same identifiers.", "Give the identifiers that tell the two records apart."));
        }
    }

    // Blank is never read as nobody, and a name that is announced must be there.
    private static void RequireNamed(CareCoordinator coordinator, List<Problem> problems)
    {
        if (coordinator is { Status: CareCoordinatorStatus.Named, Person: null })
        {
            problems.Add(EventProblems.Make(
                "missing-field", "/careCoordinator/person", "The care co-ordinator is said to be named, and no person is given.",
                "Add person, or write status none (somebody decided so) or unknown.", hl7: 101));
        }
    }

    private static IEnumerable<DataQualityNote> Lines(IReadOnlyList<MedicineLine> lines, string at) =>
        lines.SelectMany((line, i) => OfLine(line).Select(n => new DataQualityNote { Code = n.Code, Field = $"{at}/{i}/{n.Field}", Text = n.Text }));

    private static IEnumerable<(string Code, string Field, string Text)> OfLine(MedicineLine line)
    {
        if (line.Action is MedicineAction.Start or MedicineAction.Amend or MedicineAction.Continue && line.After is null)
        {
            yield return ("dose-not-sent", "after", "The dose from now on was not sent.");
        }

        if (line.Action is MedicineAction.Amend && line.Before is null)
        {
            yield return ("earlier-dose-not-sent", "before", "The dose before the change was not sent.");
        }

        if (line.Action is MedicineAction.Start && line.Indication is null)
        {
            yield return ("indication-not-sent", "indication", "What the medicine is for was not sent.");
        }

        if (line.Action is MedicineAction.Amend or MedicineAction.Stop or MedicineAction.Hold && line.Reason is null)
        {
            yield return ("reason-not-sent", "reason", "The reason for the change was not sent.");
        }

        if (line.GpRequest is GpRequest.IssueOnce or GpRequest.Repeat && line.GpRequestDays is null)
        {
            yield return ("days-not-sent", "gpRequestDays", "For how many days the GP is asked to issue was not sent.");
        }
    }
}
