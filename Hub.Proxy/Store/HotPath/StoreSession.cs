using System.Data.Common;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// One connection with its prepared statements, used by one thread at a time. All modules of the hot path speak to the database through this
/// and nothing else, in statements that every provider reads (<see cref="Sql"/>).
/// </summary>
internal abstract class StoreSession : IDisposable
{
    /// <summary>What opens and seals content.</summary>
    public required ContentKeys Keys { get; init; }

    /// <summary>What the transaction has done that the audit trail must tell; written down with it, or forgotten with it.</summary>
    public List<AuditEntry> Audited { get; } = [];

    /// <summary>Runs a statement whose outcome nobody asks for. A provider may send it together with the next one that is asked for.</summary>
    public abstract void Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values);

    /// <summary>Sends what <see cref="Execute"/> has kept back, so that a fault is met here and not by whoever comes next.</summary>
    public abstract void Flush();

    /// <summary>Locks a lane until the commit, where another node may want it: what is read after this is as the lane's last writer left it.</summary>
    public abstract void LockLane(long lane);

    /// <summary>Keeps other nodes from writing to the audit trail until the commit. The last lock of a transaction.</summary>
    public abstract void LockAudit();

    /// <summary>The time by the clock that this store goes by; inside a transaction of a database shared by several nodes, the database's own.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Begins the one transaction of a group.</summary>
    public abstract void Begin();

    /// <summary>False where a group may be tried without savepoints, and written again with them when something of it is to be undone.</summary>
    public abstract bool NeedsSavepoints { get; }

    /// <summary>Undoes all that the transaction has done, and begins another.</summary>
    public abstract void StartOver();

    /// <summary>Begins an item of the group: what it does can be undone without its neighbours.</summary>
    public abstract void BeginItem();

    public abstract void UndoItem();

    public abstract void EndItem();

    public abstract void Commit();

    /// <summary>The first column of the first row; null where there is no row or it is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Read(sql, values);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetValue(0) : null;
    }

    /// <summary>As <see cref="Scalar"/>, of a column of whole numbers of any width.</summary>
    public long? Number(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Read(sql, values);
        return reader.Read() ? reader.Number(0) : null;
    }

    public T? First<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Read(sql, values);
        return reader.Read() ? read(reader) : default;
    }

    public List<T> All<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = Read(sql, values);
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public abstract void Dispose();

    /// <summary>Runs a statement, after all that was kept back.</summary>
    protected abstract DbDataReader Read(string sql, ReadOnlySpan<(string Name, object? Value)> values);
}

/// <summary>Short forms for reading columns.</summary>
internal static class StoreColumns
{
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Number(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset Time(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>A date as yyyy-MM-dd.</summary>
    public static string? Day(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateOnly>(column).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static Guid? Id(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    /// <summary>Encoding, content and key's name, in three columns.</summary>
    public static StoredContent Content(this DbDataReader row, int column) => new(row.GetString(column), row.Bytes(column + 1), row.Text(column + 2));
}
