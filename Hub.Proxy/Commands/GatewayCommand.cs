using System.CommandLine;
using System.Globalization;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub gateway calls</c>: who called whom through the hub, and what came of it.</summary>
internal static class GatewayCommand
{
    public static Command Create(TimeProvider time) => new("gateway", "Look at what partners call at each other through the hub.") { Calls(time) };

    private static Command Calls(TimeProvider time)
    {
        var max = new Option<int>("--max") { Description = "How many calls at most, the newest.", DefaultValueFactory = _ => 50 };
        var hours = new Option<double>("--hours") { Description = "How far back to look.", DefaultValueFactory = _ => 24 };
        var partner = new Option<string?>("--partner") { Description = "Only calls from or to this partner." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("calls", "The audit of calls, newest last: time, caller, target, method, type of resource, status. No id and no parameter stands in it.") { max, hours, partner, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            await using var context = StoreStart.Context(options);
            var (since, only) = (time.GetUtcNow() - TimeSpan.FromHours(parsed.GetValue(hours)), parsed.GetValue(partner));
            var calls = await context.GatewayCalls.AsNoTracking().Where(c => c.At >= since && (only == null || c.Caller == only || c.Target == only))
                .OrderByDescending(c => c.At).Take(parsed.GetValue(max)).ToListAsync(cancellationToken);
            calls.Reverse();
            var table = new Table().Border(TableBorder.Simple).AddColumns("at", "caller", "target", "method", "resource", "status", "ms", "request");
            foreach (var call in calls)
            {
                if (parsed.GetValue(json))
                {
                    CliJson.Print(new { call.At, call.Caller, call.Target, call.Method, call.Resource, call.Status, call.Code, call.Milliseconds, call.RequestId });
                    continue;
                }

                var status = call.Code is null ? call.Status.ToString(CultureInfo.InvariantCulture) : $"{call.Status} {call.Code}";
                table.AddRow(new[] { $"{call.At:u}", call.Caller ?? "?", call.Target ?? "?", call.Method, call.Resource ?? "?", status, $"{call.Milliseconds}", $"{call.RequestId}" }.Select(Markup.Escape).ToArray());
            }

            if (!parsed.GetValue(json))
            {
                AnsiConsole.Write(table);
            }

            return HubCommand.Done;
        });
        return command;
    }
}
