using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// The one thread that writes. It takes what waits, up to a hundred, and commits it together; it never waits for more. An item that fails or changes
/// nothing is undone to its own savepoint and leaves its neighbours alone. Work may therefore run twice before it is committed. Nobody hears of success before the commit.
/// </summary>
internal sealed class GroupWriter : IDisposable
{
    private const int MostPerCommit = 100;

    // What loses a race alone, again and again, waits behind something that does not end.
    private const int MostTriesAlone = 5;
    private readonly StoreDatabase database;
    private readonly StoredAudit audit;
    private readonly BlockingCollection<WriteItem> waiting;
    private readonly Thread thread;

    public GroupWriter(StoreDatabase database, StoredAudit audit, int mostWaiting)
    {
        this.database = database;
        this.audit = audit;
        waiting = new BlockingCollection<WriteItem>(mostWaiting);
        thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> in the next commit. What <paramref name="keep"/> refuses is undone, and its answer still given.</summary>
    /// <exception cref="StorageUnavailableException">
    /// Nothing of it was stored; or the connection was lost while the database was committing and nobody can tell, in which case who sends it
    /// again gets the first answer.
    /// </exception>
    public async Task<T> WriteAsync<T>(Func<StoreSession, T> work, Func<T, bool>? keep, CancellationToken cancellationToken)
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
        StoreSession? session = null;
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
                session ??= database.OpenToWrite();
                WriteGroup(session, group);
            }
#pragma warning disable CA1031 // Whatever a driver throws: the thread lives on, and nobody hears of success.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                // The connection's state is unknown after a storage fault, and perhaps the commit's: the next group opens a new one.
                session?.Dispose();
                session = null;
                group.ForEach(item => item.Fail(database.ToUnavailable(fault)));
            }
        }

        session?.Dispose();
    }

    private void WriteGroup(StoreSession session, List<WriteItem> group)
    {
        foreach (var item in Commit(session, group))
        {
            WriteAlone(session, item);
        }
    }

    /// <summary>Alone, so that a fault of the group cannot be taken for its own; again, where all it did was to lose a race.</summary>
    private void WriteAlone(StoreSession session, WriteItem item)
    {
        for (var tries = 1; Commit(session, [item]).Count > 0; tries++)
        {
            if (tries == MostTriesAlone || !item.LostRace(database))
            {
                item.FailAsItDid();
                return;
            }
        }
    }

    private List<WriteItem> Commit(StoreSession session, IReadOnlyList<WriteItem> group)
    {
        using var step = HubSteps.Start(HubSteps.WriteGroup);
        session.Begin();
        session.Audited.Clear();
        if (session.NeedsSavepoints || !TryWithoutSavepoints(session, group))
        {
            foreach (var item in group)
            {
                Write(session, item);
            }
        }

        audit.Write(session);
        MakeDurable(session);
        foreach (var item in group.Where(i => !i.Failed))
        {
            item.Succeed();
        }

        return [.. group.Where(i => i.Failed)];
    }

    /// <summary>Nearly always there is nothing to undo. False where there is: then nothing of the group is written, and each item needs its savepoint.</summary>
    private bool TryWithoutSavepoints(StoreSession session, IReadOnlyList<WriteItem> group)
    {
        foreach (var item in group)
        {
            using var step = HubSteps.Start(HubSteps.WriteItem, item.Cause);
            if (!item.TryRun(session, database))
            {
                session.StartOver();
                session.Audited.Clear();
                return false;
            }
        }

        return true;
    }

    private void Write(StoreSession session, WriteItem item)
    {
        using var step = HubSteps.Start(HubSteps.WriteItem, item.Cause);
        session.BeginItem();
        var told = session.Audited.Count;
        if (!item.TryRun(session, database))
        {
            session.UndoItem();
            session.Audited.RemoveRange(told, session.Audited.Count - told);
        }

        session.EndItem();
    }

    private static void MakeDurable(StoreSession session)
    {
        using var step = HubSteps.Start(HubSteps.MakeDurable);
        session.Commit();
    }
}

/// <summary>One piece of work on its way through the writer.</summary>
internal abstract class WriteItem
{
    protected Exception? Fault { get; set; }

    /// <summary>Whose work it is: the writer's thread works for many.</summary>
    public ActivityContext Cause { get; } = Activity.Current?.Context ?? default;

    public bool Failed => Fault is not null;

    /// <summary>False when what it wrote must be undone. A storage fault is not its own and passes through.</summary>
    public abstract bool TryRun(StoreSession session, StoreDatabase database);

    public bool LostRace(StoreDatabase database) => Fault is DbException fault && database.Judge(fault) == StoreFault.Race;

    public abstract void Succeed();

    public abstract void Fail(Exception reason);

    public void FailAsItDid() => Fail(Fault!);
}

internal sealed class WriteItem<T>(Func<StoreSession, T> work, Func<T, bool>? keep) : WriteItem
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Result => completion.Task;

    public override bool TryRun(StoreSession session, StoreDatabase database)
    {
        Fault = null;
        try
        {
            result = work(session);
            if (keep?.Invoke(result) == false)
            {
                return false;
            }

            session.Flush();
            return true;
        }
        catch (DbException fault) when (database.Judge(fault) == StoreFault.Storage)
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
