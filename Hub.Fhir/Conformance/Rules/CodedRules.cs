using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>Required bindings of R4 on CodeableConcepts, which the model's enums cannot hold.</summary>
internal static class CodedRules
{
    public const string AllergyVerification = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
    public const string ConditionVerification = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    public const string ConditionClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    public const string ConditionCategory = "http://terminology.hl7.org/CodeSystem/condition-category";
    private const string AllergyClinical = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";

    private static readonly Dictionary<string, HashSet<string>> Codes = new(StringComparer.Ordinal)
    {
        [AllergyClinical] = ["active", "inactive", "resolved"],
        [AllergyVerification] = ["unconfirmed", "confirmed", "refuted", "entered-in-error"],
        [ConditionClinical] = ["active", "recurrence", "relapse", "inactive", "remission", "resolved"],
        [ConditionVerification] = ["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"],
    };

    public static void Check(Resource resource, Findings findings)
    {
        switch (resource)
        {
            case AllergyIntolerance allergy:
                Require(allergy.ClinicalStatus, AllergyClinical, findings, "clinicalStatus");
                Require(allergy.VerificationStatus, AllergyVerification, findings, "verificationStatus");
                break;
            case Condition condition:
                Require(condition.ClinicalStatus, ConditionClinical, findings, "clinicalStatus");
                Require(condition.VerificationStatus, ConditionVerification, findings, "verificationStatus");
                break;
        }
    }

    public static bool Has(CodeableConcept? concept, string system, string code) => HasAny(concept, system, code);

    public static bool HasAny(CodeableConcept? concept, string system, params ReadOnlySpan<string> codes)
    {
        foreach (var coding in concept?.Coding ?? [])
        {
            if (Literal.Text(coding.SystemElement) == system && codes.Contains(Literal.Text(coding.CodeElement) ?? ""))
            {
                return true;
            }
        }

        return false;
    }

    private static void Require(CodeableConcept? concept, string system, Findings findings, string member)
    {
        if (concept is not null)
        {
            var isInSet = concept.Coding.Exists(c =>
                Literal.Text(c.SystemElement) == system && Codes[system].Contains(Literal.Text(c.CodeElement) ?? ""));
            findings.Require(isInSet, "r4-required-binding", "No code of the value set that R4 requires here.", member);
        }
    }
}
