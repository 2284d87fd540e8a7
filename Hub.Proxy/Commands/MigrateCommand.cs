using System.CommandLine;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub migrate</c>: brings the store to the schema of this version, or says what that would do.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var plan = new Option<bool>("--plan") { Description = "Change nothing; name the migrations that wait. Status 1 where there are any." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("migrate", "Bring the store to the schema of this version. `hub run` does so itself on SQLite, and refuses an older PostgreSQL.")
        {
            plan, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = StoreReading.Configured(parsed.GetValue(data)!);
            var pending = await StoreStart.PendingAsync(options, cancellationToken);
            var planned = parsed.GetValue(plan);
            if (!planned && pending.Count > 0)
            {
                await StoreStart.MigrateAsync(options, cancellationToken);
            }

            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { migrations = pending, applied = !planned }) : Words(pending, planned));
            return planned && pending.Count > 0 ? HubCommand.Found : HubCommand.Done;
        });
        return command;
    }

    private static string Words(IReadOnlyList<string> pending, bool planned) => pending.Count == 0
        ? "The store is at the schema of this version."
        : $"{(planned ? "Would apply" : "Applied")}: {string.Join(", ", pending)}";
}
