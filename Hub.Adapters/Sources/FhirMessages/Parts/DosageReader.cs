using System.Globalization;
using Hub.Fhir.Events;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>A dose: the sender's own line always, its parts where there is one line alone.</summary>
internal static class DosageReader
{
    public static Dosage? Read(IReadOnlyList<R4.Dosage> dosages)
    {
        var texts = dosages.Select(Words).OfType<string>().ToList();
        return texts.Count == 0 ? null
            : dosages.Count > 1 ? new Dosage { Text = string.Join("; then ", texts) } // several steps have no one dose
            : One(dosages[0], texts[0]);
    }

    private static Dosage One(R4.Dosage dosage, string text)
    {
        var quantity = Quantity(dosage);
        var repeat = dosage.Timing?.Repeat;
        var days = PeriodDays(repeat);
        return new Dosage
        {
            Text = text,
            Dose = Values.Number(quantity?.ValueElement),
            Unit = Values.Text(quantity?.UnitElement),
            Frequency = days is null || Values.Number(repeat?.FrequencyElement) is not (>= 1 and <= 1000 and var frequency) ? null : (int)frequency,
            PeriodDays = Values.Number(repeat?.FrequencyElement) is null ? null : days,
            Route = Values.Concept(dosage.Route),
            Site = Values.Concept(dosage.Site),
            AsNeeded = dosage.AsNeeded is R4.CodeableConcept || Values.Flag(dosage.AsNeeded) == true,
            Instruction = Values.Text(dosage.PatientInstructionElement),
        };
    }

    // A dose without words of its own is put into words from its parts, and nothing is worked out.
    private static string? Words(R4.Dosage dosage)
    {
        if (Values.Text(dosage.TextElement) is { } text)
        {
            return text;
        }

        var quantity = Quantity(dosage);
        var repeat = dosage.Timing?.Repeat;
        string?[] parts =
        [
            Values.Number(quantity?.ValueElement) is { } amount ? $"{amount.ToString(CultureInfo.InvariantCulture)} {Values.Text(quantity!.UnitElement) ?? Values.Text(quantity.CodeElement)}".Trim() : null,
            Values.Number(repeat?.FrequencyElement) is { } times ? $"{times} time(s) per {Values.Number(repeat!.PeriodElement) ?? 1} {Values.Text(repeat.PeriodUnitElement)}" : Values.Concept(dosage.Timing?.Code)?.Text,
            Values.Concept(dosage.Route)?.Text,
        ];
        return string.Join(", ", parts.Where(p => !string.IsNullOrEmpty(p))) is { Length: > 0 } words ? words : null;
    }

    private static R4.Quantity? Quantity(R4.Dosage dosage) => dosage.DoseAndRate.Select(d => d.Dose).OfType<R4.Quantity>().FirstOrDefault();

    private static decimal? PeriodDays(R4.Timing.RepeatComponent? repeat) => (Values.Text(repeat?.PeriodUnitElement), Values.Number(repeat?.PeriodElement)) switch
    {
        ("d", { } days) and (_, > 0 and < 10000) => days,
        ("wk", { } weeks) and (_, > 0 and < 1000) => weeks * 7,
        _ => null,
    };
}
