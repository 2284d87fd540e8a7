using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Mapping;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner trial</c>: what changed partner files would have made of real messages, compared with the files that run. Sends and stores nothing.</summary>
internal static class PartnerTrial
{
    private static readonly Option<int> Last = new("--last") { Description = "How many of the newest stored messages.", DefaultValueFactory = _ => 500 };
    private static readonly Option<FileSystemInfo> Changed = new("--partners") { Description = "The changed folder of partner files, or one changed file that takes its place in --against.", Required = true };
    private static readonly Option<DirectoryInfo> Against = new("--against") { Description = "The folder of partner files that run.", DefaultValueFactory = _ => new DirectoryInfo("partners") };
    private static readonly Option<string?> Source = new("--source") { Description = "Only messages of this source." };
    private static readonly Option<bool> Content = new("--show-content") { Description = "Show the values of elements that differ. They are about people: handle them so." };
    private static readonly Option<DirectoryInfo?> Rules = new("--rules") { Description = "The folder of monitoring rules, as in Hub:RulesDirectory." };

    public static Command Create(TimeProvider time)
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("trial", "Compose stored messages by the files that run and by changed ones, and report what differs. Sends nothing. Status 1 if anything differs.")
        {
            Last, Changed, Against, Source, Content, Rules, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            if (Load(parsed.GetValue(Changed)!, parsed.GetValue(Against)!, out var now, out var then) is { } problem)
            {
                return CliJson.Fault(parsed.GetValue(json), problem);
            }

            var stored = new StoredMessages(() => StoreStart.Context(options));
            var rules = MonitoringRuleBook.Open(parsed.GetValue(Rules)?.FullName, time).Enabled;
            var results = new List<TrialResult>();
            var without = 0;
            foreach (var id in await stored.LastAsync(parsed.GetValue(Last), parsed.GetValue(Source), cancellationToken))
            {
                var result = await stored.ReadAsync(id, cancellationToken) is { } message ? Trial.Of(message, now.All, then.All, rules) : null;
                without += result is null ? 1 : 0;
                if (result is { IsSame: false })
                {
                    Print(result, parsed.GetValue(Content), parsed.GetValue(json));
                }

                results.AddRange(result is null ? [] : [result]);
            }

            return Summarise(results, without, parsed.GetValue(json));
        });
        return command;
    }

    /// <returns>What is wrong; null where both sets stand.</returns>
    private static string? Load(FileSystemInfo changed, DirectoryInfo against, out PartnerFiles now, out PartnerFiles then)
    {
        (now, then) = (PartnerCommand.Load(against), PartnerCommand.Load(against));
        if (!against.Exists || (!Directory.Exists(changed.FullName) && !File.Exists(changed.FullName)))
        {
            return $"There is no {(against.Exists ? changed : against).FullName}.";
        }

        if (Directory.Exists(changed.FullName))
        {
            then = PartnerCommand.Load(new DirectoryInfo(changed.FullName));
        }
        else
        {
            var folder = Directory.CreateTempSubdirectory("hub-trial-");
            try
            {
                foreach (var file in against.EnumerateFiles("*.json").Where(f => f.Name != changed.Name).Append(new FileInfo(changed.FullName)))
                {
                    file.CopyTo(Path.Combine(folder.FullName, file.Name));
                }

                then = PartnerCommand.Load(folder);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return then.Problems is [var wrong, ..] ? $"{wrong.File}{(wrong.Line is { } line ? $":{line}" : "")} {wrong.Field}: {wrong.Text} Expected: {wrong.Expected}" : null;
    }

    private static void Print(TrialResult result, bool content, bool json)
    {
        var differences = content ? result.Differences : [.. result.Differences.Select(d => d with { Before = null, After = null })];
        if (json)
        {
            CliJson.Print(new { result.ReceivedId, result.SourceId, result.Kind, differences });
            return;
        }

        AnsiConsole.MarkupLine($"[bold]{result.ReceivedId}[/] {Markup.Escape(result.Kind ?? "-")} from {Markup.Escape(result.SourceId)}");
        foreach (var difference in differences)
        {
            AnsiConsole.MarkupLine($"  {difference.Kind} {Markup.Escape(difference.Recipient is { } who && difference.Kind == "element" ? who + " " : "")}{Markup.Escape(difference.Where)}"
                + (content && difference.Kind == "element" ? Markup.Escape($": {difference.Before ?? "(none)"} -> {difference.After ?? "(none)"}") : ""));
        }
    }

    private static int Summarise(List<TrialResult> results, int without, bool json)
    {
        var same = results.Count(r => r.IsSame);
        var kinds = results.SelectMany(r => r.Differences.Select(d => d.Kind).Distinct()).GroupBy(k => k).OrderBy(k => k.Key, StringComparer.Ordinal).ToDictionary(k => k.Key, k => k.Count());
        Console.WriteLine(json
            ? CliJson.Text(new { messages = results.Count, same, differ = results.Count - same, contentGone = without, kinds })
            : $"{results.Count} message(s): {same} the same, {results.Count - same} differ{(kinds.Count == 0 ? "" : " (" + string.Join(", ", kinds.Select(k => $"{k.Key} {k.Value}")) + ")")}. {without} had no content left. Nothing was sent.");
        return same == results.Count ? HubCommand.Done : HubCommand.Found;
    }
}
