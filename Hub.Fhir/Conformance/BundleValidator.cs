using Hl7.Fhir.Model;
using Hl7.Fhir.Validation;
using Hub.Fhir.Conformance.Profiles;
using Hub.Fhir.Conformance.Rules;

namespace Hub.Fhir.Conformance;

/// <summary>
/// Step 5: judges a bundle by base R4, the rules of messages and documents, the profiles it claims and the codes it uses.
/// What it judges and what it does not is listed in ARCHITECTURE.md. Safe to call from many threads.
/// </summary>
public static class BundleValidator
{
    /// <summary>Judges a bundle as it goes out or came in. No error among the issues means that it may be sent.</summary>
    public static IReadOnlyList<ConformanceIssue> Validate(Bundle bundle) => Check(bundle, bound: true, CheckBudget.Usual());

    /// <summary>Judges a body before <c>MessageEnvelope</c> has bound it to a recipient: Bundle.identifier is not asked for yet.</summary>
    public static IReadOnlyList<ConformanceIssue> ValidateBody(Bundle bundle) => Check(bundle, bound: false, CheckBudget.Usual());

    /// <summary>As <see cref="ValidateBody(Bundle)"/> for one of several bodies that share parts: what is shared and faultless is judged once.</summary>
    internal static IReadOnlyList<ConformanceIssue> ValidateBody(Bundle bundle, SharedParts? shared) => Check(bundle, bound: false, CheckBudget.Usual(), shared);

    /// <summary>Loads the profiles and runs every layer once, so that the first message does not wait a second for it.</summary>
    public static void WarmUp()
    {
        ProfileCatalogue.Default.CompileAll();
        foreach (var resource in WarmUpResources.All())
        {
            ResourceValidator.Validate(resource);
        }
    }

    internal static IReadOnlyList<ConformanceIssue> Check(Bundle bundle, bool bound, CheckBudget budget, SharedParts? shared = null)
    {
        var walked = new Findings(budget);
        if (CheckRest(bundle, bound, walked, shared))
        {
            return walked.Issues;
        }

        // Something in it is not plainly good: the SDK names what, and its findings stand first.
        var findings = new Findings(budget);
        AttributeRules.Check(bundle, findings);
        findings.Add(walked.Issues);
        return findings.Issues;
    }

    /// <summary>All layers but the attribute rules, which a strict parse has run already.</summary>
    /// <returns>True only when the attribute rules would find nothing.</returns>
    internal static bool CheckRest(Bundle bundle, bool bound, Findings findings, SharedParts? shared = null)
    {
        try
        {
            var index = BundleIndex.Of(bundle, shared);
            findings.Enter("Bundle");
            BundleRules.Check(bundle, index, bound, findings);
            findings.Leave();
            var walk = new ElementWalk(findings, index, ProfileCatalogue.Default, shared);
            walk.Visit(bundle);
            return walk.IsScreened;
        }
        catch (CodedValidationException)
        {
            // The bundle's own shape is wrong (one entry where a list belongs); the parse or the attribute rules have named it.
            findings.LeaveTo(0);
            findings.AddAt(IssueSeverity.Error, "r4-unreadable", "Bundle", "A wrong value keeps the bundle from being judged further.");
            return false;
        }
    }
}
