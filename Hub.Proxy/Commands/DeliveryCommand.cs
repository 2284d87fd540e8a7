using System.CommandLine;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub delivery release|readdress</c>: a person's word that a held, stopped or unknown delivery may go, or goes to another practice.</summary>
internal static class DeliveryCommand
{
    public static Command Create() => new("delivery", "Decide on deliveries that wait for a person.") { Release(), ReaddressCommand.Create(TimeProvider.System) };

    /// <summary><c>hub attention close</c> shares its options with it: who decided, and why.</summary>
    public static Command CloseAttention() => Decision(
        "close", "Close an entry of the operator's list, with who did and why.", "attention", (store, id, by, note, token) => store.CloseAttentionAsync(id, by, note, token));

    private static Command Release() => Decision(
        "release", "Let a held delivery go, send an unknown one again, or let its stopped lane go on. The hub finds it within its sweep interval.", "delivery",
        (store, id, by, note, token) => store.ReleaseDeliveryAsync(id, by, note, token));

    private static Command Decision(
        string verb, string description, string what, Func<IMessageStore, Guid, string, string, CancellationToken, Task<bool>> decide)
    {
        var id = new Argument<Guid>("id") { Description = $"Id of the {what}, as `hub attention` shows it." };
        var by = new Option<string>("--by") { Description = "Who decided.", Required = true };
        var note = new Option<string>("--note") { Description = "Why: kept with the decision.", Required = true };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command(verb, description) { id, by, note, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            using var store = StoreStart.Open(options, TimeProvider.System);
            var done = await decide(store, parsed.GetValue(id), parsed.GetValue(by)!, parsed.GetValue(note)!, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { done }) : done ? "Done." : $"Nothing to decide: no {what} of this id waits for a person.");
            return done ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }
}
