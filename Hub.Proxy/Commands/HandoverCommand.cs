using System.CommandLine;
using Hub.Fhir.Narratives;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub handover</c>: what is owed, who holds whom, and the acts that move it. Reads and decides on the store, beside a running hub.</summary>
internal static class HandoverCommand
{
    public static Command Create(TimeProvider time)
    {
        var command = new Command("handover", "Follow handovers until a named team has accepted: what is owed, by whom, until when.") { List(time), Show(), Ready() };
        foreach (var act in HandoverActs.Create(time))
        {
            command.Add(act);
        }

        return command;
    }

    private static Command List(TimeProvider time)
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var partner = new Option<string?>("--partner") { Description = "Only what was asked of this partner." };
        var overdue = new Option<bool>("--overdue") { Description = "Only what is overdue." };
        var max = new Option<int>("--max") { Description = "How many at most.", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "Open obligations, what is due first first. Status 1 if there are any.") { partner, overdue, max, data, json };
        command.SetAction((parsed, cancellationToken) => ReadAsync(parsed.GetValue(data)!, async book =>
        {
            var now = time.GetUtcNow();
            var entries = await book.WorklistAsync(
                new WorklistRequest(parsed.GetValue(partner), null, parsed.GetValue(overdue) ? now : null, null, parsed.GetValue(max)), cancellationToken);
            foreach (var entry in entries)
            {
                Print(entry, now, parsed.GetValue(json));
            }

            return entries.Count == 0 ? HubCommand.Done : HubCommand.Found;
        }));
        return command;
    }

    private static Command Show()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var id = new Argument<string>("id") { Description = "An obligation's id, an episode's number, or ORGANISATION/VISIT." };
        var command = new Command("show", "One handover, or one obligation: who holds the person, what is owed, each step with its evidence.") { id, data, json };
        command.SetAction((parsed, cancellationToken) => ReadAsync(parsed.GetValue(data)!, async book =>
        {
            var text = parsed.GetValue(id)!;
            if (Guid.TryParse(text, out var obligation))
            {
                return await book.ObligationAsync(obligation, cancellationToken) is { } one ? HandoverPrinter.Print(one, parsed.GetValue(json)) : Missing("obligation");
            }

            return await EpisodeAsync(book, text, cancellationToken) is { } episode && await book.HandoverAsync(episode, cancellationToken) is { } view
                ? HandoverPrinter.Print(view, parsed.GetValue(json)) : Missing("episode");
        }));
        return command;
    }

    private static Command Ready()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var id = new Argument<string>("episode") { Description = "An episode's number, or ORGANISATION/VISIT." };
        var command = new Command("readiness", "What would be open if the person were discharged now. Status 1 if anything would.") { id, data, json };
        command.SetAction((parsed, cancellationToken) => ReadAsync(parsed.GetValue(data)!, async book =>
        {
            if (await EpisodeAsync(book, parsed.GetValue(id)!, cancellationToken) is not { } episode || await book.EpisodeAsync(episode, cancellationToken) is not { } state)
            {
                return Missing("episode");
            }

            var checks = Readiness.Of(state);
            foreach (var check in checks)
            {
                HandoverPrinter.Print(check, parsed.GetValue(json));
            }

            return checks.All(c => c.Holds == true) ? HubCommand.Done : HubCommand.Found;
        }));
        return command;
    }

    private static async Task<long?> EpisodeAsync(HandoverBook book, string text, CancellationToken cancellationToken) =>
        long.TryParse(text, out var number) ? number
        : text.Split('/', 2) is [var organisation, var visit] ? await book.FindEpisodeAsync(organisation, visit, cancellationToken) : null;

    private static async Task<int> ReadAsync(DirectoryInfo data, Func<HandoverBook, Task<int>> read) =>
        StoreReading.Options(data) is { } options && StoreReading.Rules(null) is { } rules ? await read(new HandoverBook(() => StoreStart.Context(options), rules)) : HubCommand.Fault;

    private static int Missing(string what)
    {
        Console.Error.WriteLine($"There is no such {what}.");
        return HubCommand.Fault;
    }

    private static void Print(WorklistEntry entry, DateTimeOffset now, bool json)
    {
        var one = entry.Obligation;
        if (json)
        {
            CliJson.Print(new
            {
                one.Id, kind = ObligationWords.Name(one.Kind), one.Subject, state = one.State.ToString().ToLowerInvariant(), one.ActorName, actor = one.Actor.ToString().ToLowerInvariant(),
                one.Owner, one.Chaser, one.DueAt, overdue = one.IsOverdue(now), one.Urgent, entry.EpisodeId, entry.PartnerId, one.Version,
            });
            return;
        }

        var due = one.DueAt is { } at ? $"due {Words.London(at)}{(at <= now ? $", overdue by {Words.Span(now - at)}" : "")}" : "no date";
        AnsiConsole.MarkupLine($"{(one.IsOverdue(now) ? "[red]" : "[bold]")}{Markup.Escape(due)}[/] {ObligationWords.Name(one.Kind)} ({Markup.Escape(one.Subject)}): {Markup.Escape(one.ActorName ?? Wording.Party(one.Actor))}; {Markup.Escape(ObligationWords.State(one))}");
        AnsiConsole.MarkupLine($"  [grey]obligation {one.Id} episode {entry.EpisodeId} chased by {Markup.Escape(one.Chaser)}[/]");
    }
}
