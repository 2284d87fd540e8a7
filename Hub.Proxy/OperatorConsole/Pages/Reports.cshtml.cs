using Hub.Proxy.Reports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>The figures of a month, team by team, from the records as they stand: what <c>hub report handovers</c> says, as tables with bars.</summary>
internal sealed class ReportsModel(ReportBook book, TimeProvider time) : PageModel
{
    private const int MonthsBack = 24;

    public required ReportMonth Month { get; set; }
    public HandoverReport Report { get; private set; } = null!;
    public string? Wrong { get; private set; }

    /// <summary>This month and those before it.</summary>
    public IReadOnlyList<string> Months { get; private set; } = [];

    public static HandoverMeasure Measure(ReportRow row) => HandoverMeasures.All.First(m => m.Key == row.Measure);

    /// <summary>The share in words; a small team's count may tell who it is, so that the page is for the trust alone.</summary>
    public static string Share(ReportRow row) => row.Percent is { } percent
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{row.Count} of {row.Of} ({percent:0.#} %)") : "no case whose time is over";

    public static string Hours(ReportRow row) => row.MedianHours is { } median
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"median {median:0.#} h, longest {row.LongestHours:0.#} h") : "";

    public async Task<IActionResult> OnGetAsync(string? month, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        Months = [.. Enumerable.Range(0, MonthsBack).Select(i => new DateOnly(today.Year, today.Month, 1).AddMonths(-i)).Select(m => new ReportMonth(m.Year, m.Month).ToString())];
        if (!ReportMonth.TryParse(month ?? Months[0], out var asked))
        {
            (Wrong, asked) = ("That is no month: write it as 2026-05.", new ReportMonth(today.Year, today.Month));
        }

        Month = asked;
        Report = await book.MakeAsync(asked, now, team: null, cancellationToken);
        return Page();
    }
}
