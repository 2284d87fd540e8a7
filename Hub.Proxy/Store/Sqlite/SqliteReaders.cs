using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>Connections for reading, kept open with their prepared statements; in WAL mode they never wait for the writer.</summary>
internal sealed class SqliteReaders(string connectionString) : IDisposable
{
    // More readers than this at once open a connection of their own, which is not kept.
    private const int MostKept = 8;
    private readonly ConcurrentBag<SqliteSession> idle = [];
    private bool disposed;

    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        SqliteSession? session = null;
        try
        {
            if (!idle.TryTake(out session))
            {
                session = new SqliteSession(connectionString);
            }

            var result = read(session);
            if (!disposed && idle.Count < MostKept)
            {
                idle.Add(session);
                session = null;
            }

            return result;
        }
        catch (SqliteException fault) when (SqliteFaults.IsStorage(fault))
        {
            throw SqliteFaults.ToUnavailable(fault);
        }
        finally
        {
            session?.Dispose();
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
