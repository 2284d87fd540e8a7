using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;

namespace Hub.Fhir.Bundles;

/// <summary>The one place where a composed bundle meets the validator.</summary>
internal static class ConformanceCheck
{
    public static IReadOnlyList<ConformanceIssue> Of(Bundle bundle) => bundle.Entry.Count == 0
        ? [new ConformanceIssue { Severity = IssueSeverity.Error, Rule = "bdl-empty", Location = "Bundle.entry", Text = "The bundle has no entries." }]
        : [];
}
