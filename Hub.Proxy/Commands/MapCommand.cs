using System.CommandLine;
using System.Text.Json.Nodes;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Resources;
using Hub.Proxy.Commands.Try;
using Hub.Proxy.Intake;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Commands;

/// <summary><c>hub map explain ID</c>: where each element of a stored message's bundles came from, and what of the message is not mapped.</summary>
internal static class MapCommand
{
    public static Command Create(TimeProvider time) => new("map", "Look at how a message was mapped.") { Explain(time) };

    private static Command Explain(TimeProvider time)
    {
        var id = new Argument<Guid>("id") { Description = "Id of a delivery, an event or a received message." };
        var element = new Option<string?>("--element") { Description = "Only elements that begin so, such as Patient.name." };
        var rules = new Option<DirectoryInfo?>("--rules") { Description = "The folder of monitoring rules, as in Hub:RulesDirectory." };
        var (data, partners, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command(
            "explain",
            "For every element of what was composed: the field it comes from, the value, the rule, the table row; then what of the message is not mapped. Found by running the mapping again with one value changed at a time. "
            + "It is about a person: handle it so. Status 1 where today's mapping makes other bytes than were stored.")
        {
            id, element, rules, data, partners, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var stored = new StoredMessages(() => StoreStart.Context(options));
            if (await stored.ResolveAsync(parsed.GetValue(id), cancellationToken) is not { } receivedId
                || await stored.ReadAsync(receivedId, cancellationToken) is not { } message)
            {
                return CliJson.NotFound(parsed.GetValue(json), "There is no message, event or delivery of this id.");
            }

            await StoreReading.AuditAsync(options, new(AuditKind.Read, StoreReading.User, $"message/{receivedId}") { Result = "mapping" }, cancellationToken);
            if (StoredMapping.TextOf(message) is not { } text)
            {
                return CliJson.NotFound(parsed.GetValue(json), "The original bytes of this message were not kept, or no longer are: nothing can be traced.");
            }

            var files = PartnerCommand.Load(parsed.GetValue(partners)!).All;
            var slots = StoredMapping.SlotsOf(message, text.Read(files).Events, asHeldNow: true);
            var trace = MappingTracer.Of(new TraceRequest(text, slots, files, MonitoringRuleBook.Open(parsed.GetValue(rules)?.FullName, time).Enabled));
            return await PrintAsync(stored, message, trace, parsed.GetValue(id), new TracePrinter(parsed.GetValue(json), parsed.GetValue(element)), files, cancellationToken);
        });
        return command;
    }

    private static async Task<int> PrintAsync(
        StoredMessages stored, StoredMessage message, MappingTrace trace, Guid asked, TracePrinter printer, IReadOnlyList<Adapters.Contract.PartnerFile> files,
        CancellationToken cancellationToken)
    {
        var all = true;
        var wanted = message.Events.Any(e => e.Row.Id == asked || e.Deliveries.Any(d => d.Id == asked)) ? asked : (Guid?)null;
        var deliveries = message.Events.SelectMany(e => e.Deliveries.Select(d => (Event: e, Delivery: d)))
            .Where(d => d.Delivery.ReplayOf is null && (wanted is null || d.Event.Row.Id == wanted || d.Delivery.Id == wanted));
        foreach (var (storedEvent, delivery) in deliveries)
        {
            var index = trace.Message.Events.ToList().FindIndex(e => e.EventId == storedEvent.Row.Id);
            var copy = new TracedCopy(index, delivery.Audience, delivery.Part);
            var today = trace.Message.Events.ElementAtOrDefault(index)?.Copies.FirstOrDefault(c => c.Recipient.Audience == delivery.Audience && c.Part == delivery.Part)?.Body.Json;
            var sent = delivery is { FrozenPayloadId: { } frozen, MediaType: { } media } && media.Contains("json", StringComparison.Ordinal) ? await stored.ContentAsync(frozen, cancellationToken) : null;
            var truth = TraceTruth.Of(message, delivery, await stored.ContentAsync(delivery.BodyPayloadId, cancellationToken), today, files, sent);
            all &= truth.Reproduced;
            if (today is null)
            {
                await Console.Error.WriteLineAsync($"To {delivery.RecipientName}: {truth.Words} Today nothing is composed for this reader.");
                continue;
            }

            printer.PrintCopy(Head(message, storedEvent, delivery, today.Value), trace, copy, truth);
        }

        printer.PrintFields(trace);
        return all ? HubCommand.Done : HubCommand.Found;
    }

    private static TracedHead Head(StoredMessage message, StoredEvent storedEvent, DeliveryRow delivery, ReadOnlyMemory<byte> body) => new(delivery.RecipientName)
    {
        MessageId = message.Received.Id,
        DeliveryId = delivery.Id,
        MappedBy = message.Received.MappingVersion,
        Provenance = message.Received.Protocol != Hl7v2SourceSettingsReader.Protocol ? null : JsonNode.Parse(FhirJson.Write(TransformationProvenance.Of(
            (JsonNode.Parse(body.Span)!["entry"] as JsonArray ?? []).Select(e => (string)e!["fullUrl"]!), storedEvent.Event.SourceMessageId.Value, message.Received.ReceivedAt,
            message.Received.MappingVersion ?? "", message.Received.Organisation))),
    };
}
