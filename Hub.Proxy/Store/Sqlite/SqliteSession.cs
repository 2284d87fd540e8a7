using Hub.Adapters.Contract;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
        Pragma("PRAGMA journal_mode = WAL");

        // FULL: an acknowledged message survives a power cut; NORMAL may lose the last commits (SQLite, PRAGMA synchronous).
        Pragma("PRAGMA synchronous = FULL");
        Pragma("PRAGMA foreign_keys = ON");
        Pragma($"PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}");
    }

    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null where there is no row or it is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    // SQLite commands run without SqliteTransaction objects: BEGIN, SAVEPOINT and COMMIT are statements like any other, prepared once.
    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            commands.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, ToColumn(value));
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

/// <summary>Short forms for reading columns.</summary>
internal static class SqliteColumns
{
    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Number(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset Time(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static Guid? Id(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    public static byte[] Bytes(this SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);
}

/// <summary>Tells a store that cannot take anything from a statement that is wrong.</summary>
internal static class SqliteFaults
{
    // SQLite result codes: 5 BUSY, 6 LOCKED, 7 NOMEM, 8 READONLY, 10 IOERR, 11 CORRUPT, 13 FULL, 14 CANTOPEN, 22 NOLFS, 26 NOTADB.
    public static bool IsStorage(SqliteException fault) => fault.SqliteErrorCode is 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 or 22 or 26;

    public static StorageUnavailableException ToUnavailable(SqliteException fault) =>
        new($"The store cannot take anything now (SQLite result code {fault.SqliteErrorCode}, extended {fault.SqliteExtendedErrorCode}).", fault);
}
