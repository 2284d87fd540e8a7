using System.CommandLine;
using Hub.Proxy.Commands.Demo;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub demo</c>: the whole path on this machine, with nothing else installed.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(3);

    // Time to open a browser and see each message arrive.
    private static readonly TimeSpan ToWatch = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Accepts = """[{"op":"replace","path":"/status","value":"accepted"},{"op":"replace","path":"/owner/display","value":"D. Worker"}]""";

    public static Command Create(TimeProvider time)
    {
        var exit = new Option<bool>("--exit") { Description = "End when the journey is over: status 0 only if every delivery was acknowledged." };
        var json = CommonOptions.Json();
        var command = new Command("demo", "Start the hub on SQLite with simulated partners on loopback, play a crisis-team journey, and show what happens.") { exit, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(exit), parsed.GetValue(json), time, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool exit, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hub-demo-").FullName;
        try
        {
            await using var partners = await DemoPartners.StartAsync(time);
            partners.WriteFiles(Path.Combine(folder, "partners"));
            await using var hub = await HubHost.StartAsync(Settings(folder), cancellationToken);
            if (!json)
            {
                AnsiConsole.MarkupLine($"[bold]CRT Hub demo[/]  HTTP {hub.Http}  MLLP 127.0.0.1:{hub.MllpPort}  store {Markup.Escape(folder)}");
                AnsiConsole.MarkupLine(exit ? "" : $"Watch it happen in a browser: [bold]{hub.Http}console[/]");
                AnsiConsole.MarkupLine("[grey]An invented person comes home from a ward under the crisis team. The community team's system is down for a while.[/]");
                AnsiConsole.MarkupLine("[grey]Two more people's practices are reached by MESH, with ITK3; one of the two has moved when the discharge comes.[/]\n");
            }

            return await PlayAsync(hub, partners, exit, json, time, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> PlayAsync(HubHost hub, DemoPartners partners, bool exit, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        var timeline = hub.Services.GetRequiredService<Timeline>();
        var printer = new TimelinePrinter(timeline, time.GetUtcNow(), json, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = printer.FollowAsync(enough.Token);

        var outage = Task.CompletedTask;
        var journey = new DemoJourney(hub.MllpPort, time);
        var codes = new List<string>(await journey.PlayAsync(
            exit ? TimeSpan.FromSeconds(1) : ToWatch, async number => outage = number == 2 ? await BeginOutageAsync(partners, time, cancellationToken) : outage, cancellationToken));
        codes.AddRange(await journey.PlayOthersAsync(() => MovesAwayAsync(hub, partners, time, cancellationToken), cancellationToken));
        await outage;
        await new DemoOperator(hub, time).ReaddressReturnedAsync(DemoPartners.Ash, DemoPartners.OakCode, Patience, json, cancellationToken);

        var open = await WaitUntilAnsweredAsync(timeline, time, cancellationToken);
        await printer.PrintNewAsync(cancellationToken);
        Summarise(codes, open, json);
        await PrintHandoversAsync(hub, json, cancellationToken);
        var done = open.Total == 0 && codes.All(c => c == "AA");
        if (!exit)
        {
            var refused = await new DemoRefusal(hub, partners, time).PlayAsync(cancellationToken);
            if (!json)
            {
                DemoRefusal.Tell(refused, new Uri(hub.Http, "console"));
                AnsiConsole.MarkupLine($"The hub stays up: [bold]hub simulate[/], [bold]POST {hub.Http}events/...[/] or MLLP on {hub.MllpPort}. Ctrl+C ends it.");
            }

            await WaitForEndAsync(hub, cancellationToken);
        }

        await enough.CancelAsync();
        await following;
        return done ? HubCommand.Done : HubCommand.Found;
    }

    /// <summary>What was said of the beginning has been answered when one of the two moves to another practice.</summary>
    private static async Task MovesAwayAsync(HubHost hub, DemoPartners partners, TimeProvider time, CancellationToken cancellationToken)
    {
        await DemoOperator.UntilAsync(
            hub, d => (d.PartnerId == DemoPartners.Oak || d.PartnerId == DemoPartners.Ash) && d.State == DeliveryState.Delivered, atLeast: 2, Patience, time, cancellationToken);
        partners.PersonMovesAway();
    }

    /// <summary>The community team's system goes down, and comes back by itself.</summary>
    private static async Task<Task> BeginOutageAsync(DemoPartners partners, TimeProvider time, CancellationToken cancellationToken)
    {
        await partners.Cmht.StopListeningAsync();
        return ComeBackAsync();

        async Task ComeBackAsync()
        {
            await Task.Delay(Outage, time, cancellationToken);
            partners.Cmht.Resume();
        }
    }

    private static async Task<OpenCounts> WaitUntilAnsweredAsync(Timeline timeline, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        while (true)
        {
            var open = await timeline.CountOpenAsync(cancellationToken);
            if (open.Total == 0 || time.GetUtcNow() - began > Patience)
            {
                return open;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private static void Summarise(List<string> codes, OpenCounts open, bool json)
    {
        if (json)
        {
            CliJson.Print(new { acknowledgements = codes, open });
            return;
        }

        AnsiConsole.MarkupLine(open.Total == 0
            ? $"\n[green]{codes.Count} messages in, each acknowledged ({string.Join(", ", codes)}); every delivery acknowledged by its recipient.[/]"
            : $"\n[red]Still open: {open}.[/]");
        AnsiConsole.MarkupLine("[grey]Acknowledged means that a system has it. Whether somebody has taken the person on is another question:[/]\n");
    }

    /// <summary>What no message can say of itself: who holds the person, what is owed, until when; and how to answer.</summary>
    private static async Task PrintHandoversAsync(HubHost hub, bool json, CancellationToken cancellationToken)
    {
        var book = hub.Services.GetRequiredService<HandoverBook>();
        var owed = await book.WorklistAsync(new WorklistRequest(null, null, null, null, 200), cancellationToken);
        foreach (var episode in owed.Select(o => o.EpisodeId).Distinct().Order())
        {
            if (await book.HandoverAsync(episode, cancellationToken) is { Checks.Count: > 0 } view)
            {
                HandoverPrinter.Print(view, json);
            }
        }

        if (!json && owed.FirstOrDefault(o => o.Obligation.Kind == ObligationKind.CmhtAccepts) is { } asked)
        {
            var data = hub.Services.GetRequiredService<IOptions<HubOptions>>().Value.DataDirectory;
            // Not by the console that folds lines: these are copied and run.
            if (asked is { TaskId: { } task, PartnerId: { } partner })
            {
                var address = new Uri(hub.Http, $"fhir/Task/{task}");
                Console.WriteLine("\nTo take the person on from the community team's own system, by FHIR Task: read its version, then answer that version.");
                Console.WriteLine($"  tag=$(curl -s -D - -o /dev/null -H 'X-Source: {partner}' {address} | tr -d '\\r' | sed -n 's/^[Ee][Tt]ag: //p')");
                Console.WriteLine($"  curl -s -X PATCH -H 'X-Source: {partner}' -H \"If-Match: $tag\" -H 'Content-Type: application/json-patch+json' -d '{Accepts}' {address}");
            }

            Console.WriteLine($"\nTo take the person on as the community team: hub handover accept {asked.Obligation.Id} --owner \"D. Worker\" --by \"D. Worker\" --data {data}");
        }
    }

    private static async Task WaitForEndAsync(HubHost hub, CancellationToken cancellationToken)
    {
        try
        {
            await hub.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how the demo ends.
        }
    }

    private static Dictionary<string, string?> Settings(string folder) => new()
    {
        ["Hub:Organisation"] = "RXN",
        ["Hub:DataDirectory"] = Path.Combine(folder, "data"),
        ["Hub:PartnersDirectory"] = Path.Combine(folder, "partners"),
        ["Hub:Http:Port"] = "0",
        ["Hub:Mllp:Port"] = "0",
        ["Logging:LogLevel:Default"] = "Error",
    };
}
