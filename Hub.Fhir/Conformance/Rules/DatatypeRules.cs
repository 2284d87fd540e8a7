using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of the R4 data types.</summary>
internal static class DatatypeRules
{
    private const string Ucum = "http://unitsofmeasure.org";

    private static readonly Type[] Types =
    [
        typeof(Extension), typeof(Period), typeof(Quantity), typeof(Hl7.Fhir.Model.Range), typeof(Ratio), typeof(ContactPoint), typeof(Attachment),
        typeof(Narrative), typeof(Dosage), typeof(Timing.RepeatComponent),
    ];

    /// <summary>True for a type that <see cref="Check"/> judges: asking each element for ten types would cost more than judging it.</summary>
    public static bool Concern(Type type) => Array.Exists(Types, t => t.IsAssignableFrom(type));

    public static void Check(Base element, Findings findings)
    {
        switch (element)
        {
            case Extension extension:
                findings.Require(extension.Value is not null != extension.Extension.Count > 0, "ext-1", "An extension has either a value or extensions.");
                break;
            case Period period:
                findings.Require(Literal.InOrder(period.StartElement, period.EndElement), "per-1", "A period ends before it starts.");
                break;
            case Quantity quantity:
                CheckQuantity(quantity, findings);
                break;
            case Hl7.Fhir.Model.Range range:
                CheckRange(range, findings);
                break;
            case Ratio ratio:
                var both = ratio.Numerator is not null && ratio.Denominator is not null;
                findings.Require(both || (ratio.Numerator is null && ratio.Denominator is null && ratio.Extension.Count > 0),
                    "rat-1", "A ratio has a numerator and a denominator, or neither and an extension.");
                break;
            case ContactPoint contact:
                findings.Require(contact.ValueElement is null || contact.SystemElement is not null, "cpt-2", "A contact value without its system.");
                break;
            case Attachment attachment:
                findings.Require(attachment.DataElement is null || attachment.ContentTypeElement is not null, "att-1", "Attached data without a content type.");
                findings.Require(MediaTypes.IsOne(Literal.Text(attachment.ContentTypeElement)), "r4-media-type", "Not a media type (BCP 13).", "contentType");
                break;
            case Narrative narrative:
                NarrativeRules.Check(narrative, findings);
                break;
            case Dosage dosage:
                CheckDosage(dosage, findings);
                break;
            case Timing.RepeatComponent repeat:
                TimingRules.Check(repeat, findings);
                break;
        }
    }

    /// <summary>SimpleQuantity (sqt-1): a quantity that may not be "less than" or "more than".</summary>
    public static void Simple(Quantity? quantity, Findings findings, string member) =>
        findings.Require(quantity?.ComparatorElement is null, "sqt-1", "This quantity may not have a comparator.", member);

    private static void CheckQuantity(Quantity quantity, Findings findings)
    {
        findings.Require(quantity.CodeElement is null || quantity.SystemElement is not null, "qty-3", "A unit code without its system.");
        switch (quantity)
        {
            case Duration:
                findings.Require(
                    (quantity.CodeElement is not null || quantity.ValueElement is null) && Literal.Text(quantity.SystemElement) is null or Ucum,
                    "drt-1", "A duration has a UCUM unit of time.");
                break;
            case Age:
                findings.Require(
                    (quantity.CodeElement is not null || quantity.ValueElement is null)
                    && Literal.Text(quantity.SystemElement) is null or Ucum && quantity.ValueElement is null or { JsonValue: > 0m },
                    "age-1", "An age is positive, in a UCUM unit of time.");
                break;
        }
    }

    private static void CheckRange(Hl7.Fhir.Model.Range range, Findings findings)
    {
        Simple(range.Low, findings, "low");
        Simple(range.High, findings, "high");
        if (range.Low?.ValueElement?.JsonValue is decimal low && range.High?.ValueElement?.JsonValue is decimal high
            && Literal.Text(range.Low.CodeElement) == Literal.Text(range.High.CodeElement))
        {
            findings.Require(low <= high, "rng-2", "A range's low is above its high.");
        }
    }

    private static void CheckDosage(Dosage dosage, Findings findings)
    {
        Simple(dosage.MaxDosePerAdministration, findings, "maxDosePerAdministration");
        Simple(dosage.MaxDosePerLifetime, findings, "maxDosePerLifetime");
        for (var i = 0; i < dosage.DoseAndRate.Count; i++)
        {
            findings.Enter("doseAndRate", i);
            Simple(dosage.DoseAndRate[i].Dose as Quantity, findings, "dose");
            Simple(dosage.DoseAndRate[i].Rate as Quantity, findings, "rate");
            findings.Leave();
        }
    }
}
