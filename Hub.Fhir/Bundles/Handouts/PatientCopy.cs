using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>
/// The person's own copy of a change of medicines, at the end of care, or of its withdrawal: a document of its own in plain English, without anything that another person
/// said or that is not for the person's home (clinical rules 20 and 22). <see cref="HandoutPage"/> prints it.
/// </summary>
public static class PatientCopy
{
    private static readonly (string, string) Handling = (HandoutPage.PatientCopy, "For the person: to be handed over");

    /// <summary>Why no copy may be made, in words without anything of the person; null where one may.</summary>
    public static string? WhyNot(ComposeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Event is Discharge or DischargeCancelled or MedicationChange
            ? HandoutGate.WhyNot(request.Event, request.Episode)
            : "A copy for the person is made of a change of medicines, of a discharge and of its withdrawal only.";
    }

    /// <summary>The copy as a document Bundle, checked; null where <see cref="WhyNot"/> says why none may be made. <see cref="ComposeRequest.Audience"/> is not read.</summary>
    public static ComposedBody? Compose(ComposeRequest request)
    {
        if (WhyNot(request) is not null)
        {
            return null;
        }

        var file = CaseFileReader.Open(HandoutGate.Bare(request));
        var parts = new HandoutParts(file, PatientMapper.ToPatient(file.Patient, file.PatientId, null, null));
        var facts = HandoutFacts.Of(file);
        var told = Earlier(file);
        return HandoutBundle.ToBody(new HandoutDraft
        {
            File = file,
            Parts = parts,
            Handling = Handling,
            Title = Title(file, told),
            Type = file.Event is MedicationChange ? ("371531000", "Report of clinical encounter") : ("373942005", "Discharge summary"),
            Sections =
            [
                .. file.Event switch
                {
                    Discharge discharge => Ended(file, parts, facts, discharge),
                    MedicationChange change => Changed(file, parts, facts, change),
                    _ => Withdrawn(file, parts, facts, told),
                },
            ],
            Replaces = told,
        }, request);
    }

    private static string Title(CaseFile file, Discharge? told)
    {
        var from = file.Kind == EpisodeKind.Ward ? "the ward" : "the crisis team";
        return file.Event switch
        {
            MedicationChange => "Your copy: a change to your medicines",
            DischargeCancelled => $"Your copy: your discharge from {from} is withdrawn",
            _ when told is not null => $"Your copy: leaving {from}, version {Math.Max(file.Episode?.DischargeVersion ?? 0, 3)}",
            _ => $"Your copy: leaving {from}",
        };
    }

    // As for professionals: the discharge that is withdrawn, or the one that this one is made instead of.
    private static Discharge? Earlier(CaseFile file) => file.Event is MedicationChange ? null : file.Event is DischargeCancelled
        ? file.Before?.LastTold ?? file.Before?.Discharge ?? file.Episode?.LastTold
        : (file.Before?.LastTold ?? file.Episode?.FirstTold) is { } told && told.SourceMessageId != file.Event.SourceMessageId ? told : null;

    private static IEnumerable<Section> Ended(CaseFile file, HandoutParts parts, HandoutFacts facts, Discharge discharge)
    {
        var medicines = new HandoutMedicines(file, parts, ChangeStory.OfEpisode(discharge, file.Before, file.Episode));
        yield return HandoutSections.Help(facts);
        foreach (var section in HandoutSections.Adjustments(facts))
        {
            yield return section;
        }

        yield return medicines.Take();
        yield return medicines.Changed();
        yield return HandoutSections.Appointment(facts);
        yield return HandoutSections.Plan(facts);
        foreach (var section in HandoutSections.CrisisPlan(facts, "Your crisis plan", withSummary: true).Concat(HandoutSections.ToldUs(facts)))
        {
            yield return section;
        }

        yield return HandoutSections.ComeBack(facts);
        yield return HandoutSections.Feedback(facts);
    }

    private static IEnumerable<Section> Changed(CaseFile file, HandoutParts parts, HandoutFacts facts, MedicationChange change)
    {
        var medicines = new HandoutMedicines(file, parts, ChangeStory.Of(change, file.Before, file.Episode));
        yield return medicines.Changed();
        yield return HandoutSections.Help(facts);
        foreach (var section in HandoutSections.Adjustments(facts))
        {
            yield return section;
        }

        yield return medicines.Take();
        if (HandoutSections.Visit(facts) is { Length: > 0 } visit)
        {
            yield return HandoutSections.Of(Headings.FutureAppointments, "What happens next", "next", new() { ["ward"] = facts.OnWard, ["visit"] = visit, ["review"] = "" });
        }

        yield return HandoutSections.Feedback(facts);
    }

    private static IEnumerable<Section> Withdrawn(CaseFile file, HandoutParts parts, HandoutFacts facts, Discharge? told)
    {
        var day = Wording.Day(told?.OccurredAt ?? file.Event.OccurredAt);
        yield return HandoutSections.Of(Headings.Information, "What is no longer right", "withdrawn", new()
        {
            ["ward"] = facts.OnWard,
            ["team"] = facts.Team,
            ["day"] = day,
            ["papers"] = (told?.InformationGiven ?? []).Where(g => g.NotGivenReason is not { Length: > 0 })
                .Select(g => g.What + (g.At is { } at ? $", given to you {Wording.When(at)}" : "")).Distinct().ToList(),
        });
        yield return HandoutSections.Help(facts);
        foreach (var section in HandoutSections.Adjustments(facts))
        {
            yield return section;
        }

        yield return HandoutSections.Appointment(facts, withdrawn: true);
        yield return Standing(told, (DischargeCancelled)file.Event, day);
        yield return new HandoutMedicines(file, parts, []).Take();
        yield return HandoutSections.Feedback(facts);
    }

    private static Section Standing(Discharge? told, DischargeCancelled cancelled, string day) => HandoutSections.Of(Headings.WhatChanged, "Your medicines", "standing", new()
    {
        ["day"] = day,
        ["lines"] = (told?.Medicines ?? []).Where(l => l.Action != MedicineAction.Continue).Select(l => new Dictionary<string, object?>
        {
            ["medicine"] = l.Medicine.Text,
            ["after"] = l.After?.Text,
            ["stands"] = cancelled.ChangesThatStand?.Contains(l.LineId) == true,
        }).ToList(),
    });
}
