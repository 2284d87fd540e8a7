using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Spectre.Console;

namespace Hub.Proxy.Commands.Messages;

/// <summary><c>hub message replay</c>: sends stored messages to one partner again, or says why not. Without a form named it only says what would be.</summary>
internal static class MessageReplay
{
    /// <summary>Where nobody names a rate: a partner is not to be flooded by an oversight.</summary>
    private const double UsualPerSecond = 1;

    private static readonly Argument<Guid[]> Ids = new("ids") { Description = "Ids of messages, events or deliveries; or choose them by the same options as `hub message find`.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string> To = new("--to") { Description = "The partner that is to have them.", Required = true };
    private static readonly Option<bool> Preview = new("--preview") { Description = "Say what would be sent, to whom it would be a duplicate and what is refused; send nothing. So it is too where no form is named." };
    private static readonly Option<bool> AsSent = new("--as-sent") { Description = "Send the very bytes again, under the same message id. Only what was neither accepted nor superseded." };
    private static readonly Option<bool> Remap = new("--remap") { Description = "Map the original anew with today's version and files; stamped COPY where the partner accepted it or knows of something newer." };
    private static readonly Option<string?> Rate = new("--rate") { Description = "How fast: 5/s, 30/min, 100/h. One a second where left out." };
    private static readonly Option<string?> By = new("--by") { Description = "Who asks for it: kept with each replay." };
    private static readonly Option<string?> Note = new("--note") { Description = "Why: kept with each replay." };
    private static readonly Option<DirectoryInfo?> Rules = new("--rules") { Description = "The folder of monitoring rules, as in Hub:RulesDirectory." };

    public static Command Create(TimeProvider time)
    {
        var filter = new MessageFilter();
        var (data, partners, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("replay", "Send messages to one partner again: each replay is a delivery of its own that names its original, who asked and why. Status 1 if any is refused.")
        {
            Ids, To, Preview, AsSent, Remap, Rate, By, Note, Rules, data, partners, json,
        };
        foreach (var option in filter.Options.Where(o => o.Name != "--partner")) // the recipient is --to
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            var chosen = new[] { Preview, AsSent, Remap }.Count(o => result.GetValue(o));
            if (chosen > 1)
            {
                result.AddError("One of --preview, --as-sent and --remap is expected.");
            }
            else if ((result.GetValue(AsSent) || result.GetValue(Remap)) && (string.IsNullOrWhiteSpace(result.GetValue(By)) || string.IsNullOrWhiteSpace(result.GetValue(Note))))
            {
                result.AddError("--by and --note are expected: who asks for it, and why.");
            }
            else if (result.GetValue(Rate) is { } rate && PartnerSwitch.ParseRate(rate) is null)
            {
                result.AddError("--rate: a number with /s, /min or /h is expected, from 1/h to 1000/s.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            await using var provider = PartnerCommand.Provider(parsed.GetValue(partners)!, parsed.GetValue(Rules));
            if (provider.GetRequiredService<IPartnerDirectory>().Find(parsed.GetValue(To)!) is not { Role: PartnerRole.Recipient } partner)
            {
                return CliJson.Fault(parsed.GetValue(json), $"--to: there is no recipient {parsed.GetValue(To)} in {parsed.GetValue(partners)!.FullName}.");
            }

            if (parsed.GetValue(Ids)!.Length == 0 && !filter.IsGiven(parsed))
            {
                return CliJson.Fault(parsed.GetValue(json), "Name messages by their ids, or choose them: --since, --until, --state, --nhs-number, --control-id.");
            }

            using var store = StoreStart.Open(options, time);
            var stored = new StoredMessages(() => StoreStart.Context(options));
            var planner = new ReplayPlanner(stored, store, provider.GetRequiredService<DeliveryPlanner>(), provider.GetRequiredService<IPartnerDirectory>(), provider.GetServices<IRecipientProtocol>(), time);
            var chosen = await ChooseAsync(parsed, filter, options, stored, partner, cancellationToken);
            return await RunAsync(parsed, parsed.GetValue(json), chosen, planner, stored, store, partner, cancellationToken);
        });
        return command;
    }

    private static async Task<IReadOnlyList<Guid>> ChooseAsync(
        ParseResult parsed, MessageFilter filter, StoreOptions options, StoredMessages stored, PartnerFile partner, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Ids) is { Length: > 0 } ids)
        {
            return ids;
        }

        // Oldest first: so they came, and so they go.
        var found = await new MessageSearch(() => StoreStart.Context(options), options).FindAsync(filter.Read(parsed), cancellationToken);
        return [.. found.Reverse()];
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, bool json, IReadOnlyList<Guid> chosen, ReplayPlanner planner, StoredMessages stored, MessageStore store, PartnerFile partner,
        CancellationToken cancellationToken)
    {
        var form = parsed.GetValue(AsSent) ? ReplayForm.AsSent : parsed.GetValue(Remap) ? ReplayForm.Remap : (ReplayForm?)null;
        var perSecond = parsed.GetValue(Rate) is { } rate ? PartnerSwitch.ParseRate(rate)!.Value : UsualPerSecond;
        var (queued, refused) = (0, 0);
        foreach (var id in chosen)
        {
            if (await stored.ResolveAsync(id, cancellationToken) is not { } receivedId || await stored.ReadAsync(receivedId, cancellationToken) is not { } message)
            {
                refused++;
                Say(json, id, null, form, "There is no message, event or delivery of this id.");
                continue;
            }

            var isDelivery = message.Events.Any(e => e.Deliveries.Any(d => d.Id == id));
            var replays = await planner.PlanAsync(message, partner, isDelivery ? id : null, cancellationToken);
            if (replays.Count == 0)
            {
                refused++;
                Say(json, id, null, form, $"{partner.Name} was never to have this message. Its mapping or its routing must change first, and the sender send it again.");
            }

            foreach (var replay in replays)
            {
                var why = form is { } wanted ? replay.Refused(wanted) : replay.Judgement is { AsSentRefused: not null, RemapRefused: { } neither } ? neither : null;
                if (why is null && form is { } go)
                {
                    var order = await planner.OrderAsync(replay, go, parsed.GetValue(By)!, parsed.GetValue(Note)!, TimeSpan.FromSeconds(queued / perSecond));
                    why = await store.ReplayAsync(order, cancellationToken) ? null : "It has moved on meanwhile: look at it again.";
                    queued += why is null ? 1 : 0;
                    Say(json, id, replay, form, why, order.DeliveryId);
                }
                else
                {
                    Say(json, id, replay, form, why);
                }

                refused += why is null ? 0 : 1;
            }
        }

        Console.WriteLine(json ? CliJson.Text(new { queued, refused, perSecond }) : form is null ? $"Nothing was sent. {refused} refused." : $"{queued} queued at {perSecond:0.###} a second, {refused} refused.");
        return refused == 0 ? HubCommand.Done : HubCommand.Found;
    }

    private static void Say(bool json, Guid asked, Replay? replay, ReplayForm? form, string? refused, Guid? deliveryId = null)
    {
        if (json)
        {
            CliJson.Print(new
            {
                asked, original = replay?.Original.Id, state = replay?.Original.State, title = replay?.Today?.Title ?? replay?.Original.Title, form, refused, delivery = refused is null ? deliveryId : null,
                replay?.Judgement.AsSentRefused, replay?.Judgement.RemapRefused, replay?.Judgement.Duplicate, replay?.Stamp, heldBecause = replay?.Today?.HeldBecause,
            });
            return;
        }

        AnsiConsole.MarkupLine($"[bold]{asked}[/] {Markup.Escape(replay is null ? "" : $"\"{replay.Original.Title}\" to {replay.Partner.Name}, {replay.Original.State.ToString().ToLowerInvariant()}")}");
        if (refused is not null)
        {
            AnsiConsole.MarkupLine($"  [red]refused[/]: {Markup.Escape(refused)}");
        }

        if (replay is null)
        {
            return;
        }

        if (form is null)
        {
            Console.WriteLine($"  --as-sent: {replay.Judgement.AsSentRefused ?? "the same bytes under the same id; a recipient that remembers ids may answer as it did then"}");
            Console.WriteLine($"  --remap: {replay.Judgement.RemapRefused ?? (replay.Today?.HeldBecause is { } held ? "composed, and held: " + held : replay.Stamp is { } stamp ? $"stamped \"{stamp}\"" : "as today's mapping renders it")}");
        }

        if (replay.Judgement.Duplicate is { } twice)
        {
            AnsiConsole.MarkupLine($"  [yellow]duplicate[/]: {Markup.Escape(twice)}");
        }

        if (refused is null && deliveryId is { } queued)
        {
            Console.WriteLine($"  queued as delivery {queued}");
        }
    }
}
