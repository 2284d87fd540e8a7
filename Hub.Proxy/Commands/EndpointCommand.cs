using System.CommandLine;
using Hub.Proxy.Commands.Probe;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub endpoint probe</c>: what stands between the hub and a partner, in plain English.</summary>
internal static class EndpointCommand
{
    public static Command Create(TimeProvider time) => new("endpoint", "Look at the addresses the hub calls.") { Probe(time) };

    private static Command Probe(TimeProvider time)
    {
        var what = new Argument<string>("partner-or-address") { Description = "Id of a partner, or an address: https://host/fhir, mllp://host:port, mllps://host:port." };
        var seconds = new Option<double>("--timeout") { Description = "Seconds that each step may take, 0.2 to 60.", DefaultValueFactory = _ => 5 };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.2 and <= 60))
            {
                result.AddError("--timeout: seconds from 0.2 to 60 are expected.");
            }
        });
        var (folder, json) = (CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command(
            "probe", "Name, connection, TLS and certificate, FHIR metadata, token, MLLP, MESH handshake: what is right, what is wrong, who must act. Sends no message. Status 1 where somebody must act.")
        {
            what, seconds, folder, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, asJson) = (parsed.GetValue(what)!, parsed.GetValue(json));
            var targets = Targets(name, parsed.GetValue(folder)!, out var why);
            if (targets.Count == 0)
            {
                return CliJson.Fault(asJson, why);
            }

            var code = HubCommand.Done;
            foreach (var target in targets)
            {
                var findings = await new EndpointProbe(target, TimeSpan.FromSeconds(parsed.GetValue(seconds)), time).RunAsync(cancellationToken);
                code = findings.Any(f => f.Level >= FindingLevel.Warning) ? HubCommand.Found : code;
                Print(target, findings, asJson);
            }

            return code;
        });
        return command;
    }

    private static IReadOnlyList<ProbeTarget> Targets(string name, DirectoryInfo folder, out string why)
    {
        why = "";
        if (name.Contains("://", StringComparison.Ordinal))
        {
            why = "This is no address that can be probed: https://host/fhir, mllp://host:port or mllps://host:port.";
            return ProbeTarget.OfAddress(name) is { } target ? [target] : [];
        }

        if (!folder.Exists)
        {
            why = $"There is no folder {folder.FullName}: name it with --partners.";
            return [];
        }

        var files = PartnerCommand.Load(folder);
        why = files.Problems.Any(p => p.File == name + ".json")
            ? $"The file of {name} is faulty: hub partner validate names what is wrong."
            : files.Find(name) is null ? $"No partner file is called {name}.json in {folder.FullName}." : $"The hub calls {name} nowhere: its file names no address.";
        return files.Find(name) is { } partner ? ProbeTarget.OfPartner(partner) : [];
    }

    private static void Print(ProbeTarget target, IReadOnlyList<Finding> findings, bool json)
    {
        if (json)
        {
            foreach (var finding in findings)
            {
                CliJson.Print(new { address = target.Words, finding.Step, finding.Level, finding.Text, finding.Owner, finding.NextStep });
            }

            return;
        }

        Console.WriteLine(target.Words);
        foreach (var finding in findings)
        {
            var colour = finding.Level switch { FindingLevel.Bad => "red", FindingLevel.Warning => "yellow", FindingLevel.Good => "green", _ => "default" };
            AnsiConsole.MarkupLine($"  [{colour}]{finding.Level,-7}[/] {finding.Step,-11} {Markup.Escape(finding.Text)}");
            if (finding.Owner is not null)
            {
                AnsiConsole.MarkupLine($"          {Markup.Escape($"{finding.Owner}: {finding.NextStep}")}");
            }
        }
    }
}
