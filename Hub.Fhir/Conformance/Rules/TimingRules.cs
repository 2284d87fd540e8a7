using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of Timing.repeat (R4 tim-1 to tim-10; there is no tim-3).</summary>
internal static class TimingRules
{
    // tim-9: these "when" codes name no time of day that an offset could be counted from.
    private static readonly HashSet<string> Meals = ["C", "CM", "CD", "CV"];

    public static void Check(Timing.RepeatComponent repeat, Findings findings)
    {
        findings.Require(repeat.DurationElement is null || repeat.DurationUnitElement is not null, "tim-1", "A duration without its unit.");
        findings.Require(repeat.PeriodElement is null || repeat.PeriodUnitElement is not null, "tim-2", "A period without its unit.");
        findings.Require(!IsNegative(repeat.DurationElement), "tim-4", "A duration below zero.");
        findings.Require(!IsNegative(repeat.PeriodElement), "tim-5", "A period below zero.");
        findings.Require(repeat.PeriodMaxElement is null || repeat.PeriodElement is not null, "tim-6", "A longest period without a period.");
        findings.Require(repeat.DurationMaxElement is null || repeat.DurationElement is not null, "tim-7", "A longest duration without a duration.");
        findings.Require(repeat.CountMaxElement is null || repeat.CountElement is not null, "tim-8", "A highest count without a count.");
        findings.Require(
            repeat.OffsetElement is null || (repeat.WhenElement.Count > 0 && !repeat.WhenElement.Exists(w => Meals.Contains(Literal.Code(w) ?? ""))),
            "tim-9", "An offset needs an event that it is counted from.");
        findings.Require(repeat.TimeOfDayElement.Count == 0 || repeat.WhenElement.Count == 0, "tim-10", "Both a time of day and an event.");
    }

    private static bool IsNegative(FhirDecimal? value) => value?.JsonValue is decimal and < 0;
}
