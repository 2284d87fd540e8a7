using System.CommandLine;
using Hub.Proxy.Handovers;
using Hub.Proxy.Notices;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub notice</c>: whom the hub told that something needs them, and "I have it".</summary>
internal static class NoticeCommand
{
    public static Command Create(TimeProvider time) =>
        new("notice", "Notices to people: what was sent, what nobody has, and \"I have it\".") { List(), Have(time) };

    private static Command List()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var max = new Option<int>("--max") { Description = "How many at most.", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "Notices whose entries are open, oldest first. A channel that took one has told nobody. Status 1 if there are any.") { max, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var notices = await new NoticeBook(() => StoreStart.Context(options)).OpenAsync(parsed.GetValue(max), cancellationToken);
            foreach (var notice in notices)
            {
                Print(notice, parsed.GetValue(json));
            }

            return notices.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static Command Have(TimeProvider time)
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var id = new Argument<long>("id") { Description = "The notice's number." };
        var by = new Option<string>("--by") { Description = "Who has it, by name.", Required = true };
        var minutes = new Option<int>("--minutes") { Description = $"For how long nobody else is told, from 1 to {NoticeDesk.MostMinutes}.", DefaultValueFactory = _ => NoticeDesk.UsualMinutes };
        var trust = new Option<DirectoryInfo?>("--rules") { Description = "The folder of the trust's rules, as in Hub:RulesDirectory, which is used without it." };
        var command = new Command("have", "\"I have it\": a person was told. The next rung is silent for a while; follow-up, depot, supply and clozapine are never silenced.") { id, by, minutes, trust, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options || StoreReading.Rules(parsed.GetValue(trust)) is not { } rules)
            {
                return HubCommand.Fault;
            }

            if (parsed.GetValue(minutes) is < 1 or > NoticeDesk.MostMinutes)
            {
                Console.Error.WriteLine($"--minutes: from 1 to {NoticeDesk.MostMinutes}; a silence has an end.");
                return HubCommand.Fault;
            }

            using var store = StoreStart.Open(options, time);
            var said = await new NoticeDesk(store, new ObligationDesk(store, rules), time).HaveAsync(parsed.GetValue(id), parsed.GetValue(by)!, parsed.GetValue(minutes), cancellationToken);
            var text = said ?? "There is no such open notice.";
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { done = said is not null, text }) : text);
            return said is null ? HubCommand.Found : HubCommand.Done;
        });
        return command;
    }

    private static void Print(NoticeView notice, bool json)
    {
        if (json)
        {
            CliJson.Print(notice);
            return;
        }

        var due = notice.DueAt is { } at ? $" due {Words.London(at)}" : "";
        AnsiConsole.MarkupLine($"[bold]{notice.Id}[/] {Markup.Escape(notice.Role)}{Markup.Escape(due)}: {Markup.Escape(notice.Reason)}");
        AnsiConsole.MarkupLine($"  {Markup.Escape(notice.Stands)}. {Markup.Escape(notice.NextStep)}");
    }
}
