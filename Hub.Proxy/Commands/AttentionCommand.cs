using System.CommandLine;
using System.Text.Json;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub attention</c>: the operator's list, urgent first, with who must act and what next.</summary>
internal static class AttentionCommand
{
    public static Command Create()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var max = new Option<int>("--max") { Description = "How many entries at most.", DefaultValueFactory = _ => 50 };
        var command = new Command("attention", "What needs a person: refused, conflicting, unroutable, held. Reads the store; status 1 if the list is not empty.") { data, max, json, DeliveryCommand.CloseAttention() };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Open(parsed.GetValue(data)!) is not { } timeline)
            {
                return HubCommand.Fault;
            }

            var entries = await timeline.AttentionAsync(parsed.GetValue(max), cancellationToken);
            foreach (var entry in entries)
            {
                if (parsed.GetValue(json))
                {
                    CliJson.Print(new
                    {
                        entry.Id, entry.Kind, entry.Reason, entry.Owner, entry.NextStep, urgency = entry.Urgency.ToString(), entry.DueAt, entry.ReceivedId,
                        entry.EventId, entry.DeliveryId, entry.PartnerId, entry.Count, entry.CreatedAt,
                    });
                    continue;
                }

                var due = entry.DueAt is { } at ? $" due {at.ToLocalTime():ddd HH:mm}" : "";
                AnsiConsole.MarkupLine($"[bold]{entry.Urgency}[/] {Markup.Escape(entry.Kind)}{due}: {Markup.Escape(entry.Reason)}");
                AnsiConsole.MarkupLine($"  {Markup.Escape(entry.Owner)}: {Markup.Escape(entry.NextStep)}");
                AnsiConsole.MarkupLine($"  [grey]entry {entry.Id} received {entry.ReceivedId} event {entry.EventId} delivery {entry.DeliveryId}[/]");
            }

            if (entries.Count == parsed.GetValue(max))
            {
                Console.Error.WriteLine($"These are the first {entries.Count}; --max shows more.");
            }

            return entries.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }
}
