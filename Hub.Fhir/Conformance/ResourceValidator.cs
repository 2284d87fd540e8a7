using Hl7.Fhir.Model;
using Hub.Fhir.Conformance.Profiles;

namespace Hub.Fhir.Conformance;

/// <summary>Judges one resource that stands alone; references to other resources are not followed.</summary>
public static class ResourceValidator
{
    /// <summary>Judges any resource; a Bundle is judged by <see cref="BundleValidator"/>.</summary>
    public static IReadOnlyList<ConformanceIssue> Validate(Resource resource)
    {
        if (resource is Bundle bundle)
        {
            return BundleValidator.Validate(bundle);
        }

        var findings = new Findings(CheckBudget.Usual());
        AttributeRules.Check(resource, findings);
        new ElementWalk(findings, null, ProfileCatalogue.Default).Visit(resource);
        return findings.Issues;
    }
}
