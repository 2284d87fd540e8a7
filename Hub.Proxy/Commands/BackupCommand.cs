using System.CommandLine;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Backups;

namespace Hub.Proxy.Commands;

/// <summary><c>hub backup create|verify|restore</c>: copies of a SQLite store. PostgreSQL's are made by its own tools (docs/OPERATING.md).</summary>
internal static class BackupCommand
{
    public static Command Create(TimeProvider time) => new("backup", "Copy a SQLite store with its partner files, while the hub runs; check a copy; put one in place. What it knows about people stays encrypted; its key is to be kept apart.")
    {
        CreateOne(time), Verify(), Restore(),
    };

    private static Command CreateOne(TimeProvider time)
    {
        var to = new Option<DirectoryInfo>("--to") { Description = "A folder that is empty or not there yet.", Required = true };
        var with = new Option<bool>("--with-key") { Description = "Copy key files too: then whoever has the folder can read about patients. Without it they are to be kept apart from the copy." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("create", "Make a copy of one moment; the hub may go on writing.") { to, with, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Configured(parsed.GetValue(data)!).Provider != StoreProvider.Sqlite)
            {
                return CliJson.Fault(parsed.GetValue(json), "The store is PostgreSQL: back it up with pg_dump or pg_basebackup, as docs/OPERATING.md says.");
            }

            var made = await StoreBackup.CreateAsync(parsed.GetValue(data)!.FullName, parsed.GetValue(to)!.FullName, parsed.GetValue(with), time, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(made) : $"Backed up: {Words(made)}. {Kept(made)}");
            return HubCommand.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The backup." };
        var key = KeyFile("The key file of the store that was copied, to see that it opens the copy. Else that in the copy, or Hub:Store:IdentifierKey.");
        var json = CommonOptions.Json();
        var command = new Command("verify", "Read a copy again: every file by its hash, the store inside, and whether the key at hand opens it. Status 1 where anything is wrong.") { folder, key, json };
        command.SetAction(parsed =>
        {
            var copy = parsed.GetValue(folder)!.FullName;
            List<string> wrong = [.. StoreBackup.Verify(copy)];
            var keys = AtHand(copy, parsed.GetValue(key), null);
            if (wrong.Count == 0 && keys.HasKey && StoreBackup.Locked(copy, keys) is { } locked)
            {
                wrong.Add(locked);
            }

            var manifest = BackupManifest.Read(copy);
            var untried = !keys.HasKey && manifest.ContentKeys.Count > 0;
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { whole = wrong.Count == 0, problems = wrong, manifest.ContentKeys, manifest.WrappedBy, keysTried = !untried })
                : wrong.Count > 0 ? string.Join(Environment.NewLine, wrong)
                : "The backup is whole, and its store is sound. " + (untried ? $"Whether you have what opens it ({string.Join(", ", manifest.WrappedBy)}) was not tried: name the key file with --key." : "The key at hand opens it."));
            return wrong.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static Command Restore()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The backup." };
        var data = new Option<DirectoryInfo>("--data") { Description = "A folder that holds no store.", Required = true };
        var key = KeyFile("The key file of the store that was copied; it is put in place with the copy. Else that in the copy or the folder, or Hub:Store:IdentifierKey.");
        var later = new Option<bool>("--key-later") { Description = "Restore although the key is not at hand. The hub does not start before it is." };
        var json = CommonOptions.Json();
        var command = new Command("restore", "Check a copy and the key that opens it, and put it in place. What happened since it was made is to be sent again by its senders: docs/OPERATING.md.") { folder, data, key, later, json };
        command.SetAction(parsed =>
        {
            var (copy, to) = (parsed.GetValue(folder)!.FullName, parsed.GetValue(data)!.FullName);
            var restored = StoreBackup.Restore(copy, to, parsed.GetValue(key)?.FullName, parsed.GetValue(later) ? null : AtHand(copy, parsed.GetValue(key), to));
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(restored) : $"Restored: {Words(restored)}.{(parsed.GetValue(later) ? " Put its key in place (Hub:Store:IdentifierKey or identifier.key) before the hub starts." : "")}");
            return HubCommand.Done;
        });
        return command;
    }

    private static Option<FileInfo?> KeyFile(string description) => new("--key") { Description = description };

    /// <summary>What could open a copy: the key that was named, lies in it or where it goes, or stands in the settings.</summary>
    private static StoreOptions AtHand(string copy, FileInfo? named, string? data)
    {
        var folders = new[] { named?.FullName, Path.Combine(copy, StoreOptions.KeyFile), data is null ? null : Path.Combine(data, StoreOptions.KeyFile) };
        var configured = StoreReading.Configured(new DirectoryInfo(copy));
        return folders.FirstOrDefault(File.Exists) is { } file ? configured with { IdentifierKey = File.ReadAllText(file).Trim(), HasKey = true } : configured;
    }

    private static string Kept(BackupManifest of) =>
        !of.Encrypted ? "NOT ENCRYPTED: some of it is from before there were keys, and whoever has this folder can read about patients."
        : of.HoldsKey ? "Its KEY LIES IN IT: whoever has this folder can read about patients."
        : $"What it knows about people is encrypted, and what opens it ({string.Join(", ", of.WrappedBy)}) is not in it: keep that apart, and keep it.";

    private static string Words(BackupManifest of) => $"{of.Messages} messages as of {of.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC, schema {of.Schema}, {of.Files.Count} files";
}
