using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>When and how often, from TQ1 (v2.5 and later) or the quantity/timing of RXE-1 or ORC-7 (before).</summary>
internal sealed partial record OrderTiming
{
    public string? Pattern { get; init; }
    public string? StartText { get; init; }
    public string? EndText { get; init; }
    public string? Duration { get; init; }
    public string? Priority { get; init; }
    public string? Condition { get; init; }
    public string? Instruction { get; init; }
    public bool Once { get; init; }

    public bool AsNeeded => (Pattern?.StartsWith("PRN", StringComparison.OrdinalIgnoreCase) ?? false)
        || (Pattern?.EndsWith("PRN", StringComparison.OrdinalIgnoreCase) ?? false)
        || (Priority?.Equals("PRN", StringComparison.OrdinalIgnoreCase) ?? false);

    public static OrderTiming Read(IReadOnlyList<Hl7Segment> order)
    {
        if (order.LastOrDefault(s => s.Name == "TQ1") is { } tq1)
        {
            return new OrderTiming
            {
                Pattern = tq1[3].Text ?? tq1[3][2],
                StartText = tq1[7].Text,
                EndText = tq1[8].Text,
                Duration = Joined(tq1[6].Text, tq1[6][2]),
                Priority = tq1[9].Text,
                Condition = tq1[10].WholeText,
                Instruction = tq1[11].WholeText,
                Once = tq1[14].Text == "1" || IsOnce(tq1[3].Text),
            };
        }

        var timing = order.FirstOrDefault(s => s.Name == "RXE")?[1] is { IsEmpty: false } rxe1 ? rxe1 : order.FirstOrDefault(s => s.Name == "ORC")?[7] ?? default;
        return new OrderTiming
        {
            Pattern = timing[2],
            StartText = timing[4],
            EndText = timing[5],
            Duration = timing[3],
            Priority = timing[6],
            Condition = timing[7],
            Instruction = timing[8],
            Once = timing[12] == "1" || IsOnce(timing[2]),
        };
    }

    public MedicineUse Use(IReadOnlyList<string> rapidTranquillisation) =>
        Priority is not null && rapidTranquillisation.Contains(Priority, StringComparer.OrdinalIgnoreCase) ? MedicineUse.RapidTranquillisation
        : AsNeeded ? MedicineUse.AsNeeded
        : Once ? MedicineUse.OneOff
        : MedicineUse.Regular;

    /// <summary>Times a number of days, where the pattern is one of table 0335 or a usual British abbreviation; null where it is not certain.</summary>
    public (int Times, decimal Days)? Frequency()
    {
        var code = Pattern?.Trim().ToUpperInvariant();
        switch (code)
        {
            case "OD" or "QD" or "OM" or "ON" or "DAILY" or "MANE" or "NOCTE" or "QAM" or "QPM" or "QHS": return (1, 1);
            case "BD" or "BID": return (2, 1);
            case "TDS" or "TID": return (3, 1);
            case "QDS" or "QID": return (4, 1);
            case "WEEKLY": return (1, 7);
            case "FORTNIGHTLY": return (1, 14);
        }

        if (code is null || Interval().Match(code) is not { Success: true } match
            || int.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture) is not (> 0 and var n))
        {
            return null;
        }

        return match.Groups["unit"].Value switch
        {
            "H" => 24 % n == 0 ? (24 / n, 1) : null,
            "D" => (1, n),
            "W" => (1, n * 7),
            _ => null,
        };
    }

    private static bool IsOnce(string? pattern) => pattern?.Trim().ToUpperInvariant() is "ONCE" or "STAT" or "X1";

    private static string? Joined(string? number, string? unit) => number is null ? null : unit is null ? number : $"{number} {unit}";

    [GeneratedRegex(@"^Q(?<n>\d{1,2})(?<unit>[HDW])$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Interval();
}
