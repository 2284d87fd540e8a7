using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Commands.Try;

namespace Hub.Proxy.Commands;

/// <summary><c>hub try FILE</c>: what one message would become, by the same path as a real one, with nothing stored that stays and nothing sent.</summary>
internal static class TryCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<FileInfo>("file") { Description = "An HL7 v2 message (framed or not, one or a batch), a FHIR message (JSON or XML) or a JSON event." };
        var partners = CommonOptions.Partners();
        var type = new Option<string?>("--type") { Description = "The event's name, for a JSON file without a type of its own, such as discharge." };
        var source = new Option<string?>("--as") { Description = "Read HL7 v2 or FHIR as if this source partner had sent it, whatever MSH-3 and MSH-4 or MessageHeader.source say." };
        var kind = new Option<string?>("--kind") { Description = "Take HL7 v2 for crt or ward, whatever the source's rules say." };
        kind.AcceptOnlyFromAmong("crt", "ward");
        var bundle = new Option<bool>("--bundle") { Description = "Print each composed FHIR bundle whole." };
        var explain = new Option<bool>("--explain") { Description = "Also show for each element of each bundle where it comes from, and what of the message is not mapped." };
        var json = CommonOptions.Json();
        var command = new Command("try", "Show what a message file would become: the event read, resources and profiles, recipients, every issue. Sends nothing.")
        {
            file, partners, type, source, kind, bundle, explain, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (!path.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no file {path.FullName}.");
            }

            var printer = new TryPrinter(parsed.GetValue(json), parsed.GetValue(bundle)) { Trace = parsed.GetValue(explain) ? new TracePrinter(parsed.GetValue(json), element: null) : null };
            if (!parsed.GetValue(partners)!.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no folder of partner files {parsed.GetValue(partners)!.FullName}: name it with --partners.");
            }

            var asked = new TriedAs(parsed.GetValue(type) ?? EventNameOf(path), parsed.GetValue(source), parsed.GetValue(kind));
            return await TryAsync(await File.ReadAllBytesAsync(path.FullName, cancellationToken), asked, parsed.GetValue(partners)!, printer, time, cancellationToken);
        });
        return command;
    }

    /// <summary>A JSON file may be named after its event, as the examples in profiles/examples/events are.</summary>
    private static string? EventNameOf(FileInfo file) =>
        Path.GetFileNameWithoutExtension(file.Name) is var name && CareEventJson.TypeNames.Values.Contains(name) ? name : null;

    private static async Task<int> TryAsync(
        byte[] content, TriedAs asked, DirectoryInfo partners, TryPrinter printer, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var hub = await ScratchHub.OpenAsync(PartnerCommand.Load(partners), time, store: null, cancellationToken);
        if (asked.Source is { } named && hub.Partners.Find(named) is not { Role: PartnerRole.Source })
        {
            await Console.Error.WriteLineAsync($"--as: there is no source partner {named} in {partners.FullName}.");
            return HubCommand.Fault;
        }

        var found = false;
        foreach (var message in TriedFile.Read(content, asked, hub.Services, time))
        {
            found |= message.Refusal is not null;
            printer.Print(await hub.PlanAsync(message, cancellationToken), message.NotMapped);
            if (message.Refusal is null)
            {
                printer.Explain(message.Received, asked.Partners(hub.Partners.All, message.Received));
            }
        }

        return found ? HubCommand.Found : HubCommand.Done;
    }
}
