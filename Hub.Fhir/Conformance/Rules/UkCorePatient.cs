using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>UK Core Patient 2.6.1: the nhsNumber slice and the extensions that may occur once.</summary>
internal static class UkCorePatient
{
    private const string Verification = UkCoreRules.Base + "Extension-UKCore-NHSNumberVerificationStatus";
    private const string Current = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland";
    private const string Older = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus";

    public static void Check(Patient patient, Findings findings)
    {
        var numbers = 0;
        for (var i = 0; i < patient.Identifier.Count; i++)
        {
            if (Literal.Text(patient.Identifier[i].SystemElement) == CodeSystems.NhsNumber)
            {
                numbers++;
                CheckNumber(patient.Identifier[i], i, findings);
            }
        }

        findings.Require(numbers <= 1, "ukcore-patient-nhs-number", "UK Core Patient: at most one NHS number.", "identifier");
        findings.Require(patient.Extension.Count(e => e.Url == UkCoreRules.Base + "Extension-UKCore-EthnicCategory") <= 1,
            "ukcore-extension-count", "A UK Core extension that may occur once.", "extension");
        for (var i = 0; i < patient.Communication.Count; i++)
        {
            findings.Require(patient.Communication[i].Language is not null, "ukcore-patient-language", "UK Core Patient: a communication has a language.", $"communication[{i}].language");
        }
    }

    private static void CheckNumber(Identifier number, int index, Findings findings)
    {
        var at = $"identifier[{index}]";
        findings.Require(number.ValueElement is not null, "ukcore-patient-nhs-number", "UK Core Patient: an NHS number has a value.", at + ".value");
        var statuses = number.Extension.Where(e => e.Url == Verification).ToList();
        findings.Require(statuses.Count <= 1, "ukcore-patient-verification", "UK Core Patient: at most one verification status.", at + ".extension");
        foreach (var status in statuses)
        {
            var codings = (status.Value as CodeableConcept)?.Coding ?? [];

            // Clinical rule 23: write the current system, read the older one too.
            findings.Require(
                codings.Exists(c => Literal.Text(c.SystemElement) is Current or Older && Literal.Text(c.CodeElement) is ['0', >= '1' and <= '8']),
                "ukcore-patient-verification", "The NHS number verification status is 01 to 08 of the current code system.", at + ".extension");
        }
    }
}
