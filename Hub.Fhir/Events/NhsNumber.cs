using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Hub.Fhir.Events;

/// <summary>A ten-digit NHS number whose check digit has been verified.</summary>
[JsonConverter(typeof(NhsNumberJsonConverter))]
public sealed record NhsNumber
{
    private NhsNumber(string value) => Value = value;

    /// <summary>The ten digits, without spaces.</summary>
    public string Value { get; }

    /// <summary>Reads ten digits, spaces and dashes ignored. False when the check digit or the length is wrong, or the number is a known dummy.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NhsNumber? number)
    {
        number = null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 20)
        {
            return false;
        }

        var digits = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        if (digits.Length != 10 || !digits.All(char.IsAsciiDigit) || IsDummy(digits) || !HasValidCheckDigit(digits))
        {
            return false;
        }

        number = new NhsNumber(digits);
        return true;
    }

    /// <summary>Masked, so that a log line or an exception message cannot leak it by accident.</summary>
    public override string ToString() => $"NHS no. ending {Value[^3..]}";

    // NHS Data Dictionary, "NHS NUMBER": weights 10 to 2, modulus 11; a result of 10 is never issued.
    private static bool HasValidCheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < 9; i++)
        {
            sum += (digits[i] - '0') * (10 - i);
        }

        var check = 11 - (sum % 11);
        return (check == 11 ? 0 : check) == digits[9] - '0';
    }

    // Ten equal digits and the counting number pass modulus 11 but are never a person's.
    private static bool IsDummy(string digits) => digits.All(d => d == digits[0]) || digits == "9876543210";
}
