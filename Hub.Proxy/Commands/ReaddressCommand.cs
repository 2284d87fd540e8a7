using System.CommandLine;
using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub delivery readdress</c>: proposes another practice for what one returned; with <c>--confirm</c>, sends it there.</summary>
internal static class ReaddressCommand
{
    private static readonly Argument<Guid> Id = new("id") { Description = "Id of the delivery that came back, as `hub attention` shows it." };
    private static readonly Option<string> Practice = new("--practice") { Description = "ODS code of the practice that the person is registered with.", Required = true };
    private static readonly Option<bool> Confirm = new("--confirm") { Description = "Send it there. Left out, nothing is changed: it says what would go." };
    private static readonly Option<string?> By = new("--by") { Description = "Who has confirmed the practice." };
    private static readonly Option<string?> Traced = new("--traced") { Description = "How it was traced anew: PDS, the practice by telephone, the person." };
    private static readonly Option<string?> Note = new("--note") { Description = "Why: kept with the decision." };

    public static Command Create(TimeProvider time)
    {
        var (data, partners, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command(
            "readdress", "Send what a practice returned, and what waits behind it, to the practice that a named person has confirmed: a new message about the same document. Never done by itself.")
        {
            Id, Practice, Confirm, By, Traced, Note, data, partners, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Confirm) && new[] { By, Traced, Note }.Any(o => string.IsNullOrWhiteSpace(result.GetValue(o))))
            {
                result.AddError("--by, --traced and --note are expected with --confirm: who has confirmed the practice, how it was traced, and why.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            await using var provider = PartnerCommand.Provider(parsed.GetValue(partners)!, pds: StoreReading.Configuration().Build()[HubOptions.Section + ":PdsFile"]);
            using var store = StoreStart.Open(options, time);
            Func<HubDbContext> open = () => StoreStart.Context(options);
            var stored = new StoredMessages(open);
            var directory = provider.GetRequiredService<IPartnerDirectory>();
            var planner = new ReplayPlanner(stored, store, provider.GetRequiredService<DeliveryPlanner>(), directory, provider.GetServices<IRecipientProtocol>(), time);
            var desk = new ReaddressDesk(planner, provider.GetRequiredService<PracticeTracer>(), stored, store, directory, open, time);
            var (id, practice, confirmed) = (parsed.GetValue(Id), parsed.GetValue(Practice)!, parsed.GetValue(Confirm));
            var done = confirmed
                ? await desk.ConfirmAsync(id, practice, new ReaddressWord(parsed.GetValue(By)!, parsed.GetValue(Traced)!, parsed.GetValue(Note)!), cancellationToken)
                : await desk.ProposeAsync(id, practice, cancellationToken);
            Print(done, confirmed, parsed.GetValue(json));
            return done.Refused is null ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static void Print(ReaddressProposal proposal, bool confirmed, bool json)
    {
        if (json)
        {
            CliJson.Print(new { proposal.DeliveryId, proposal.Refused, proposal.From, proposal.To, sent = confirmed && proposal.Refused is null, proposal.Traced, proposal.Copies });
            return;
        }

        if (proposal.Refused is { } why)
        {
            AnsiConsole.MarkupLine($"[red]refused[/]: {Markup.Escape(why)}");
            return;
        }

        Console.WriteLine(confirmed ? $"Sent on from {proposal.From} to {proposal.To}:" : $"Would go from {proposal.From} to {proposal.To}; --confirm sends it:");
        if (proposal.Traced is { } traced)
        {
            Console.WriteLine("  " + traced);
        }

        foreach (var copy in proposal.Copies)
        {
            Console.WriteLine($"  {copy.DeliveryId} \"{copy.Title}\" {(copy.Refused is { } refused ? "stays: " + refused : copy.HeldBecause is { } held ? "waits for a person: " + held : $"as message {copy.MessageId}")}");
        }
    }
}
