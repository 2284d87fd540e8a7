using System.CommandLine;
using Hub.Proxy.Commands.Bench;

namespace Hub.Proxy.Commands;

/// <summary><c>hub bench</c>: how fast this machine is, as a ratio to the least that any engine must do, measured in the same run.</summary>
internal static class BenchCommand
{
    public static Command Create(TimeProvider time)
    {
        var connections = new Option<int[]>("--connections")
        {
            Description = "Numbers of MLLP connections to measure the rate with.", DefaultValueFactory = _ => [1, 8, 32], AllowMultipleArgumentsPerToken = true,
        };
        var messages = new Option<int>("--messages") { Description = "Discharges a measurement.", DefaultValueFactory = _ => 2000 };
        var rate = new Option<double>("--rate") { Description = "Messages a second at which the time to the last recipient is measured.", DefaultValueFactory = _ => 50 };
        var warmUp = new Option<int>("--warm-up") { Description = "Persons admitted and discharged before anything is measured.", DefaultValueFactory = _ => 2000 };
        var down = new Option<bool>("--one-down") { Description = "Measure also with one recipient down: what the others lose by it." };
        var backlog = new Option<int>("--backlog") { Description = "Let so many deliveries wait while no recipient can be reached, and measure memory and the draining." };
        var history = new Option<long>("--history") { Description = "Measure also with so many finished deliveries in the store." };
        var gateway = new Option<int>("--gateway") { Description = "Measure instead what the gateway adds to so many calls to a server that answers after 20 ms." };
        var json = CommonOptions.Json();
        var command = new Command(
            "bench", "Measure the hub on this machine: discharges over MLLP, three recipients over HTTP, a store of its own in a temporary folder; beside it, in turns, the floor.")
        {
            connections, messages, rate, warmUp, down, backlog, history, gateway, json,
        };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(gateway) is var calls and > 0 ? GatewayAsync(calls, parsed.GetValue(json), time, cancellationToken) : RunAsync(
            new BenchPlan(
                parsed.GetValue(connections)!, parsed.GetValue(messages), parsed.GetValue(rate), parsed.GetValue(warmUp), parsed.GetValue(down), parsed.GetValue(backlog), parsed.GetValue(history)),
            parsed.GetValue(json), time, cancellationToken));
        return command;
    }

    /// <summary><c>hub bench-floor</c>: the process that <c>hub bench</c> measures beside the hub.</summary>
    public static Command CreateFloor()
    {
        var template = new Option<FileInfo>("--template") { Required = true };
        var journal = new Option<FileInfo>("--journal") { Required = true };
        var sinks = new Option<int[]>("--sink") { Required = true };
        var command = new Command("bench-floor") { template, journal, sinks };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var server = new FloorServer(
                await File.ReadAllBytesAsync(parsed.GetValue(template)!.FullName, cancellationToken), parsed.GetValue(sinks)!, parsed.GetValue(journal)!.FullName);
            CliJson.Print(new { mllpPort = server.Start() });
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return HubCommand.Done;
        });
        return command;
    }

    private static async Task<int> GatewayAsync(int calls, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hub-bench-").FullName;
        try
        {
            var machine = BenchReport.Machine();
            var gateway = await GatewayBench.RunAsync(folder, calls, time, cancellationToken);
            Console.Write(json ? CliJson.Text(new { machine, gateway }) + "\n" : GatewayBench.Markdown(machine, gateway));
            return HubCommand.Done;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(BenchPlan plan, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hub-bench-").FullName;
        try
        {
            await using var run = new BenchRun(time, folder);
            var machine = BenchReport.Machine();
            var results = await plan.RunAsync(run, cancellationToken);
            Console.Write(json ? CliJson.Text(new { machine, results }) + "\n" : BenchReport.Markdown(machine, results));
            return HubCommand.Done;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
