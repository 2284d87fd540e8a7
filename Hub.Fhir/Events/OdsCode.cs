using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Hub.Fhir.Events;

/// <summary>An Organisation Data Service code: three to twelve capital letters and digits, for an organisation or a site of one.</summary>
[JsonConverter(typeof(OdsCodeJsonConverter))]
public sealed record OdsCode
{
    private OdsCode(string value) => Value = value;

    public string Value { get; }

    /// <summary>V81997 no registered practice, V81998 not applicable, V81999 not known: codes that name no practice (ODS default codes).</summary>
    public bool NamesNoPractice => Value is "V81997" or "V81998" or "V81999";

    /// <summary>Reads a code in either case; false when it is shorter than three or longer than twelve characters, or not letters and digits.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out OdsCode? code)
    {
        var trimmed = text?.Trim().ToUpperInvariant();
        code = trimmed is { Length: >= 3 and <= 12 } && trimmed.All(char.IsAsciiLetterOrDigit) ? new OdsCode(trimmed) : null;
        return code is not null;
    }

    /// <exception cref="FormatException">The text is no ODS code.</exception>
    public static OdsCode Parse(string text) =>
        TryParse(text, out var code) ? code : throw new FormatException("Not an ODS code: three to twelve letters and digits are expected.");

    public override string ToString() => Value;
}
