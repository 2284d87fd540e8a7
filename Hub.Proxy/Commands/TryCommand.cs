using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Hub.Proxy.Commands.Try;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub try FILE</c>: what one message would become, by the same path as a real one, with nothing stored that stays and nothing sent.</summary>
internal static class TryCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<FileInfo>("file") { Description = "An HL7 v2 message (framed or not, one or a batch) or a JSON event." };
        var partners = CommonOptions.Partners();
        var type = new Option<string?>("--type") { Description = "The event's name, for a JSON file without a type of its own, such as discharge." };
        var source = new Option<string?>("--as") { Description = "Read HL7 v2 as if this source partner had sent it, whatever MSH-3 and MSH-4 say." };
        var kind = new Option<string?>("--kind") { Description = "Take HL7 v2 for crt or ward, whatever the source's rules say." };
        kind.AcceptOnlyFromAmong("crt", "ward");
        var bundle = new Option<bool>("--bundle") { Description = "Print each composed FHIR bundle whole." };
        var json = CommonOptions.Json();
        var command = new Command("try", "Show what a message file would become: the event read, resources and profiles, recipients, every issue. Sends nothing.")
        {
            file, partners, type, source, kind, bundle, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (!path.Exists)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no file {path.FullName}.");
            }

            var printer = new TryPrinter(parsed.GetValue(json), parsed.GetValue(bundle));
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
        var folder = Directory.CreateTempSubdirectory("hub-try-").FullName;
        try
        {
            var settings = new Dictionary<string, string?> { ["Hub:PartnersDirectory"] = partners.FullName, ["Hub:DataDirectory"] = folder, ["Hub:Organisation"] = "TRY" };
            await using var provider = new ServiceCollection().AddLogging()
                .AddHub(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();
            await StoreStart.MigrateAsync(provider.GetRequiredService<StoreOptions>(), cancellationToken);
            var planner = provider.GetRequiredService<IntakePlanner>();
            var found = false;
            if (asked.Source is { } named && provider.GetRequiredService<IPartnerDirectory>().Find(named) is not { Role: PartnerRole.Source })
            {
                await Console.Error.WriteLineAsync($"--as: there is no source partner {named} in {partners.FullName}.");
                return HubCommand.Fault;
            }

            foreach (var message in Read(content, asked, provider, time))
            {
                found |= message.Refusal is not null;
                var plan = message.Refusal is { } refusal
                    ? IntakePlanner.PlanRefusal(Guid.CreateVersion7(time.GetUtcNow()), message.Received, refusal, time)
                    : await planner.PlanAsync(Guid.CreateVersion7(time.GetUtcNow()), message.Received, message.Events, cancellationToken);
                printer.Print(plan);
            }

            return found ? HubCommand.Found : HubCommand.Done;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<TriedMessage> Read(byte[] content, TriedAs asked, IServiceProvider provider, TimeProvider time)
    {
        var directory = provider.GetRequiredService<IPartnerDirectory>();
        if (content.AsSpan().TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..])
        {
            return [TriedMessage.OfJson(content, asked.Type, directory, time.GetUtcNow())];
        }

        // A file saved from a capture may still have its MLLP frame.
        var bytes = content.AsSpan().Trim([(byte)0x0B, (byte)0x1C]).ToArray();
        return Hl7v2MessageReader.ReadAll(bytes, asked.Sources(provider.GetRequiredService<Hl7v2Sources>().Current(), bytes), time.GetUtcNow()).Select(TriedMessage.OfHl7);
    }
}
