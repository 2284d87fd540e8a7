namespace Hub.Proxy.Reports;

/// <summary>A calendar month in Europe/London: it begins and ends at midnight there, whatever the clocks do in between.</summary>
public sealed record ReportMonth(int Year, int Month)
{
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    public DateTimeOffset From => Midnight(new DateTime(Year, Month, 1));

    /// <summary>The first instant that is no longer in it.</summary>
    public DateTimeOffset Until => Midnight(new DateTime(Year, Month, 1).AddMonths(1));

    public bool Holds(DateTimeOffset at) => at >= From && at < Until;

    /// <summary>False where the text is not <c>yyyy-MM</c>.</summary>
    public static bool TryParse(string? text, out ReportMonth month)
    {
        var read = DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day);
        month = new ReportMonth(read ? day.Year : 2000, read ? day.Month : 1);
        return read && day.Year is >= 2000 and < 2200;
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");

    private static DateTimeOffset Midnight(DateTime day) => new(day, London.GetUtcOffset(day));
}

/// <summary>One figure of one team.</summary>
/// <param name="Team">The team or ward that discharged.</param>
/// <param name="Measure">The key of the figure.</param>
/// <param name="Count">How many cases it is so for.</param>
/// <param name="Of">Of how many whose time is over.</param>
/// <param name="NotOver">Cases whose time is not over, counted in neither.</param>
/// <param name="MedianHours">For figures that tell a time.</param>
/// <param name="LongestHours">For figures that tell a time.</param>
public sealed record ReportRow(string Team, string Measure, int Count, int Of, int NotOver, double? MedianHours, double? LongestHours)
{
    /// <summary>Per cent; null where there is no case.</summary>
    public double? Percent => Of == 0 ? null : Math.Round(100.0 * Count / Of, 1, MidpointRounding.AwayFromZero);
}

/// <summary>The figures of one month, team by team, as they stood at a time. The same records and the same time give the same report.</summary>
public sealed record HandoverReport(string Month, DateTimeOffset AsOf, IReadOnlyList<ReportRow> Rows)
{
    /// <summary>Pure. Teams by name, figures in the order of their definition; an overdue kind without a case is left out.</summary>
    public static HandoverReport Of(ReportMonth month, DateTimeOffset asOf, IEnumerable<DischargeFacts> discharges)
    {
        ArgumentNullException.ThrowIfNull(month);
        var rows = discharges.GroupBy(d => d.Team).OrderBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(team => HandoverMeasures.All.Select(measure => Row(team.Key, measure, [.. team.SelectMany(d => measure.Cases(d, asOf))])))
            .Where(row => row.Of + row.NotOver > 0 || !row.Measure.StartsWith("overdue-", StringComparison.Ordinal));
        return new HandoverReport(month.ToString(), asOf, [.. rows]);
    }

    private static ReportRow Row(string team, HandoverMeasure measure, List<MeasuredCase> cases)
    {
        var hours = cases.Select(c => c.Hours).OfType<double>().Order().ToList();
        return new ReportRow(
            team, measure.Key, cases.Count(c => c.Met == true), cases.Count(c => c.Met is not null), cases.Count(c => c.Met is null),
            hours.Count == 0 ? null : Round((hours[(hours.Count - 1) / 2] + hours[hours.Count / 2]) / 2), hours.Count == 0 ? null : Round(hours[^1]));
    }

    private static double Round(double hours) => Math.Round(hours, 1, MidpointRounding.AwayFromZero);
}
