using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Fhir.Bundles;

/// <summary>What an event asks for and the clinical rules forbid: the message does not leave by itself, and a person is told.</summary>
internal static class ClinicalCheck
{
    public static IEnumerable<ConformanceIssue> Of(ComposedCase composed)
    {
        foreach (var ask in composed.Asks.Where(a => a.Line is { GpRequest: GpRequest.Repeat } line && MedicineFacts.CannotRepeat(line)))
        {
            yield return new ConformanceIssue
            {
                Severity = IssueSeverity.Error,
                Unsendable = true,
                Rule = "clinical-rule-9",
                Location = $"Bundle.entry.resource.ofType(Task).where(id='{composed.File.EventId("Task", ask.Id)}')",
                Text = "The event asks the GP to repeat a medicine that only the hospital supplies. Ask the sender to correct the request.",
            };
        }

        foreach (var issue in composed.Story.Issues)
        {
            yield return issue;
        }
    }
}
