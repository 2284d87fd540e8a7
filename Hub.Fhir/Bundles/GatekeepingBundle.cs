using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>The crisis team's decision on a bed, with the views of those who disagree.</summary>
internal static class GatekeepingBundle
{
    public static Story Tell(CaseFile file, PartSet parts, GatekeepingDecision decision)
    {
        var request = parts.Add(ServiceRequestMapper.ToRequest(
            file.EventId("ServiceRequest"), RequestStatus.Completed, "Admission to a ward", parts.Patient, parts.Role(decision.RequestedBy),
            parts.Organization(file.Crt), decision.RequestedAt, decision.Rationale, null));
        var outcome = Wording.Gatekeeping(decision.Outcome);
        return new Story
        {
            Subject = "Gatekeeping decision",
            News =
            [
                $"Decision: {outcome}, {Wording.When(decision.OccurredAt)}, by {Wording.Person(decision.DecidedBy)}.",
                $"Why: {decision.Rationale}",
                decision.AssessedInPerson
                    ? $"Assessed in person by the crisis team{(decision.AssessedAt is { } at ? ", " + Wording.When(at) : "; the time was not stated")}."
                    : "Not assessed in person by the crisis team.",
                $"Requested by {Wording.Person(decision.RequestedBy)}{(decision.RequestedAt is { } asked ? ", " + Wording.When(asked) : "")}.",
                .. decision.LegalStatus is { } legal ? new[] { $"Legal status: {legal.Text}." } : [],
            ],
            Details = [.. Views(decision)],
            NewsEntries = [request, parts.Add(TaskMapper.ToGatekeeping(decision, file.EventId("Task", "gatekeeping"), parts.Patient, request, parts.Role(decision.DecidedBy), outcome))],
        };
    }

    private static IEnumerable<Section> Views(GatekeepingDecision decision)
    {
        string[] views =
        [
            .. RemarkGate.Open(decision.PatientPreference) is { } wish ? new[] { $"The person's preference: {wish}" } : ["The person's preference: not stated here."],
            .. decision.Dissent.Where(d => RemarkGate.Open(d.Text) is not null).Select(d => $"{d.By} disagrees: {RemarkGate.Open(d.Text)}"),
        ];
        yield return Sections.Items(Headings.Concerns, "Preferences and disagreement", views);
        if (decision.HomeMatters.Select(RemarkGate.Open).OfType<string>().ToList() is { Count: > 0 } home)
        {
            yield return Sections.Items(Headings.Social, "At home", home);
        }
    }
}
