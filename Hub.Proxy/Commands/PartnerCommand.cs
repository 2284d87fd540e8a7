using System.CommandLine;
using System.Text.Json;
using Hub.Proxy.Routing;
using Hub.Proxy.Store.Sqlite;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner list|validate</c>: what the partner files say, and what is wrong with them.</summary>
internal static class PartnerCommand
{
    public static Command Create() => new("partner", "Look at partner files; hold and release partners.") { List(), Validate(), Hold(), Release() };

    private static Command Hold()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for whoever looks.", Required = true };
        return Switch("hold", "Stop sending to a partner. What is due waits; nothing is lost.", reason, parsed => parsed.GetValue(reason));
    }

    private static Command Release() => Switch("release", "Send to a partner again.", null, _ => null);

    /// <summary>Running state, kept in the store and apart from the files: a running hub sees it at its next claim.</summary>
    private static Command Switch(string verb, string description, Option<string>? reason, Func<ParseResult, string?> reasonOf)
    {
        var id = new Argument<string>("id") { Description = "Id of the partner." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command(verb, description) { id, data, json };
        if (reason is not null)
        {
            command.Options.Add(reason);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            using var store = new SqliteMessageStore(options, TimeProvider.System);
            await store.HoldPartnerAsync(parsed.GetValue(id)!, reasonOf(parsed), cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { partner = parsed.GetValue(id), held = reasonOf(parsed) is not null }) : "Done.");
            return HubCommand.Done;
        });
        return command;
    }

    private static Command List()
    {
        var (folder, json) = (CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("list", "The partners that would run.") { folder, json };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(folder)!.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no folder {parsed.GetValue(folder)!.FullName}: name it with --partners.");
            }

            var files = Load(parsed.GetValue(folder)!);
            var code = files.Problems.Count == 0 ? HubCommand.Done : HubCommand.Found;
            if (code == HubCommand.Found)
            {
                Console.Error.WriteLine($"{files.Problems.Count} problem(s) in this folder: hub partner validate names them.");
            }

            if (parsed.GetValue(json))
            {
                foreach (var partner in files.All)
                {
                    CliJson.Print(new { partner.Id, partner.Name, Role = partner.Role.ToString(), partner.Protocol, Audience = partner.Audience?.ToString() });
                }

                return code;
            }

            var table = new Table().Border(TableBorder.Simple).AddColumns("id", "name", "role", "protocol", "serves");
            foreach (var partner in files.All)
            {
                table.AddRow(new[] { partner.Id, partner.Name, partner.Role.ToString(), partner.Protocol, $"{partner.Audience} {partner.Organisation} {string.Join(' ', partner.Serves)}" }
                    .Select(Markup.Escape).ToArray());
            }

            AnsiConsole.Write(table);
            return code;
        });
        return command;
    }

    private static Command Validate()
    {
        var (folder, json) = (CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("validate", "Check every partner file; status 1 if anything is wrong.") { folder, json };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(folder)!.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no folder {parsed.GetValue(folder)!.FullName}: name it with --partners.");
            }

            var files = Load(parsed.GetValue(folder)!);
            foreach (var problem in files.Problems)
            {
                Console.WriteLine(parsed.GetValue(json)
                    ? CliJson.Text(problem)
                    : $"{problem.File}{(problem.Line is { } line ? $":{line}" : "")} {problem.Field}: {problem.Text} Expected: {problem.Expected}");
            }

            Console.WriteLine(parsed.GetValue(json)
                ? CliJson.Text(new { partners = files.All.Count, problems = files.Problems.Count })
                : $"{files.All.Count} partner(s) right, {files.Problems.Count} problem(s).");

            return files.Problems.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static PartnerFiles Load(DirectoryInfo folder)
    {
        var settings = new Dictionary<string, string?> { ["Hub:PartnersDirectory"] = folder.FullName };
        var services = new ServiceCollection().AddLogging().AddHub(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<PartnerFiles>();
    }
}
