using System.Collections.Concurrent;
using System.Data.Common;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Connections for reading, kept open with their prepared statements; they never wait for the writer.</summary>
internal sealed class StoreReaders : IDisposable
{
    // More readers than this at once open a connection of their own, which is not kept.
    private const int MostKept = 8;
    private const int MostWaiting = 10_000;
    private readonly StoreDatabase database;
    private readonly ConcurrentBag<StoreSession> idle = [];
    private readonly BlockingCollection<Action> waiting = new(MostWaiting);
    private readonly List<Thread> threads;
    private bool disposed;

    public StoreReaders(StoreDatabase database)
    {
        this.database = database;
        threads = [.. Enumerable.Range(0, database.ReaderThreads).Select(n => new Thread(Run) { IsBackground = true, Name = $"store reader {n}" })];
        threads.ForEach(thread => thread.Start());
    }

    /// <summary>Reads at once on the caller's thread, or on a reader's where reading takes a network.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be read now.</exception>
    public Task<T> ReadAsync<T>(Func<StoreSession, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return threads.Count == 0 ? Task.FromResult(Read(read)) : QueueAsync(read).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        disposed = true;
        waiting.CompleteAdding();
        threads.ForEach(thread => thread.Join());
        waiting.Dispose();
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private Task<T> QueueAsync<T>(Func<StoreSession, T> read)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.TryAdd(() => Complete(result, read)) ? result.Task : throw new StorageUnavailableException("Too much waits to be read.");
    }

    private void Run()
    {
        foreach (var read in waiting.GetConsumingEnumerable())
        {
            read();
        }
    }

    private void Complete<T>(TaskCompletionSource<T> result, Func<StoreSession, T> read)
    {
        try
        {
            result.SetResult(Read(read));
        }
#pragma warning disable CA1031 // Whatever it is, it is the asker's.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            result.SetException(fault);
        }
    }

    private T Read<T>(Func<StoreSession, T> read)
    {
        while (true)
        {
            var kept = idle.TryTake(out var session);
            try
            {
                session ??= database.Open();
                var result = read(session);
                if (!disposed && idle.Count < MostKept)
                {
                    idle.Add(session);
                    session = null;
                }

                return result;
            }
            catch (DbException fault) when (database.Judge(fault) == StoreFault.Storage)
            {
                // A kept connection may have died since: only what a new one says is so.
                if (!kept)
                {
                    throw database.ToUnavailable(fault);
                }
            }
            finally
            {
                session?.Dispose();
            }
        }
    }
}
