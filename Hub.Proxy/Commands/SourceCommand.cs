using System.CommandLine;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub source profile ID</c>: which fields a source really fills.</summary>
internal static class SourceCommand
{
    public static Command Create() => new("source", "Look at what a source sends.") { Profile() };

    private static Command Profile()
    {
        var id = new Argument<string>("id") { Description = "Id of the source partner." };
        var last = new Option<int>("--last") { Description = "How many of its newest messages.", DefaultValueFactory = _ => 500 };
        var kind = new Option<string?>("--kind") { Description = "Only messages of this kind, such as ADT^A03." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("profile", "For each field: in what share of messages it is filled, and how many different values it has. Never a value. Status 1 if there is no message.") { id, last, kind, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var stored = new StoredMessages(() => StoreStart.Context(options));
            var rates = new FillRates();
            foreach (var received in await stored.LastAsync(parsed.GetValue(last), parsed.GetValue(id), cancellationToken))
            {
                if (await stored.ReadAsync(received, cancellationToken) is { } message && StoredMapping.TextOf(message) is { } text && (parsed.GetValue(kind) is not { } wanted || wanted == text.Kind))
                {
                    rates.Add(text);
                }
            }

            Print(rates, parsed.GetValue(json));
            return rates.Messages == 0 ? HubCommand.Found : HubCommand.Done;
        });
        return command;
    }

    private static void Print(FillRates rates, bool json)
    {
        if (json)
        {
            rates.Read().ToList().ForEach(CliJson.Print);
            CliJson.Print(new { rates.Messages });
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("field", "messages", "filled", "different values");
        foreach (var rate in rates.Read())
        {
            table.AddRow(Markup.Escape(rate.Path), $"{rate.Messages}", $"{rate.Share:P0}", $"{rate.Distinct}");
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"{rates.Messages} message(s).");
    }
}
