using System.CommandLine;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Backups;

namespace Hub.Proxy.Commands;

/// <summary><c>hub backup create|verify|restore</c>: copies of a SQLite store. PostgreSQL's are made by its own tools (docs/OPERATING.md).</summary>
internal static class BackupCommand
{
    public static Command Create(TimeProvider time) => new("backup", "Copy a SQLite store with its key and partner files, while the hub runs; check a copy; put one in place. Not encrypted: keep copies on an encrypted volume.")
    {
        CreateOne(time), Verify(), Restore(),
    };

    private static Command CreateOne(TimeProvider time)
    {
        var to = new Option<DirectoryInfo>("--to") { Description = "A folder that is empty or not there yet.", Required = true };
        var without = new Option<bool>("--without-key") { Description = "Leave keys out, to be kept apart from the copy." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("create", "Make a copy of one moment; the hub may go on writing.") { to, without, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Configured(parsed.GetValue(data)!).Provider != StoreProvider.Sqlite)
            {
                return CliJson.Fault(parsed.GetValue(json), "The store is PostgreSQL: back it up with pg_dump or pg_basebackup, as docs/OPERATING.md says.");
            }

            var made = await StoreBackup.CreateAsync(parsed.GetValue(data)!.FullName, parsed.GetValue(to)!.FullName, !parsed.GetValue(without), time, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(made) : $"Backed up: {Words(made)}. NOT ENCRYPTED: whoever has this folder can read about patients.");
            return HubCommand.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The backup." };
        var json = CommonOptions.Json();
        var command = new Command("verify", "Read a copy again: every file by its hash, and the store inside. Status 1 where anything is wrong.") { folder, json };
        command.SetAction(parsed =>
        {
            var wrong = StoreBackup.Verify(parsed.GetValue(folder)!.FullName);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { whole = wrong.Count == 0, problems = wrong }) : wrong.Count == 0 ? "The backup is whole, and its store is sound." : string.Join(Environment.NewLine, wrong));
            return wrong.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static Command Restore()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The backup." };
        var data = new Option<DirectoryInfo>("--data") { Description = "A folder that holds no store.", Required = true };
        var json = CommonOptions.Json();
        var command = new Command("restore", "Check a copy and put it in place. What happened since it was made is to be sent again by its senders: docs/OPERATING.md.") { folder, data, json };
        command.SetAction(parsed =>
        {
            var restored = StoreBackup.Restore(parsed.GetValue(folder)!.FullName, parsed.GetValue(data)!.FullName);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(restored) : $"Restored: {Words(restored)}.{(restored.HoldsKey ? "" : " The key of identifiers is not in it: name it (Hub:Store:IdentifierKey) before the hub starts.")}");
            return HubCommand.Done;
        });
        return command;
    }

    private static string Words(BackupManifest of) => $"{of.Messages} messages as of {of.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC, schema {of.Schema}, {of.Files.Count} files";
}
