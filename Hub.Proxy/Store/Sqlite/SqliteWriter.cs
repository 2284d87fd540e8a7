using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>
/// The one thread that writes. It takes what waits, up to a hundred, and commits it together; it never waits for more. Each item has its
/// own savepoint, so that one that fails or changes nothing leaves its neighbours alone. Nobody hears of success before the commit.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MostPerCommit = 100;
    private readonly string connectionString;
    private readonly BlockingCollection<WriteItem> waiting;
    private readonly Thread thread;

    public SqliteWriter(string connectionString, int mostWaiting)
    {
        this.connectionString = connectionString;
        waiting = new BlockingCollection<WriteItem>(mostWaiting);
        thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> in the next commit. What <paramref name="keep"/> refuses is undone, and its answer still given.</summary>
    /// <exception cref="StorageUnavailableException">Nothing of it was stored.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, Func<T, bool>? keep, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var item = new WriteItem<T>(work, keep);
        try
        {
            if (!waiting.TryAdd(item))
            {
                throw new StorageUnavailableException("Too much waits for the store's writer.");
            }
        }
        catch (InvalidOperationException)
        {
            throw new StorageUnavailableException("The store is closed.");
        }

        return await item.Result.WaitAsync(cancellationToken); // cancellation ends the waiting, never the commit
    }

    /// <summary>Commits what waits, then ends.</summary>
    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        waiting.Dispose();
    }

    private void Run()
    {
        SqliteSession? session = null;
        var group = new List<WriteItem>(MostPerCommit);
        foreach (var first in waiting.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < MostPerCommit && waiting.TryTake(out var next))
            {
                group.Add(next);
            }

            try
            {
                session ??= new SqliteSession(connectionString);
                WriteGroup(session, group);
            }
            catch (SqliteException fault)
            {
                // The connection's state is unknown after a storage fault: the next group opens a new one.
                session?.Dispose();
                session = null;
                group.ForEach(item => item.Fail(SqliteFaults.ToUnavailable(fault)));
            }
        }

        session?.Dispose();
    }

    private static void WriteGroup(SqliteSession session, List<WriteItem> group)
    {
        var failed = Commit(session, group);
        foreach (var item in failed)
        {
            // Alone, so that a fault of the group cannot be taken for its own.
            foreach (var again in Commit(session, [item]))
            {
                again.FailAsItDid();
            }
        }
    }

    private static List<WriteItem> Commit(SqliteSession session, IReadOnlyList<WriteItem> group)
    {
        var failed = new List<WriteItem>();
        session.Execute("BEGIN IMMEDIATE");
        foreach (var item in group)
        {
            session.Execute("SAVEPOINT item");
            if (!item.TryRun(session))
            {
                session.Execute("ROLLBACK TO item");
            }

            session.Execute("RELEASE item");
            if (item.Failed)
            {
                failed.Add(item);
            }
        }

        session.Execute("COMMIT");
        foreach (var item in group.Where(i => !i.Failed))
        {
            item.Succeed();
        }

        return failed;
    }
}

/// <summary>One piece of work on its way through the writer.</summary>
internal abstract class WriteItem
{
    protected Exception? Fault { get; set; }

    public bool Failed => Fault is not null;

    /// <summary>False when what it wrote must be undone. A storage fault is not its own and passes through.</summary>
    public abstract bool TryRun(SqliteSession session);

    public abstract void Succeed();

    public abstract void Fail(Exception reason);

    public void FailAsItDid() => Fail(Fault!);
}

internal sealed class WriteItem<T>(Func<SqliteSession, T> work, Func<T, bool>? keep) : WriteItem
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Result => completion.Task;

    public override bool TryRun(SqliteSession session)
    {
        Fault = null;
        try
        {
            result = work(session);
            return keep?.Invoke(result) ?? true;
        }
        catch (SqliteException fault) when (SqliteFaults.IsStorage(fault))
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever one item's code throws is that item's: its neighbours must still be committed.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault = fault;
            return false;
        }
    }

    public override void Succeed() => completion.TrySetResult(result);

    public override void Fail(Exception reason) => completion.TrySetException(reason);
}
