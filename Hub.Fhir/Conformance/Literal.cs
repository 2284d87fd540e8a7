using System.Globalization;
using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance;

/// <summary>
/// Reads primitive values as they were written. The typed getters of the model throw on a wrong literal, which the attribute
/// rules have reported by then.
/// </summary>
internal static class Literal
{
    public static string? Text(PrimitiveType? value) => value?.JsonValue as string;

    /// <summary>A code as text, whether it was parsed or set as an enum.</summary>
    public static string? Code(PrimitiveType? value) => value?.JsonValue as string;

    /// <summary>The first and last instant that a date, dateTime or instant may mean; null for no or no readable value.</summary>
    public static (DateTimeOffset First, DateTimeOffset Last)? Span(PrimitiveType? value)
    {
        if (value is Instant { JsonValue: DateTimeOffset exact })
        {
            return (exact, exact);
        }

        return Text(value) is { Length: >= 4 } text ? Span(text) : null;
    }

    private static (DateTimeOffset First, DateTimeOffset Last)? Span(string text)
    {
        if (text.Length > 10)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? (at, at) : null;
        }

        var (format, end) = text.Length switch
        {
            4 => ("yyyy", (Func<DateTimeOffset, DateTimeOffset>)(d => d.AddYears(1))),
            7 => ("yyyy-MM", d => d.AddMonths(1)),
            _ => ("yyyy-MM-dd", d => d.AddDays(1)),
        };

        // A date has no zone: it may begin 14 hours earlier and end 12 hours later than in UTC.
        return DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var first)
            && first.Year is > 1 and < 9999
            ? (first.AddHours(-14), end(first).AddHours(12))
            : null;
    }

    /// <summary>False only when the first certainly lies after the second.</summary>
    public static bool InOrder(PrimitiveType? earlier, PrimitiveType? later)
    {
        if (earlier is null || later is null)
        {
            return true;
        }

        // Two dates compare as text, at the coarser precision; only a date beside an instant needs the clock.
        if (Text(earlier) is { Length: <= 10 } a && Text(later) is { Length: <= 10 } b)
        {
            var length = Math.Min(a.Length, b.Length);
            return string.CompareOrdinal(a, 0, b, 0, length) <= 0;
        }

        return Span(earlier) is not { } first || Span(later) is not { } second || first.First <= second.Last;
    }
}
