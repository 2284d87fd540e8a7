using Hl7.Fhir.Model;

namespace Hub.Fhir.Resources;

/// <summary>
/// A section heading: UK Core record-standard code and, where PRSB's mental-health discharge names one, its SNOMED CT code
/// (CareConnect-ITK-MH-Composition-1). Both are written: the first for the UK Core binding, the second for PRSB readers.
/// </summary>
internal sealed record Heading(string Code, string? Snomed)
{
    /// <summary>Our own, more exact code beside the record-standard one.</summary>
    public string? Ours { get; init; }

    public CodeableConcept ToConcept()
    {
        var concept = new CodeableConcept(CodeSystems.RecordStandardHeadings, Code);
        if (Ours is not null)
        {
            concept.Coding.Add(new Coding(CodeSystems.Section, Ours));
        }

        if (Snomed is not null)
        {
            concept.Coding.Add(new Coding(CodeSystems.Snomed, Snomed));
        }

        return concept;
    }
}

/// <summary>The headings we write.</summary>
internal static class Headings
{
    public static readonly Heading Plan = Prsb("plan-and-requested-actions", "887201000000105");
    public static readonly Heading Medicines = Prsb("medications-and-medical-devices", "933361000000108");
    public static readonly Heading ActiveMedicines = Prsb("active-medications", null);
    public static readonly Heading DiscontinuedMedicines = Prsb("discontinued-medications", null);
    public static readonly Heading Allergies = Prsb("allergies-and-adverse-reaction", "886921000000105");
    public static readonly Heading SafetyAlerts = Prsb("safety-alerts", "886931000000107");
    public static readonly Heading Adjustments = Prsb("reasonable-adjustments-for-health-and-care-access", null);
    public static readonly Heading Handover = Prsb("handover-details", null);
    public static readonly Heading Admission = Prsb("admission-details", "886781000000108");
    public static readonly Heading Discharge = Prsb("discharge-details", "886811000000106");
    public static readonly Heading ClinicalSummary = Prsb("clinical-summary", "887181000000106");
    public static readonly Heading Diagnoses = Prsb("diagnoses", "887161000000102");
    public static readonly Heading Procedures = Prsb("procedures", "887171000000109");
    public static readonly Heading Investigations = Prsb("investigation-results", "1082101000000102");
    public static readonly Heading Legal = Prsb("legal-information", "886961000000102");
    public static readonly Heading Social = Prsb("social-context", "887051000000101");
    public static readonly Heading Individual = Prsb("individual-requirements", "1078911000000106");
    public static readonly Heading Information = Prsb("information-and-advice-given", "1052951000000105");
    public static readonly Heading Concerns = Prsb("patient-and-carer-concerns-expectations-and-wishes", "1052941000000107");
    public static readonly Heading Referrer = Prsb("referrer-details", "1052891000000108");
    public static readonly Heading FutureAppointments = Prsb("future-appointments", null);
    public static readonly Heading Services = Prsb("services-and-care", null);
    public static readonly Heading Completing = Prsb("person-completing-record", "887231000000104");
    public static readonly Heading Demographics = Prsb("patient-demographics", "886731000000109");
    public static readonly Heading GpPractice = Prsb("gp-practice", "886711000000101");

    /// <summary>No record-standard heading says just this; the nearest one stands before our own code.</summary>
    public static readonly Heading WhatChanged = new("reason-for-handover", null) { Ours = "what-changed" };
    public static readonly Heading ProfessionalsOnly = new("safety-alerts", "886931000000107") { Ours = "professionals-only" };

    private static Heading Prsb(string code, string? snomed) => new(code, snomed);
}
