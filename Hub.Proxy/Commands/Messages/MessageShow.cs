using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands.Messages;

/// <summary><c>hub message show|trace ID</c>: one message with its content, or its story without.</summary>
internal static class MessageShow
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Show() => Verb(
        "show", "One message: as it came, the event read from it, each copy with its attempts, answers and why it waits. It is about a person: handle it so.", content: true,
        async (message, timeline, stored, json, token) =>
        {
            var whole = await stored.ReadAsync(message.Received.Id, token);
            if (json)
            {
                PrintJson(message, whole);
                return;
            }

            PrintReceived(message, whole);
            foreach (var one in message.Events)
            {
                var copy = whole?.Events.FirstOrDefault(e => e.Row.Id == one.Event.Id);
                AnsiConsole.MarkupLine($"[bold]event[/] {one.Event.Type} {one.Event.Id}");
                Console.WriteLine(copy is null ? "  its content was emptied when its time was over" : JsonNode.Parse(CareEventJson.Write(copy.Event))!.ToJsonString(Indented));
                one.Deliveries.ToList().ForEach(Print);
            }

            foreach (var entry in await timeline.AttentionOfMessageAsync(message, token))
            {
                AnsiConsole.MarkupLine($"[yellow]attention[/] {Markup.Escape(entry.Kind)}{(entry.ClosedAt is null ? "" : " (closed)")}: {Markup.Escape(entry.Reason)} {Markup.Escape(entry.Owner)}: {Markup.Escape(entry.NextStep)}");
            }
        });

    public static Command Trace() => Verb(
        "trace", "The story of one message, step by step with times: what came, what was composed, each attempt, each answer, who decided what. No patient data.", content: false,
        async (message, timeline, _, json, token) =>
        {
            DateTimeOffset? first = null;
            foreach (var line in MessageStory.Of(message, await timeline.AttentionOfMessageAsync(message, token)))
            {
                first ??= line.At;
                if (json)
                {
                    CliJson.Print(line);
                    continue;
                }

                AnsiConsole.MarkupLine($"{line.At:yyyy-MM-dd HH:mm:ss.fff} UTC [grey]+{(line.At - first.Value).TotalSeconds,9:0.000} s[/] [bold]{line.Step,-10}[/] {Markup.Escape(line.Recipient is { } who ? who + ": " : "")}{Markup.Escape(line.What)}");
            }
        });

    private static Command Verb(string verb, string description, bool content, Func<ReceivedView, Timeline, StoredMessages, bool, CancellationToken, Task> print)
    {
        var id = new Argument<Guid>("id") { Description = "Id of a received message, an event or a delivery." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command(verb, description) { id, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if ((content ? StoreReading.Audited(parsed.GetValue(data)!) : StoreReading.Options(parsed.GetValue(data)!)) is not { } options)
            {
                return HubCommand.Fault;
            }

            var (timeline, stored) = (new Timeline(() => StoreStart.Context(options)), new StoredMessages(() => StoreStart.Context(options)));
            if (await stored.ResolveAsync(parsed.GetValue(id), cancellationToken) is not { } receivedId
                || await timeline.OfMessagesAsync([receivedId], cancellationToken) is not [var message])
            {
                return CliJson.NotFound(parsed.GetValue(json), "There is no message, event or delivery of this id.");
            }

            if (content)
            {
                await StoreReading.AuditAsync(options, new(AuditKind.Read, StoreReading.User, $"message/{receivedId}") { Result = "content" }, cancellationToken);
            }

            await print(message, timeline, stored, parsed.GetValue(json), cancellationToken);
            return HubCommand.Done;
        });
        return command;
    }

    private static void PrintReceived(ReceivedView message, StoredMessage? whole)
    {
        var received = message.Received;
        AnsiConsole.MarkupLine($"[bold]received[/] {received.Id} {received.ReceivedAt:yyyy-MM-dd HH:mm:ss.fff} UTC from {Markup.Escape(received.SourceId)} ({received.Protocol}): {Markup.Escape(received.Kind ?? "-")} {Markup.Escape(received.MessageKey ?? "")}");
        Console.WriteLine($"  answered {received.Outcome}; mapped by {received.MappingVersion ?? "-"}, partner file {received.PartnerFileHash?[..12] ?? "-"}; came again {received.Repeats} time(s)");
        if (received.SetAsideBecause is { } why)
        {
            Console.WriteLine("  " + why);
        }

        if (received.Problems is { } problems)
        {
            Console.WriteLine("  " + problems);
        }

        Console.WriteLine(whole?.Original is not { } bytes ? "  its bytes were not kept, or no longer are" : Readable(bytes, received.Protocol));
    }

    private static void Print(DeliveryView copy)
    {
        var delivery = copy.Delivery;
        AnsiConsole.MarkupLine($"  [bold]to[/] {Markup.Escape(delivery.RecipientName)} {delivery.Id}: {Markup.Escape(MessageStory.StateOf(delivery))}");
        Console.WriteLine($"    {delivery.Audience}, {delivery.Urgency}: {delivery.Title}; message {delivery.ProtocolMessageId ?? "not bound yet"}");
        if (delivery.ReplayOf is { } original)
        {
            Console.WriteLine($"    replay of {original} ({delivery.ReplayForm}) by {delivery.ReplayedBy}: {delivery.ReplayNote}");
        }

        if (delivery.AwaitedSince is { } since)
        {
            Console.WriteLine($"    taken {since:yyyy-MM-dd HH:mm:ss} UTC to be answered later, by {delivery.AwaitedUntil:yyyy-MM-dd HH:mm:ss} UTC; the carrier calls it {delivery.CarrierId ?? "nothing"}; {delivery.AnswerStage?.ToString() ?? "no stage"} so far");
        }

        foreach (var attempt in copy.Attempts)
        {
            Console.WriteLine($"    attempt {attempt.Number} {attempt.StartedAt:HH:mm:ss.fff} to {attempt.EndedAt:HH:mm:ss.fff}: {attempt.Outcome ?? "under way"} {attempt.Reason}");
        }

        foreach (var answer in copy.Answers)
        {
            Console.WriteLine($"    answer {answer.ReceivedAt:HH:mm:ss.fff}: {answer.Outcome} {answer.SentCode} to {answer.AnswersMessageId}{MessageStory.HowItCame(answer)}");
        }
    }

    private static void PrintJson(ReceivedView message, StoredMessage? whole) => CliJson.Print(new
    {
        message.Received.Id, message.Received.ReceivedAt, message.Received.SourceId, message.Received.Protocol, message.Received.Kind, message.Received.MessageKey, message.Received.Outcome,
        message.Received.SetAsideBecause, message.Received.MappingVersion, message.Received.PartnerFileHash, original = whole?.Original is { } bytes ? Encoding.UTF8.GetString(bytes) : null,
        events = message.Events.Select(e => new
        {
            e.Event.Id, e.Event.Type, content = whole?.Events.FirstOrDefault(w => w.Row.Id == e.Event.Id) is { } copy ? JsonNode.Parse(CareEventJson.Write(copy.Event)) : null,
            deliveries = e.Deliveries.Select(d => new
            {
                d.Delivery.Id, d.Delivery.PartnerId, recipient = d.Delivery.RecipientName, d.Delivery.Audience, d.Delivery.Title, d.Delivery.State, returned = d.Delivery.IsReturned,
                waitingBecause = d.Delivery.HeldReason ?? d.Delivery.WaitingBecause, d.Delivery.ProtocolMessageId, d.Delivery.CarrierId, d.Delivery.AwaitedSince, d.Delivery.AwaitedUntil, d.Delivery.AnswerStage, d.Delivery.ReplayOf, d.Delivery.ReplayForm, d.Delivery.ReplayedBy, d.Delivery.ReplayNote,
                attempts = d.Attempts.Select(a => new { a.Number, a.StartedAt, a.EndedAt, a.Outcome, a.Reason }),
                answers = d.Answers.Select(a => new { a.ReceivedAt, a.Outcome, a.SentCode, a.AnswersMessageId, a.Stage, a.Late }),
            }),
        }),
    });

    private static string Readable(byte[] bytes, string protocol)
    {
        if (protocol == Hl7v2SourceSettingsReader.Protocol)
        {
            return string.Join('\n', Hl7Leaves.Of(bytes).Select(leaf => $"  {leaf.Path,-12} {leaf.Value}"));
        }

        try
        {
            return JsonNode.Parse(bytes)!.ToJsonString(Indented);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(bytes); // XML, or what somebody sent instead of a message
        }
    }
}
