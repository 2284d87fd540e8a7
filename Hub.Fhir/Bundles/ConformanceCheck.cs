using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;

namespace Hub.Fhir.Bundles;

/// <summary>The one place where a composed bundle meets the validator: before its envelope binds it, so that nobody asks for ids it cannot have yet.</summary>
internal static class ConformanceCheck
{
    // dom-6 (a resource should have a narrative) is advice: the text of our resources is the Composition's, once.
    public static IReadOnlyList<ConformanceIssue> Of(Bundle bundle, SharedParts? shared = null) => [.. BundleValidator.ValidateBody(bundle, shared).Where(i => i.Rule != "dom-6")];
}
