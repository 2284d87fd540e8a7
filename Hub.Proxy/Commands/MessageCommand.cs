using System.CommandLine;
using Hub.Proxy.Commands.Messages;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub message ...</c>: find, read and follow messages, and send one again; here <c>original</c>, the bytes exactly as they came.</summary>
internal static class MessageCommand
{
    public static Command Create(TimeProvider time) => new("message", "Look at messages in the store, and send one again.")
    {
        MessageFind.Create(), MessageShow.Show(), MessageShow.Trace(), MessageReplay.Create(time), Original(),
    };

    private static Command Original()
    {
        var id = new Argument<Guid>("id") { Description = "Id of the received message, as `hub attention` shows it." };
        var data = CommonOptions.Data();
        var command = new Command("original", "Write the original bytes of a received message to standard output. They are about a person: handle them so.") { id, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var timeline = new Timeline(() => StoreStart.Context(options));
            if (await timeline.OriginalAsync(parsed.GetValue(id), cancellationToken) is not { } bytes)
            {
                await Console.Error.WriteLineAsync("No such message, or its content was not kept.");
                return HubCommand.Found;
            }

            await StoreReading.AuditAsync(options, new(AuditKind.Read, StoreReading.User, $"message/{parsed.GetValue(id)}") { Result = "original" }, cancellationToken);
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(bytes, cancellationToken);
            return HubCommand.Done;
        });
        return command;
    }
}
