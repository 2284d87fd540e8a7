using System.Data.Common;
using Hub.Proxy.Store.HotPath;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>
/// A session on a SQLite file. BEGIN, SAVEPOINT and COMMIT are statements like any other, prepared once. There is one writer: no row needs a lock.
/// </summary>
internal sealed class SqliteSession : StoreSession
{
    private readonly SqliteConnection connection;
    private readonly TimeProvider time;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString, TimeProvider time, int cacheMegabytes)
    {
        this.time = time;
        connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            Pragma("PRAGMA journal_mode = WAL");

            // FULL: an acknowledged message survives a power cut; NORMAL may lose the last commits (SQLite, PRAGMA synchronous).
            Pragma("PRAGMA synchronous = FULL");
            Pragma("PRAGMA foreign_keys = ON");

            // What a savepoint might bring back stays in memory: else an item that changes more than 64 KB of pages writes a temporary file.
            Pragma("PRAGMA temp_store = MEMORY");

            // 64 MB: usually SqliteCheckpointer has been there before.
            Pragma("PRAGMA wal_autocheckpoint = 16384");
            // What is deleted or written over is overwritten in the file as well: content from before there were keys, and what retention forgets.
            Pragma("PRAGMA secure_delete = ON");
            Pragma($"PRAGMA cache_size = -{cacheMegabytes * 1024}");
            Pragma($"PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override DateTimeOffset Now => time.GetUtcNow();

    public override void Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Bind(sql, values).ExecuteNonQuery();

    public override void Flush() { }

    public override void LockLane(long lane) { }

    public override void LockAudit() { }

    public override void Begin() => Execute("BEGIN IMMEDIATE");

    // A savepoint keeps a copy of every page that is changed after it.
    public override bool NeedsSavepoints => false;

    public override void StartOver()
    {
        Execute("ROLLBACK");
        Begin();
    }

    public override void BeginItem() => Execute("SAVEPOINT item");

    public override void UndoItem() => Execute("ROLLBACK TO item");

    public override void EndItem() => Execute("RELEASE item");

    public override void Commit() => Execute("COMMIT");

    public override void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    protected override DbDataReader Read(string sql, ReadOnlySpan<(string Name, object? Value)> values) => Bind(sql, values).ExecuteReader();

    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            commands.Add(sql, command);
        }

        // The parameters are made once a statement: a message leads to a hundred statements with ten values each.
        var parameters = command.Parameters;
        while (parameters.Count > values.Length)
        {
            parameters.RemoveAt(parameters.Count - 1);
        }

        while (parameters.Count < values.Length)
        {
            parameters.Add(new SqliteParameter());
        }

        for (var i = 0; i < values.Length; i++)
        {
            parameters[i].ParameterName = values[i].Name;
            parameters[i].Value = ToColumn(values[i].Value);
        }

        return command;
    }

    private static object ToColumn(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        DateOnly date => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        bool flag => flag ? 1L : 0L,
        Enum number => Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture),
        _ => value,
    };

    private void Pragma(string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
