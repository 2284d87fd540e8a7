using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>Gathers the segments of one outgoing message. Values enter through <see cref="Fit"/>; fields are put together by structure alone.</summary>
internal sealed class SegmentWriter(Encoding encoding)
{
    private readonly StringBuilder text = new();

    /// <summary>Adds a segment; empty fields at its end are left out.</summary>
    public void Add(string name, IReadOnlyList<string> fields)
    {
        var last = fields.Count;
        while (last > 0 && fields[last - 1].Length == 0)
        {
            last--;
        }

        text.Append(name).Append('|').AppendJoin('|', fields.Take(last)).Append('\r');
    }

    public byte[] ToBytes() => encoding.GetBytes(text.ToString());

    /// <summary>A value on one line, in characters that the message's set has, escaped.</summary>
    public string Fit(string? value) => string.IsNullOrEmpty(value) ? "" : Escape(CharsetText.Fit(OneLine(value), encoding));

    /// <summary>CE: code, text and coding system, SNOMED by its HL7 name.</summary>
    public string Concept(CodeableConcept? concept, string? title)
    {
        var coding = concept?.Coding.FirstOrDefault();
        var system = coding?.System == "http://snomed.info/sct" ? "SCT" : "L";
        return coding?.Code is { Length: > 0 } code
            ? $"{Fit(code)}^{Fit(coding.Display ?? concept?.Text ?? title)}^{system}"
            : $"DOCUMENT^{Fit(title ?? "Document")}^L";
    }

    /// <summary>CE of a medicine: its code where it has one, and always its words.</summary>
    public string Medicine(CodeableConcept? medicine)
    {
        var coding = medicine?.Coding.FirstOrDefault();
        var words = Fit(medicine?.Text ?? coding?.Display);
        return coding?.Code is { Length: > 0 } code ? $"{Fit(code)}^{words}^{(coding.System == "http://snomed.info/sct" ? "SCT" : "L")}" : $"^{words}";
    }

    public static string Escape(string value) => Hl7Escapes.Encode(value, Hl7Delimiters.Usual);

    /// <summary>TS in UTC with its offset, so that no summer time is lost.</summary>
    public static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "+0000";

    /// <summary>A FHIR date or dateTime as TS, to the same precision and in the same offset; empty for what is no date.</summary>
    public static string FhirTime(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var t = value.IndexOf('T', StringComparison.Ordinal);
        var date = (t < 0 ? value : value[..t]).Replace("-", "", StringComparison.Ordinal);
        if (t < 0 || date.Length != 8 || !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var at))
        {
            return date.All(char.IsAsciiDigit) ? date : "";
        }

        var offset = at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + offset;
    }

    // A control character in a name is never meant, and a raw CR would end the segment.
    private static string OneLine(string value) => new([.. value.Select(c => char.IsControl(c) ? ' ' : c)]);
}
