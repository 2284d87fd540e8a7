using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.HotPath;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store.Backups;

/// <summary>
/// Copies of a SQLite store with the partner files that ran, its contents encrypted as they stand; the key file only where it is asked for. The copy is one state of one moment (SQLite's online backup), made while the hub
/// goes on writing. A PostgreSQL store is backed up by its own tools: docs/OPERATING.md.
/// </summary>
internal static class StoreBackup
{
    private const string Database = "hub.db";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // The store itself is copied by SQLite; its log and its lock are of the running hub.
    private static readonly string[] NotCopied = [Database, Database + "-wal", Database + "-shm", "hub.lock"];

    /// <exception cref="InvalidOperationException">There is no store, or the folder is not empty.</exception>
    public static async Task<BackupManifest> CreateAsync(string data, string to, bool withKey, TimeProvider time, CancellationToken cancellationToken)
    {
        var source = Path.Combine(data, Database);
        Require(File.Exists(source), $"There is no store in {Path.GetFullPath(data)}.");
        Require(!Directory.Exists(to) || !Directory.EnumerateFileSystemEntries(to).Any(), $"{to} is not empty: a backup is never written over another.");
        MakePrivate(to);
        var copy = Path.Combine(to, Database);
        await Task.Run(() => CopyStore(source, copy), cancellationToken);

        // Keys after the store: a store without its key is of no use, and the other way round harms nobody.
        foreach (var path in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(data, p)))
        {
            if (!NotCopied.Contains(path) && (withKey || Path.GetExtension(path) != ".key"))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, path))!);
                File.Copy(Path.Combine(data, path), Path.Combine(to, path));
            }
        }

        await using var context = StoreStart.Context(StoreOptions.ForReading(to));
        var counts = await new ContentCheck(() => StoreStart.Context(StoreOptions.ForReading(to))).CountAsync(cancellationToken);
        var manifest = new BackupManifest
        {
            Format = BackupManifest.CurrentFormat,
            CreatedAt = time.GetUtcNow(),
            Version = typeof(StoreBackup).Assembly.GetName().Version?.ToString(3) ?? "",
            Schema = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).Last(),
            Messages = await context.Received.LongCountAsync(cancellationToken),
            Encrypted = counts.All(c => c.KeyId is not null),
            ContentKeys = [.. counts.Select(c => c.KeyId).OfType<string>()],
            WrappedBy = [.. Keys(copy).Select(k => k.WrappedBy).Distinct()],
            HoldsKey = File.Exists(Path.Combine(to, StoreOptions.KeyFile)),
            Files = [.. Directory.EnumerateFiles(to, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(p => new BackupFile(Path.GetRelativePath(to, p).Replace('\\', '/'), new FileInfo(p).Length, BackupManifest.HashOf(p)))],
        };
        manifest.Write(to); // last: without it a copy that was cut off is no backup
        return manifest;
    }

    /// <summary>Everything that is wrong with a backup; nothing where it is whole and its store is sound.</summary>
    public static IReadOnlyList<string> Verify(string folder)
    {
        var manifest = BackupManifest.Read(folder);
        var wrong = new List<string>();
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folder, file.Path);
            if (!File.Exists(path))
            {
                wrong.Add($"{file.Path} is missing.");
            }
            else if (new FileInfo(path).Length != file.Bytes || BackupManifest.HashOf(path) != file.Sha256)
            {
                wrong.Add($"{file.Path} is not as it was written.");
            }
        }

        var known = manifest.Files.Select(f => f.Path).Append(BackupManifest.FileName).ToHashSet(StringComparer.Ordinal);
        wrong.AddRange(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(folder, p).Replace('\\', '/')).Where(p => !known.Contains(p)).Select(p => $"{p} does not belong to the backup."));
        if (wrong.Count == 0)
        {
            wrong.AddRange(Soundness(Path.Combine(folder, Database)));
        }

        return wrong;
    }

    /// <summary>Why the keys at hand do not open a copy; null where they do, or where it needs none.</summary>
    /// <param name="keys">What is at hand: its path is not looked at.</param>
    public static string? Locked(string folder, StoreOptions keys)
    {
        try
        {
            Keys(Path.Combine(folder, Database)).ForEach(key => ContentKeys.Unwrap(key, keys));
            return null;
        }
        catch (InvalidOperationException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Puts a backup where no store is; the hub that starts there finds it as it was.</summary>
    /// <param name="key">The key file, where it is kept apart; null where it is in the copy, given by reference, or comes later.</param>
    /// <param name="keys">What must open it; null where the key comes later.</param>
    /// <exception cref="InvalidOperationException">The backup is not whole, its key is not at hand, or the folder holds a store.</exception>
    public static BackupManifest Restore(string folder, string data, string? key, StoreOptions? keys)
    {
        var wrong = Verify(folder);
        Require(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Require(!File.Exists(Path.Combine(data, Database)), $"{data} holds a store already: a restore never overwrites one. Name an empty folder.");
        var locked = keys is null ? null : Locked(folder, keys);
        Require(locked is null, $"{locked} Name the key file with --key, or restore with --key-later.");
        MakePrivate(data);
        var manifest = BackupManifest.Read(folder);
        var place = Path.Combine(data, StoreOptions.KeyFile);
        if (key is not null && !File.Exists(place))
        {
            File.Copy(key, place);
            KeepPrivate(place);
        }

        // The store last: a restore that was cut off leaves nothing that a hub would take for one.
        foreach (var file in manifest.Files.OrderBy(f => f.Path == Database))
        {
            var path = Path.Combine(data, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(Path.Combine(folder, file.Path), path, overwrite: true);
        }

        return manifest;
    }

    private static void CopyStore(string source, string copy)
    {
        using var from = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Pooling = false, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 60 }.ToString());
        using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
        from.Open();
        to.Open();
        from.BackupDatabase(to);
        using var command = to.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = DELETE"; // one file, whole by itself
        command.ExecuteNonQuery();
    }

    private static List<string> Soundness(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        var wrong = new List<string>();
        foreach (var (pragma, good) in new[] { ("integrity_check", "ok"), ("foreign_key_check", "") })
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of ours.
            command.CommandText = $"PRAGMA {pragma}";
#pragma warning restore CA2100
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                if (rows.GetString(0) is { } said && said != good)
                {
                    wrong.Add($"The store is not sound ({pragma}: {said}).");
                }
            }
        }

        return wrong;
    }

    // Read alone: a session of the store would make the copy another file.
    private static List<ContentKeyState> Keys(string copy)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE name = 'content_key'";
        if (command.ExecuteScalar() is null)
        {
            return [];
        }

        command.CommandText = KeySql.All;
        using var rows = command.ExecuteReader();
        var keys = new List<ContentKeyState>();
        while (rows.Read())
        {
            keys.Add(StoredKeys.State(rows));
        }

        return keys;
    }

    private static void KeepPrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static void MakePrivate(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, OwnerOnly);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
