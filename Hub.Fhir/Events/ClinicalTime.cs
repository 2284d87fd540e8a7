using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Hub.Fhir.Events;

/// <summary>How much of a time its source knew.</summary>
public enum TimePrecision
{
    Year,
    Month,
    Day,
    Minute,
    Second,
    Millisecond,
}

/// <summary>
/// A time as its source knew it: never more precise than it was written, never moved to another zone. A date stays a date.
/// </summary>
[JsonConverter(typeof(ClinicalTimeJsonConverter))]
public sealed record ClinicalTime
{
    /// <summary>The earliest instant it can mean: a date is its midnight in Europe/London.</summary>
    public required DateTimeOffset Instant { get; init; }

    public required TimePrecision Precision { get; init; }

    /// <summary>What the sender wrote, to the letter.</summary>
    public required string SourceText { get; init; }

    /// <summary>True when the sender gave no zone and Europe/London was taken.</summary>
    public bool ZoneAssumed { get; init; }

    /// <summary>True when the wall time happened twice (01:00 to 02:00 on the last Sunday of October) and the first was taken.</summary>
    public bool Ambiguous { get; init; }

    public bool IsDateOnly => Precision <= TimePrecision.Day;

    /// <summary>The calendar date in the zone it was written in; the first of the month or year where no more is known.</summary>
    public DateOnly Date => DateOnly.FromDateTime(Instant.DateTime);

    /// <summary>
    /// The first instant it can no longer mean: the end of its day, minute or second, an hour later where the wall time happened twice. A date ends
    /// at the next midnight in Europe/London.
    /// </summary>
    public DateTimeOffset LatestInstant()
    {
        var end = Precision switch
        {
            TimePrecision.Year => ClinicalTimeReader.LondonMidnight(Instant.DateTime.AddYears(1)),
            TimePrecision.Month => ClinicalTimeReader.LondonMidnight(Instant.DateTime.AddMonths(1)),
            TimePrecision.Day => ClinicalTimeReader.LondonMidnight(Instant.DateTime.AddDays(1)),
            TimePrecision.Minute => Instant.AddMinutes(1),
            TimePrecision.Second => Instant.AddSeconds(1),
            _ => Instant.AddMilliseconds(1),
        };
        return Ambiguous ? end.AddHours(1) : end;
    }

    /// <summary>FHIR date or dateTime text of the same precision (R4 datatypes, dateTime: a time needs seconds and a zone).</summary>
    public string ToFhirDateTime() => Precision switch
    {
        TimePrecision.Year => Instant.ToString("yyyy", CultureInfo.InvariantCulture),
        TimePrecision.Month => Instant.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        TimePrecision.Day => Instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimePrecision.Millisecond => Instant.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
        _ => Instant.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
    };

    /// <summary>An instant known to the second, with its own offset.</summary>
    public static ClinicalTime At(DateTimeOffset instant) => new()
    {
        Instant = instant,
        Precision = instant.Millisecond == 0 ? TimePrecision.Second : TimePrecision.Millisecond,
        SourceText = instant.ToString("O", CultureInfo.InvariantCulture),
    };

    /// <summary>
    /// Reads ISO 8601 as FHIR and JSON senders write it: yyyy, yyyy-MM, yyyy-MM-dd, or a date and time to the minute or finer with or
    /// without zone; without a zone Europe/London is taken. False for an impossible date or a wall time that never happened.
    /// </summary>
    public static bool TryParseIso(string? text, [NotNullWhen(true)] out ClinicalTime? time) => ClinicalTimeReader.TryReadIso(text, out time);

    /// <summary>Reads an HL7 v2 TS/DTM: yyyy[MM[dd[HHmm[ss[.ffff]]]]][+zzzz] (HL7 v2.4, 2.9.47; v2.9, 2A.3.22).</summary>
    public static bool TryParseHl7(string? text, [NotNullWhen(true)] out ClinicalTime? time) => ClinicalTimeReader.TryReadHl7(text, out time);

    public override string ToString() => ToFhirDateTime();
}
