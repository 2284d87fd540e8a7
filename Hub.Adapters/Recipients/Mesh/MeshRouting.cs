using System.Globalization;
using System.Text;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>What a message says of where it goes: read from the frozen bytes, so that a retry goes where the first try went.</summary>
internal sealed record MeshRouting
{
    /// <summary>The event's code, by which the workflow is chosen.</summary>
    public string? EventCode { get; init; }
    public string? NhsNumber { get; init; }
    public DateOnly? BirthDate { get; init; }
    public string? Surname { get; init; }

    /// <summary>What the form asks for to find the person by and the message does not have: it is not sent so (ITK3 PDS-02).</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>
    /// The address by which MESH finds the registered practice: <c>GPPROVIDER_number_birthdate_surname</c>. The national design puts the person into this
    /// one header; it is in no other, and in no log. Null where something to find the practice by is missing.
    /// </summary>
    public string? GpProvider()
    {
        var surname = Plain(Surname);
        return NhsNumber is not { Length: 10 } number || !number.All(char.IsAsciiDigit) || BirthDate is not { } born || surname.Length == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"GPPROVIDER_{number}_{born:yyyyMMdd}_{surname}");
    }

    // A header is ASCII (RFC 9110, 5.5). Accents are left out; what is still no letter that a name has makes the surname unusable, and a person routes it.
    private static string Plain(string? surname)
    {
        var letters = (surname ?? "").Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            .Select(c => c is '\u2019' or '\u02BC' ? '\'' : c).ToArray();
        return letters.Length <= 60 && letters.All(c => char.IsAsciiLetter(c) || c is '\'' or '-' or ' ') ? new string(letters).Trim().ToUpperInvariant() : "";
    }
}
