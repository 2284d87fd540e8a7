using System.CommandLine;
using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands.Messages;

/// <summary>The options that messages are chosen by; <c>find</c> and <c>replay</c> share them.</summary>
internal sealed class MessageFilter
{
    private readonly Option<string?> nhs = new("--nhs-number") { Description = "NHS number; `-` reads it from standard input, so that it stands in no list of processes. It is looked up by its keyed hash and never printed." };
    private readonly Option<string?> control = new("--control-id") { Description = "The sender's id of the message (MSH-10, MessageHeader.id, Idempotency-Key), or the id it left the hub under." };
    private readonly Option<string?> partner = new("--partner") { Description = "A source or a recipient." };
    private readonly Option<DeliveryState?> state = new("--state") { Description = "One of its copies stands so: waiting, sending, delivered, refused, unknown, held, unroutable, superseded, shadow." };
    private readonly Option<IntakeOutcome?> outcome = new("--outcome") { Description = "What became of it at intake: accepted, setaside, conflict, parked, rejected." };
    private readonly Option<DateTimeOffset?> since = new("--since") { Description = "Received at or after this time (ISO 8601; without an offset it is UTC)." };
    private readonly Option<DateTimeOffset?> until = new("--until") { Description = "Received before this time." };
    private readonly Option<int> max = new("--max") { Description = "How many at most.", DefaultValueFactory = _ => 50 };
    private readonly Option<Guid?> after = new("--after") { Description = "Id of the last message of the page before." };

    public MessageFilter()
    {
        foreach (var time in new[] { since, until })
        {
            time.CustomParser = result =>
            {
                if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                {
                    return at;
                }

                result.AddError($"{time.Name}: a time such as 2026-05-03T17:40Z is expected.");
                return null;
            };
        }
    }

    public IEnumerable<Option> Options => [nhs, control, partner, state, outcome, since, until, max, after];

    public bool NeedsKey(ParseResult parsed) => parsed.GetValue(nhs) is not null;

    /// <summary>True where anything restricts the search.</summary>
    public bool IsGiven(ParseResult parsed) => new Option[] { nhs, control, partner, state, outcome, since, until }.Any(o => parsed.GetResult(o) is { Implicit: false });

    public int Max(ParseResult parsed) => parsed.GetValue(max);

    /// <exception cref="InvalidOperationException">It is no NHS number.</exception>
    public MessageQuery Read(ParseResult parsed)
    {
        var text = parsed.GetValue(nhs) is "-" ? Console.ReadLine() : parsed.GetValue(nhs);
        NhsNumber? number = null;
        if (text is not null && !NhsNumber.TryParse(text, out number))
        {
            throw new InvalidOperationException("--nhs-number: that is no NHS number; its length or its check digit is wrong.");
        }

        return new MessageQuery
        {
            NhsNumber = number, ControlId = parsed.GetValue(control), Partner = parsed.GetValue(partner), State = parsed.GetValue(state), Outcome = parsed.GetValue(outcome),
            Since = parsed.GetValue(since), Until = parsed.GetValue(until), Max = parsed.GetValue(max), After = parsed.GetValue(after),
        };
    }
}

/// <summary><c>hub message find</c>: one search over everything, newest first.</summary>
internal static class MessageFind
{
    public static Command Create()
    {
        var filter = new MessageFilter();
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("find", "Find messages by person, id, partner, state or time; newest first. Prints no name and no number. Status 1 if there is none.") { data, json };
        foreach (var option in filter.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            if ((filter.NeedsKey(parsed) ? StoreReading.Searching(parsed.GetValue(data)!) : StoreReading.Options(parsed.GetValue(data)!)) is not { } options)
            {
                return HubCommand.Fault;
            }

            var ids = await new MessageSearch(() => StoreStart.Context(options), options).FindAsync(filter.Read(parsed), cancellationToken);
            var found = await new Timeline(() => StoreStart.Context(options)).OfMessagesAsync(ids, cancellationToken);
            foreach (var message in found)
            {
                Print(message, parsed.GetValue(json));
            }

            if (found.Count == filter.Max(parsed))
            {
                await Console.Error.WriteLineAsync($"There may be more: --after {found[^1].Received.Id} shows the next page.");
            }

            return found.Count == 0 ? HubCommand.Found : HubCommand.Done;
        });
        return command;
    }

    private static void Print(ReceivedView message, bool json)
    {
        var received = message.Received;
        var copies = message.Events.SelectMany(e => e.Deliveries).ToList();
        if (json)
        {
            CliJson.Print(new
            {
                received.Id, received.ReceivedAt, received.SourceId, received.Kind, received.MessageKey, received.Outcome, received.Repeats,
                events = message.Events.Select(e => new { e.Event.Id, e.Event.Type }),
                deliveries = copies.Select(c => new
                {
                    c.Delivery.Id, c.Delivery.PartnerId, recipient = c.Delivery.RecipientName, c.Delivery.State, waitingBecause = c.Delivery.HeldReason ?? c.Delivery.WaitingBecause,
                    attempts = c.Attempts.Count, c.Delivery.ProtocolMessageId, c.Delivery.ReplayOf,
                }),
            });
            return;
        }

        AnsiConsole.MarkupLine($"[bold]{received.Id}[/] {received.ReceivedAt:yyyy-MM-dd HH:mm:ss} UTC  {Markup.Escape(received.SourceId)} {Markup.Escape(received.Kind ?? "-")} {Markup.Escape(received.MessageKey ?? "")}: {received.Outcome}, {string.Join(", ", message.Events.Select(e => e.Event.Type))}");
        foreach (var copy in copies)
        {
            AnsiConsole.MarkupLine($"  {copy.Delivery.Id} {Markup.Escape(copy.Delivery.RecipientName)}: {Markup.Escape(MessageStory.StateOf(copy.Delivery))}");
        }
    }
}
