using System.Text.RegularExpressions;

namespace Hub.Adapters.Recipients;

/// <summary>A partner's own words made fit for a list: one line, bounded, and without long numbers, which are most often a patient's.</summary>
internal static partial class PartnerText
{
    private const int MaxLength = 300;

    public static string Tidy(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = LongNumber().Replace(line, "[number]");
        return line.Length <= MaxLength ? line : line[..MaxLength] + "...";
    }

    // Nine digits and more, grouped or not: an NHS number, a hospital number, a telephone number. The untouched answer is kept as evidence.
    [GeneratedRegex(@"\d(?:[ -]?\d){8,}")]
    private static partial Regex LongNumber();
}
