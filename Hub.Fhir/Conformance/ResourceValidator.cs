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

        var budget = CheckBudget.Usual();
        var walked = new Findings(budget);
        var walk = new ElementWalk(walked, null, ProfileCatalogue.Default);
        walk.Visit(resource);
        if (walk.IsScreened)
        {
            return walked.Issues;
        }

        var findings = new Findings(budget);
        AttributeRules.Check(resource, findings);
        findings.Add(walked.Issues);
        return findings.Issues;
    }
}
