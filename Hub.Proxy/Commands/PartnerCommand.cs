using System.CommandLine;
using System.Text.Json;
using Hub.Proxy.Routing;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner ...</c>; here <c>list</c> and <c>validate</c>: what the partner files say, and what is wrong with them.</summary>
internal static class PartnerCommand
{
    public static Command Create(TimeProvider time) => new("partner", "Make, check, test and compare partner files; hold and release partners.")
    {
        PartnerNewCommand.Create(),
        List(),
        Validate(),
        PartnerTestCommand.Create(time),
        PartnerDiffCommand.Create(),
        PartnerSchemaCommand.Create(),
        PartnerKeyCommand.Create(),
        PartnerOutcomes.Create(),
        PartnerStatusCommand.Create(),
        PartnerSwitch.Hold(),
        PartnerSwitch.Release(),
        PartnerTrial.Create(time),
    };

    private static Command List()
    {
        var (folder, environment, json) = (CommonOptions.Partners(), CommonOptions.Environment(), CommonOptions.Json());
        var command = new Command("list", "The partners that would run.") { folder, environment, json };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(folder)!.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no folder {parsed.GetValue(folder)!.FullName}: name it with --partners.");
            }

            var files = Load(parsed.GetValue(folder)!, parsed.GetValue(environment));
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
        var (folder, environment, json) = (CommonOptions.Partners(), CommonOptions.Environment(), CommonOptions.Json());
        var command = new Command("validate", "Check every partner file, bind it and try it; status 1 if anything is wrong.") { folder, environment, json };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(folder)!.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no folder {parsed.GetValue(folder)!.FullName}: name it with --partners.");
            }

            var files = Load(parsed.GetValue(folder)!, parsed.GetValue(environment));
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

    internal static PartnerFiles Load(DirectoryInfo folder, string? environment = null)
    {
        using var provider = Provider(folder, environment: environment);
        return provider.GetRequiredService<PartnerFiles>();
    }

    internal static ServiceProvider Provider(DirectoryInfo folder, DirectoryInfo? rules = null, string? environment = null, string? pds = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:PartnersDirectory"] = folder.FullName, ["Hub:RulesDirectory"] = rules?.FullName, ["Hub:Environment"] = environment, ["Hub:PdsFile"] = pds,
        };
        var services = new ServiceCollection().AddLogging().AddHub(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider();
    }
}
