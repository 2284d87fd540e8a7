using System.Buffers;
using System.Globalization;
using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance;

/// <summary>Knows the usual form of a literal without the SDK's regular expressions. What it does not know may still be good.</summary>
internal static class PlainLiteral
{
    private const string Uuid = "urn:uuid:";

    private static readonly SearchValues<char> OfUuid = SearchValues.Create("0123456789abcdef-");
    private static readonly SearchValues<char> OfId = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>True where the literal certainly is one of its type (R4 datatypes, 2.24.0.1).</summary>
    public static bool IsGood(PrimitiveType primitive)
    {
        if (primitive.JsonValue is not string text)
        {
            return false;
        }

        var type = primitive.GetType();
        return type == typeof(FhirDateTime) || type == typeof(Date) ? IsDate(text) || (type == typeof(FhirDateTime) && IsDateTime(text))
            : type == typeof(FhirUri) ? IsUuid(text)
            : type == typeof(Id) ? text.Length is > 0 and <= 64 && text.AsSpan().IndexOfAnyExcept(OfId) < 0
            : type == typeof(Code) && text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
    }

    // urn:uuid:00000000-0000-5000-8000-000000000000, in lower case as R4 writes it. Guid alone would let a "+" pass for a digit.
    private static bool IsUuid(string text) =>
        text.Length == 45 && text.StartsWith(Uuid, StringComparison.Ordinal) && text.AsSpan(Uuid.Length).IndexOfAnyExcept(OfUuid) < 0
        && Guid.TryParseExact(text.AsSpan(Uuid.Length), "D", out _);

    // Not the first and last year: with an offset these are outside what the SDK can hold.
    private static bool IsDate(ReadOnlySpan<char> text) =>
        text.Length == 10 && text[4] == '-' && text[7] == '-'
        && IsIn(text[..4], 2, 9998) && IsIn(text[5..7], 1, 12)
        && IsIn(text[8..], 1, DateTime.DaysInMonth(Number(text[..4]), Number(text[5..7])));

    // 2026-05-12T17:40:00+01:00: a fraction of a second or a Z is for the SDK.
    private static bool IsDateTime(ReadOnlySpan<char> text) =>
        text.Length == 25 && IsDate(text[..10]) && text[10] == 'T' && text[13] == ':' && text[16] == ':' && (text[19] is '+' or '-') && text[22] == ':'
        && IsIn(text[11..13], 0, 23) && IsIn(text[14..16], 0, 59) && IsIn(text[17..19], 0, 59) && IsIn(text[20..22], 0, 13) && IsIn(text[23..], 0, 59);

    private static bool IsIn(ReadOnlySpan<char> digits, int least, int most) =>
        digits.IndexOfAnyExceptInRange('0', '9') < 0 && Number(digits) is var number && number >= least && number <= most;

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
