using System.Globalization;
using Hub.Fhir.Resources;
using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.Reports;

/// <summary>Figures of handovers by month and team, over HTTP. They count people and name none.</summary>
internal static class ReportEndpoints
{
    public const string Expected = "month: yyyy-MM. asOf: an ISO 8601 time with a zone, now where it is left out. format: json, csv or fhir.";

    public static IServiceCollection AddReports(this IServiceCollection services) =>
        services.AddSingleton(provider => new ReportBook(() => StoreStart.Context(provider.GetRequiredService<StoreOptions>())));

    public static void MapReports(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/reports").WithTags("Reports").ForPeople(PersonRight.Figures);
        group.MapGet("/handovers", HandoversAsync).WithName("HandoverReport").WithSummary("Figures of a month's discharges, team by team").WithDescription(Expected)
            .Produces<HandoverReport>().ProducesProblem(400);
        group.MapGet("/handovers/measures", () => Results.Json(HandoverMeasures.All.Select(m => new { m.Key, m.Title, m.Counted, m.MoreIsBetter }), HandoverJson.Options))
            .WithName("HandoverMeasures").WithSummary("What each figure counts, and of what");
    }

    private static async Task<IResult> HandoversAsync(
        ReportBook book, TimeProvider time, CancellationToken cancellationToken, string? month = null, string? asOf = null, string? team = null, string format = "json")
    {
        if (!ReportMonth.TryParse(month, out var asked) || !TryAsOf(asOf, time, out var at) || format is not ("json" or "csv" or "fhir"))
        {
            return Results.Problem(statusCode: 400, title: "No such report", detail: Expected);
        }

        var report = await book.MakeAsync(asked, at, team, cancellationToken);
        return format switch
        {
            "csv" => Results.Text(ReportForms.Csv(report), ReportForms.CsvType),
            "fhir" => Results.Bytes(FhirJson.Write(ReportForms.Fhir(report, asked)), "application/fhir+json"),
            _ => Results.Json(report, HandoverJson.Options),
        };
    }

    /// <summary>False where a text is given that is no time with a zone.</summary>
    internal static bool TryAsOf(string? text, TimeProvider time, out DateTimeOffset at)
    {
        at = time.GetUtcNow();
        return text is null || ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out at));
    }
}
