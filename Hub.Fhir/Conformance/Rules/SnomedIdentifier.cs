namespace Hub.Fhir.Conformance.Rules;

/// <summary>SNOMED CT identifiers: 6 to 18 digits, the last of them Verhoeff's check digit (SNOMED CT Release File Specification, 5.1 SCTID).</summary>
public static class SnomedIdentifier
{
    // Verhoeff's dihedral group D5: products, and the permutations by position. Each row is one line of his tables.
    private static readonly string[] Product =
        ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];

    private static readonly string[] Permutation =
        ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];

    /// <summary>True for a concept, description or dm+d identifier whose check digit is right.</summary>
    public static bool IsValid(string code)
    {
        if (code.Length is < 6 or > 18 || code[0] == '0' || !code.All(char.IsAsciiDigit))
        {
            return false;
        }

        var check = 0;
        for (var i = 0; i < code.Length; i++)
        {
            var digit = Permutation[i % 8][code[^(i + 1)] - '0'] - '0';
            check = Product[check][digit] - '0';
        }

        return check == 0;
    }
}
