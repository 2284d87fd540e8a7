using System.Globalization;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Upkeep;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole.Pages;

/// <summary>How the hub itself stands: health, storage and its forecast, retention, versions.</summary>
internal sealed class SystemModel(
    HealthCheckService health, DiskWatch disk, StoreOptions store, IOptions<HubOptions> options, IOptions<RetentionOptions> retention, IOptions<DiskOptions> limits, Timeline timeline) : PageModel
{
    private const long Megabyte = 1_048_576;

    public IReadOnlyList<FactTable> Tables { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var open = await timeline.CountOpenAsync(cancellationToken);
        Tables =
        [
            new("Health", ["Part", "State", "Why"], "Nothing is looked at.") { Rows = [.. report.Entries.Select(e => new FactRow(ConsoleWords.Name(e.Key), e.Value.Status.ToString(), e.Value.Description ?? "as it should be"))] },
            new("Storage", ["What", "How it stands"], "") { Rows = Storage() },
            new("Messages not yet acknowledged", ["State", "How many"], "")
            {
                Rows = [.. new (string, int)[] { ("Waiting", open.Waiting), ("Being sent", open.Sending), ("Not known", open.Unknown), ("Held", open.Held), ("No partner file", open.Unroutable), ("Refused", open.Refused), ("To be answered later", open.Awaited) }
                    .Select(o => new FactRow(o.Item1, o.Item2.ToString(CultureInfo.InvariantCulture)))],
            },
            new("Kept for", ["What", "How long"], "")
            {
                Rows =
                [
                    new("Content, after its last use", $"{retention.Value.ContentDays} days"), new("Records without content", $"{retention.Value.RecordDays} days"), new("What is unfinished", "for as long as it is, however old"),
                ],
            },
            new("Versions", ["What", "Version"], "")
            {
                Rows =
                [
                    new("Mapping", MappingVersion.Current), new(".NET", Environment.Version.ToString()), new("Organisation", options.Value.Organisation),
                    new("Partner files", options.Value.Environment is { Length: > 0 } overlay ? $"with the overlays of {overlay}" : "without overlays"),
                ],
            },
        ];
    }

    private List<FactRow> Storage()
    {
        var rows = new List<FactRow> { new("Store", store.Provider == StoreProvider.Sqlite ? "SQLite, one node" : "PostgreSQL, several nodes may share it") };
        if (disk.State is { } state)
        {
            rows.Add(new("Free", $"{state.FreeBytes / Megabyte} MB; intake stops below {limits.Value.StopIntakeBelowMegabytes} MB"));
            rows.Add(new("Intake", state.IntakeStopped ? "STOPPED: nothing is taken in until there is room" : "open"));
            rows.Add(new("Forecast", state.UntilStop is { } until ? $"too full for intake in about {until.TotalDays:0.0} days" : "too little was seen to say, or it does not fill"));
        }
        else
        {
            rows.Add(new("Free", store.Provider == StoreProvider.Sqlite ? "not looked at yet" : "the database server's disk cannot be seen from here"));
        }

        return rows;
    }
}
