namespace Hub.Proxy.Mapping;

/// <summary>One value of a source, and the same source with another value in its place.</summary>
/// <param name="Path">In the source's own terms: <c>PID-5.1</c>, <c>Patient.name[0].family</c>, <c>/patient/name/family</c>.</param>
/// <param name="Value">As it stands there.</param>
/// <param name="With">The whole source's bytes with this value replaced; null takes it out.</param>
internal sealed record SourceLeaf(string Path, string Value, Func<string?, byte[]> With);

/// <summary>Other values of the same form, so that a reader takes them as it took the first.</summary>
internal static class LeafVariants
{
    // Two patients' numbers that are issued to nobody and pass the check.
    private static readonly string[] TestNumbers = ["9000000009", "9912003888"];

    // The usual suspects of HL7 tables: a code may count only where it is one of them.
    private const string Codes = "1234CIYN";

    /// <summary>At least one, none equal to the value; the first is the likeliest to be taken.</summary>
    public static IReadOnlyList<string> Of(string value)
    {
        if (Hub.Fhir.Events.NhsNumber.TryParse(value, out var number))
        {
            return [TestNumbers.First(t => t != number.Value)];
        }

        List<string> variants = [];
        if (Year(value) is { } otherYear)
        {
            variants.Add(otherYear);
        }

        if (LastTurned(value) is { } turned)
        {
            variants.Add(turned);
        }

        if (value.Length <= 2)
        {
            // A code of a small table: its neighbour may be in no row, and another one is.
            variants.AddRange(Codes.Select(c => c.ToString()).Where(c => c != value));
        }

        return variants.Count == 0 ? [value + "x"] : [.. variants.Distinct()];
    }

    // A time keeps its form and stays possible when only its year is another, 29 February apart.
    private static string? Year(string value) =>
        value.Length >= 8 && value[..4].All(char.IsAsciiDigit) && value[0] is '1' or '2' && (value[..8].All(char.IsAsciiDigit) || value[4] == '-')
            ? $"{value[..3]}{(value[3] == '4' ? '3' : '4')}{value[4..]}"
            : null;

    private static string? LastTurned(string value)
    {
        for (var at = value.Length - 1; at >= 0; at--)
        {
            var next = value[at] switch
            {
                >= '0' and < '9' or >= 'a' and < 'z' or >= 'A' and < 'Z' => (char)(value[at] + 1),
                '9' => '1',
                'z' => 'a',
                'Z' => 'A',
                _ => '\0',
            };
            if (next != '\0')
            {
                return string.Concat(value.AsSpan(0, at), [next], value.AsSpan(at + 1));
            }
        }

        return null;
    }
}
