using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Fhir.Events;

/// <summary>Reads clinical times from ISO 8601 and HL7 v2 text, and never invents a part that was not written.</summary>
internal static partial class ClinicalTimeReader
{
    /// <summary>Where a sender writes no zone, it means this one.</summary>
    public static TimeZoneInfo London { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    public static DateTimeOffset LondonMidnight(DateTime day) => new(day.Date, London.GetUtcOffset(day.Date));

    public static bool TryReadIso(string? text, [NotNullWhen(true)] out ClinicalTime? time) => TryRead(Iso(), text, out time);

    public static bool TryReadHl7(string? text, [NotNullWhen(true)] out ClinicalTime? time) => TryRead(Hl7(), text, out time);

    private static bool TryRead(Regex form, string? text, [NotNullWhen(true)] out ClinicalTime? time)
    {
        time = null;
        if (text is null or { Length: > 40 } || form.Match(text.Trim()) is not { Success: true } match)
        {
            return false;
        }

        var precision = PrecisionOf(match);
        if (!TryWallTime(match, out var wall))
        {
            return false;
        }

        // A date has no zone of its own: its midnight is London's, whatever offset a sender hangs on it.
        var zone = match.Groups["zone"];
        if (precision > TimePrecision.Day && zone.Success)
        {
            if (!TryOffset(zone.Value, out var offset))
            {
                return false;
            }

            return TryInstant(wall, offset, precision, text, assumed: false, ambiguous: false, out time);
        }

        if (precision > TimePrecision.Day && London.IsInvalidTime(wall))
        {
            return false; // between 01:00 and 02:00 on the last Sunday of March no clock showed this
        }

        var ambiguous = precision > TimePrecision.Day && London.IsAmbiguousTime(wall);
        var london = ambiguous ? London.GetAmbiguousTimeOffsets(wall).Max() : London.GetUtcOffset(wall);
        return TryInstant(wall, london, precision, text, assumed: precision > TimePrecision.Day, ambiguous, out time);
    }

    private static TimePrecision PrecisionOf(Match match) =>
        match.Groups["fraction"].Success ? TimePrecision.Millisecond
        : match.Groups["second"].Success ? TimePrecision.Second
        : match.Groups["minute"].Success ? TimePrecision.Minute
        : match.Groups["day"].Success ? TimePrecision.Day
        : match.Groups["month"].Success ? TimePrecision.Month
        : TimePrecision.Year;

    private static bool TryWallTime(Match match, out DateTime wall)
    {
        static int Part(Match m, string name, int otherwise) =>
            m.Groups[name] is { Success: true } g ? int.Parse(g.Value, CultureInfo.InvariantCulture) : otherwise;

        int year = Part(match, "year", 0), month = Part(match, "month", 1), day = Part(match, "day", 1);
        int hour = Part(match, "hour", 0), minute = Part(match, "minute", 0), second = Part(match, "second", 0);
        wall = default;
        if (year is < 1800 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var fraction = match.Groups["fraction"].Success
            ? (int)(double.Parse("0." + match.Groups["fraction"].Value, CultureInfo.InvariantCulture) * 1000)
            : 0;
        wall = new DateTime(year, month, day, hour, minute, second, fraction, DateTimeKind.Unspecified);
        return true;
    }

    private static bool TryOffset(string zone, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (zone is "Z")
        {
            return true;
        }

        var digits = zone[1..].Replace(":", "", StringComparison.Ordinal);
        int hours = int.Parse(digits[..2], CultureInfo.InvariantCulture), minutes = int.Parse(digits[2..], CultureInfo.InvariantCulture);
        offset = new TimeSpan(hours, minutes, 0) * (zone[0] == '-' ? -1 : 1);
        return hours <= 14 && minutes <= 59 && offset.Duration() <= TimeSpan.FromHours(14);
    }

    private static bool TryInstant(
        DateTime wall, TimeSpan offset, TimePrecision precision, string text, bool assumed, bool ambiguous, [NotNullWhen(true)] out ClinicalTime? time)
    {
        time = new ClinicalTime
        {
            Instant = new DateTimeOffset(wall, offset),
            Precision = precision,
            SourceText = text,
            ZoneAssumed = assumed,
            Ambiguous = ambiguous,
        };
        return true;
    }

    [GeneratedRegex(@"^(?<year>\d{4})(-(?<month>\d{2})(-(?<day>\d{2})([T ](?<hour>\d{2}):(?<minute>\d{2})(:(?<second>\d{2})(\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?)?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    // Some senders write the ISO form into a TS; it cannot be mistaken for anything else.
    [GeneratedRegex(@"^(?<year>\d{4})-?((?<month>\d{2})-?((?<day>\d{2})[T ]?((?<hour>\d{2}):?(?<minute>\d{2}):?((?<second>\d{2})(\.(?<fraction>\d{1,9}))?)?)?)?)?(?<zone>Z|[+-]\d{2}:?\d{2})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Hl7();
}
