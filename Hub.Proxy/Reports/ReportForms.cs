using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Proxy.Reports;

/// <summary>A report as CSV and as FHIR. Nothing of a person is in either.</summary>
internal static class ReportForms
{
    public const string CsvType = "text/csv; charset=utf-8";

    private const string Header = "month,as_of,team,measure,count,of,percent,not_over,median_hours,longest_hours";

    public static string Csv(HandoverReport report)
    {
        var text = new StringBuilder(Header).Append("\r\n");
        foreach (var row in report.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{report.Month},{AsOf(report)},{Cell(row.Team)},{row.Measure},{row.Count},{row.Of},{row.Percent},{row.NotOver},{row.MedianHours},{row.LongestHours}\r\n");
        }

        return text.ToString();
    }

    /// <summary>One MeasureReport a team, one group a figure (FHIR R4 MeasureReport, type summary), in a collection.</summary>
    public static Bundle Fhir(HandoverReport report, ReportMonth month) => new()
    {
        Type = Bundle.BundleType.Collection,
        Timestamp = report.AsOf,
        Entry = [.. report.Rows.GroupBy(r => r.Team).Select(team => new Bundle.EntryComponent
        {
            FullUrl = "urn:uuid:" + DerivedGuid.Create(DerivedGuid.UrlNamespace, "measure-report", report.Month, AsOf(report), team.Key).ToString("D"),
            Resource = Of(report, month, team.Key, [.. team]),
        })],
    };

    private static MeasureReport Of(HandoverReport report, ReportMonth month, string team, IReadOnlyList<ReportRow> rows) => new()
    {
        Status = MeasureReport.MeasureReportStatus.Complete,
        Type = MeasureReport.MeasureReportType.Summary,
        Measure = CodeSystems.Canonical + "/Measure/handover",
        Date = AsOf(report),
        Reporter = new ResourceReference { Display = team },
        Period = new Period { Start = month.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), End = month.Until.AddMinutes(-1).ToOffset(month.Until.Offset).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
        Group = [.. rows.Select(Group)],
    };

    private static MeasureReport.GroupComponent Group(ReportRow row)
    {
        var group = new MeasureReport.GroupComponent
        {
            Code = new CodeableConcept { Coding = [new Coding(CodeSystems.Canonical + "/CodeSystem/handover-measure", row.Measure)], Text = HandoverMeasures.All.First(m => m.Key == row.Measure).Title },
            Population = [Population("denominator", row.Of), Population("numerator", row.Count)],
        };

        // A figure that tells a time gives its median; every other its share. Without a case there is no score.
        if (row.MedianHours is { } hours)
        {
            group.MeasureScore = new Quantity((decimal)hours, "h");
        }
        else if (row.Percent is { } percent)
        {
            group.MeasureScore = new Quantity((decimal)percent, "%");
        }

        return group;
    }

    private static MeasureReport.PopulationComponent Population(string code, int count) => new()
    {
        Code = new CodeableConcept("http://terminology.hl7.org/CodeSystem/measure-population", code), Count = count,
    };

    private static string AsOf(HandoverReport report) => report.AsOf.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    // A team's name is the sender's: what a spreadsheet would take for a formula is made text.
    private static string Cell(string text) => $"\"{(text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
