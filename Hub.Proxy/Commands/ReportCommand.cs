using System.CommandLine;
using Hub.Fhir.Resources;
using Hub.Proxy.Reports;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub report</c>: figures from the records. They count people and name none.</summary>
internal static class ReportCommand
{
    public static Command Create(TimeProvider time) => new("report", "Figures from the records, by team and month; made again from the same records they are the same.") { Handovers(time), Measures() };

    private static Command Handovers(TimeProvider time)
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var month = new Argument<string>("month") { Description = "The month of the discharges, such as 2026-05." };
        var asOf = new Option<string?>("--as-of") { Description = "As the records stood then: an ISO 8601 time with a zone. Now where it is left out." };
        var team = new Option<string?>("--team") { Description = "Only this team or ward, by its name." };
        var format = new Option<string>("--format") { Description = "text, csv, json or fhir (MeasureReport).", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "csv", "json", "fhir");
        var command = new Command("handovers", "Summaries and medicines information within 24 hours, follow-up within 72 hours, acceptance, wrong practices, what was overdue.") { month, asOf, team, format, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!ReportMonth.TryParse(parsed.GetValue(month), out var asked) || !ReportEndpoints.TryAsOf(parsed.GetValue(asOf), time, out var at))
            {
                Console.Error.WriteLine(ReportEndpoints.Expected);
                return HubCommand.Fault;
            }

            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var report = await new ReportBook(() => StoreStart.Context(options)).MakeAsync(asked, at, parsed.GetValue(team), cancellationToken);
            Print(report, asked, parsed.GetValue(json) ? "json" : parsed.GetValue(format)!);
            return HubCommand.Done;
        });
        return command;
    }

    private static Command Measures()
    {
        var json = CommonOptions.Json();
        var command = new Command("measures", "What each figure counts, and of what.") { json };
        command.SetAction(parsed =>
        {
            foreach (var measure in HandoverMeasures.All)
            {
                Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { measure.Key, measure.Title, measure.Counted, measure.MoreIsBetter }) : $"{measure.Key}: {measure.Counted}.");
            }

            return HubCommand.Done;
        });
        return command;
    }

    private static void Print(HandoverReport report, ReportMonth month, string format)
    {
        switch (format)
        {
            case "csv":
                Console.Write(ReportForms.Csv(report));
                break;
            case "fhir":
                Console.WriteLine(System.Text.Encoding.UTF8.GetString(FhirJson.Write(ReportForms.Fhir(report, month))));
                break;
            case "json":
                CliJson.Print(report);
                break;
            default:
                Text(report);
                break;
        }
    }

    private static void Text(HandoverReport report)
    {
        AnsiConsole.MarkupLine($"[bold]Discharges of {report.Month}[/], as the records stood {Hub.Proxy.Handovers.Words.London(report.AsOf)}");
        foreach (var row in report.Rows)
        {
            var hours = row.MedianHours is { } median ? $", median {median} h, longest {row.LongestHours} h" : "";
            var waiting = row.NotOver > 0 ? $", {row.NotOver} not over" : "";
            AnsiConsole.MarkupLine($"  {Markup.Escape(row.Team)}  {row.Measure}: {row.Count} of {row.Of}{(row.Percent is { } share ? $" ({share} %)" : "")}{hours}{waiting}");
        }
    }
}
