using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of every resource (R4 DomainResource dom-2 to dom-6).</summary>
internal static class DomainResourceRules
{
    public static void Check(Resource resource, ResourceScope scope, BundleIndex? bundle, Findings findings)
    {
        if (!scope.IsContained)
        {
            // dom-6 is advice. In a bundle of ours the Composition's sections say all in words, once.
            if (bundle is null && resource is DomainResource { Text: null } and not OperationOutcome)
            {
                findings.AddAt(IssueSeverity.Information, "dom-6", findings.Path("text"), "A resource should have a narrative.");
            }

            return;
        }

        findings.Require(resource is not DomainResource { Contained.Count: > 0 }, "dom-2", "A contained resource contains another.", "contained");
        findings.Require(resource.Meta?.VersionIdElement is null && resource.Meta?.LastUpdatedElement is null,
            "dom-4", "A contained resource has a version or a time of update of its own.", "meta");
        findings.Require(resource.Meta is null or { Security.Count: 0 }, "dom-5", "A contained resource has security labels of its own.", "meta.security");
    }

    /// <summary>dom-3, after the whole resource was walked: what is contained must be referred to, or refer to its container.</summary>
    public static void CheckContained(Resource resource, ResourceScope scope, Findings findings)
    {
        if (resource is not DomainResource { Contained.Count: > 0 } holder)
        {
            return;
        }

        for (var i = 0; i < holder.Contained.Count; i++)
        {
            var id = Literal.Text(holder.Contained[i].IdElement);
            findings.Enter("contained", i);
            findings.Require(id is { Length: > 0 } && (scope.LocalReferences.Contains(id) || scope.LocalReferences.Contains("")),
                "dom-3", "Nothing refers to this contained resource.");
            findings.Leave();
        }
    }
}
