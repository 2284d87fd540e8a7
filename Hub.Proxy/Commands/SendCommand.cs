using System.CommandLine;
using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Commands.Try;

namespace Hub.Proxy.Commands;

/// <summary>
/// <c>hub send FILE --adapter PARTNER</c>: the very bytes a partner would be sent of a message file, or one real attempt with them. It stores nothing,
/// so a patient's message never goes this way: `hub run` sends those.
/// </summary>
internal static class SendCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<FileInfo>("file") { Description = "A message as for hub try: HL7 v2, a FHIR message or a JSON event." };
        var adapter = new Option<string>("--adapter") { Description = "Id of the recipient partner.", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print destination, headers and bytes; send nothing." };
        var confirmed = new Option<string?>("--send-to") { Description = "Really send, once: repeat the partner's destination exactly as --dry-run prints it. Only invented people, and only to a partner that expects a test." };
        var (partners, environment, json) = (CommonOptions.Partners(), CommonOptions.Environment(), CommonOptions.Json());
        var command = new Command("send", "Show (--dry-run) or send (--send-to DESTINATION) what one partner would get of a message file. Status 1 where it is told nothing, or did not take it.")
        {
            file, adapter, dryRun, confirmed, partners, environment, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var asJson = parsed.GetValue(json);
            var files = PartnerCommand.Load(parsed.GetValue(partners)!, parsed.GetValue(environment));
            if (files.Find(parsed.GetValue(adapter)!) is not { Role: PartnerRole.Recipient } partner)
            {
                return CliJson.Fault(asJson, $"There is no recipient {parsed.GetValue(adapter)} in {parsed.GetValue(partners)!.FullName}.");
            }

            if (!parsed.GetValue(file)!.Exists || parsed.GetValue(dryRun) == parsed.GetValue(confirmed) is not null)
            {
                return CliJson.Fault(asJson, parsed.GetValue(file)!.Exists ? "Say either --dry-run, or --send-to with the destination that it prints." : $"There is no file {parsed.GetValue(file)!.FullName}.");
            }

            await using var hub = await ScratchHub.OpenAsync(files, time, store: null, cancellationToken);
            await using var adapterOf = hub.Services.GetServices<IRecipientProtocol>().First(p => p.Name == partner.Protocol).Create(partner);
            var copies = await CopiesAsync(hub, parsed.GetValue(file)!, partner, adapterOf, time, cancellationToken);
            var destination = Destination(partner);
            if (parsed.GetValue(confirmed) is { } named && named != destination)
            {
                return CliJson.Fault(asJson, $"--send-to: {partner.Id} would be sent to {destination}. Repeat that exactly if it is meant.");
            }

            if (copies.Count == 0)
            {
                await Console.Error.WriteLineAsync($"{partner.Id} is told nothing of this message: hub try says who is.");
                return HubCommand.Found;
            }

            foreach (var copy in copies)
            {
                Print(partner, destination, copy, asJson);
            }

            return parsed.GetValue(dryRun) ? HubCommand.Done : await SendAsync(partner, adapterOf, copies, asJson, time, cancellationToken);
        });
        return command;
    }

    private static async Task<IReadOnlyList<FrozenCopy>> CopiesAsync(
        ScratchHub hub, FileInfo file, PartnerFile partner, IRecipientAdapter adapter, TimeProvider time, CancellationToken cancellationToken)
    {
        var copies = new List<FrozenCopy>();
        var name = Path.GetFileNameWithoutExtension(file.Name);
        var asked = new TriedAs(CareEventJson.TypeNames.Values.Contains(name) ? name : null, null, null);
        foreach (var message in TriedFile.Read(await File.ReadAllBytesAsync(file.FullName, cancellationToken), asked, hub.Services, time))
        {
            copies.AddRange(FrozenCopy.Of(await hub.PlanAsync(message, cancellationToken), partner, adapter));
        }

        return copies;
    }

    private static async Task<int> SendAsync(PartnerFile partner, IRecipientAdapter adapter, IReadOnlyList<FrozenCopy> copies, bool json, TimeProvider time, CancellationToken cancellationToken)
    {
        var taken = true;
        foreach (var copy in copies)
        {
            if ((copy.Delivery.HeldBecause ?? copy.Delivery.RefusedBecause) is { } stays)
            {
                Console.WriteLine($"Not sent: {stays}");
                taken = false;
                continue;
            }

            var outcome = await adapter.DeliverAsync(
                new OutboundMessage
                {
                    DeliveryId = Guid.CreateVersion7(time.GetUtcNow()), PartnerId = partner.Id, LaneId = 0, ProtocolMessageId = copy.Message.ProtocolMessageId, Bytes = copy.Message.Bytes,
                    MediaType = copy.Message.MediaType, Attempt = 1,
                },
                cancellationToken);
            taken &= outcome is Delivered or Awaited;
            Console.WriteLine(json
                ? CliJson.Text(new { partner = partner.Id, outcome = outcome.Name, reason = Reason(outcome) })
                : $"{outcome.Name}{(Reason(outcome) is { } reason ? $": {reason}" : "")}");
        }

        return taken ? HubCommand.Done : HubCommand.Found;
    }

    private static string? Reason(DeliveryOutcome outcome) => outcome switch
    {
        Hub.Adapters.Contract.Unknown unknown => unknown.Reason,
        Rejected rejected => rejected.Reason,
        Unavailable unavailable => unavailable.Reason,
        PartnerRefusesUs refuses => refuses.Reason,
        Awaited awaited => $"taken, to be answered later ({awaited.Within:c})",
        _ => null,
    };

    private static void Print(PartnerFile partner, string destination, FrozenCopy copy, bool json)
    {
        var text = Encoding.UTF8.GetString(copy.Message.Bytes.Span);
        var stays = copy.Delivery.HeldBecause ?? copy.Delivery.RefusedBecause;
        if (json)
        {
            CliJson.Print(new { partner = partner.Id, destination, copy.Delivery.Title, document = copy.Delivery.Part, copy.Message.MediaType, messageId = copy.Message.ProtocolMessageId, length = copy.Message.Bytes.Length, stays, content = text });
            return;
        }

        Console.WriteLine($"To      {partner.Id} at {destination}\nTitle   {copy.Delivery.Title}\nType    {copy.Message.MediaType}\nId      {copy.Message.ProtocolMessageId}\nLength  {copy.Message.Bytes.Length} bytes");
        Console.WriteLine(stays is null ? "" : $"Would stay here: {stays}\n");
        Console.WriteLine(text.Replace('\r', '\n'));
    }

    /// <summary>Where the partner's file says it goes.</summary>
    private static string Destination(PartnerFile partner) =>
        Text(partner, "endpoint") ?? Text(partner, "base") ?? $"{Text(partner, "host") ?? "an address of its protocol"}:{(partner.Settings.TryGetProperty("port", out var port) ? port.ToString() : "-")}";

    private static string? Text(PartnerFile partner, string name) =>
        partner.Settings.ValueKind == JsonValueKind.Object && partner.Settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
