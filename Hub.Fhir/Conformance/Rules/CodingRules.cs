using Hl7.Fhir.Model;
using Hub.Fhir.Conformance.Profiles;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>Codes that can be judged without a terminology server: SNOMED CT by its check digit, systems whose codes we hold by their list.</summary>
internal static class CodingRules
{
    public static void Check(Coding coding, ProfileCatalogue catalogue, Findings findings)
    {
        var system = Literal.Text(coding.SystemElement);
        var code = Literal.Text(coding.CodeElement);
        if (code is null)
        {
            return;
        }

        if (system is null)
        {
            findings.Warning("coding-system", "A code without its system means nothing to a reader.", "system");
        }
        else if (system is CodeSystems.Snomed or CodeSystems.Dmd)
        {
            findings.Require(SnomedIdentifier.IsValid(code), "snomed-check-digit", "Not a SNOMED CT identifier.", "code");
        }
        else if (RetiredUkCore.CodeSystems.Contains(system))
        {
            findings.Error("ukcore-retired", "A UK Core code system that was retired.", "system");
        }
        else if (catalogue.Codes.Knows(system) && !catalogue.Codes.Contains(system, code))
        {
            findings.Error("code-unknown", "A code that its code system does not have.", "code");
        }
        else if (catalogue.Codes.IsMissingFromList(system, code))
        {
            findings.Warning("code-not-listed", "A code that is not in the list we know of its code system.", "code");
        }
    }
}
