using System.CommandLine;
using Hub.Proxy.Commands.Doctor;
using Hub.Proxy.Notices;
using Hub.Proxy.Routing;
using Hub.Proxy.Store.Upkeep;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub doctor</c>: binds and checks the whole configuration as <c>hub run</c> would, and says in plain English what to do. Changes nothing.</summary>
internal static class DoctorCommand
{
    public static Command Create(TimeProvider time)
    {
        var partners = new Option<string?>("--partners") { Description = "The folder of partner files (Hub:PartnersDirectory)." };
        var data = new Option<string?>("--data") { Description = "Where the store and the hub's keys live (Hub:DataDirectory)." };
        var (environment, json) = (CommonOptions.Environment(), CommonOptions.Json());
        var command = new Command(
            "doctor", "Check the whole configuration: settings, partner files, store, bus, disk, secrets, certificates, MESH mailboxes, rules, ports, and what is open to whom. "
                + "Status 1 where somebody should look, 2 where the hub would not start.")
        {
            partners, data, environment, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new Dictionary<string, string?>
            {
                ["Hub:PartnersDirectory"] = parsed.GetValue(partners),
                ["Hub:DataDirectory"] = parsed.GetValue(data),
                ["Hub:Environment"] = parsed.GetValue(environment),
            };
            var findings = await FindAsync(settings, time, cancellationToken);
            Print(findings, parsed.GetValue(json));
            return findings.Any(f => f is { Check: "settings", State: FindingState.Wrong }) ? HubCommand.Fault
                : findings.All(f => f.State == FindingState.Ok) ? HubCommand.Done
                : HubCommand.Found;
        });
        return command;
    }

    internal static async Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyDictionary<string, string?> settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(settings.Where(s => s.Value is not null))
            .Build();
        await using var provider = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddHub(configuration).AddSingleton(time).BuildServiceProvider();
        HubOptions options;
        DiskOptions disk;
        NoticeSettings notices;
        try
        {
            options = provider.GetRequiredService<IOptions<HubOptions>>().Value;
            disk = provider.GetRequiredService<IOptions<DiskOptions>>().Value;
            notices = provider.GetRequiredService<IOptions<NoticeSettings>>().Value;
        }
        catch (OptionsValidationException wrong)
        {
            return [.. wrong.Failures.Select(f => Finding.Bad("settings", f, "Correct the setting in appsettings.json or Hub__... in the environment; the hub does not start like this."))];
        }

        return
        [
            Finding.Good("settings", $"every setting is within its limits. Organisation {options.Organisation}, environment {(string.IsNullOrEmpty(options.Environment) ? "none" : options.Environment)}."),
            .. PartnerChecks.Find(provider.GetRequiredService<PartnerFiles>(), options.PartnersDirectory, time),
            .. await MailboxChecks.FindAsync(provider.GetRequiredService<PartnerFiles>().All, time, cancellationToken),
            .. await StoreChecks.FindAsync(options, disk, notices, time, cancellationToken),
            .. await DoorChecks.FindAsync(options, time, cancellationToken),
        ];
    }

    private static void Print(IReadOnlyList<Finding> findings, bool json)
    {
        foreach (var finding in findings)
        {
            if (json)
            {
                CliJson.Print(finding);
                continue;
            }

            var mark = finding.State switch { FindingState.Ok => "[green]ok   [/]", FindingState.Warning => "[yellow]look [/]", _ => "[red]WRONG[/]" };
            AnsiConsole.Markup($"{mark} ");
            Console.WriteLine($"{finding.Check}: {finding.Text}{(finding.NextStep is { } step ? $" Next: {step}" : "")}");
        }
    }
}
