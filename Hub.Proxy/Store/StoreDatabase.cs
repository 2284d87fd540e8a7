using System.Data.Common;
using Hub.Adapters.Contract;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.HotPath;

namespace Hub.Proxy.Store;

/// <summary>One kind of database: all that the store must know of it beside the statements that all kinds read.</summary>
internal abstract class StoreDatabase(StoreOptions options)
{
    /// <summary>What opens and seals content.</summary>
    protected ContentKeys Keys { get; } = ContentKeys.Of(options);

    /// <summary>Readers that may be at work at a time on threads of their own; 0 where reading is so short that the caller's thread does it.</summary>
    public abstract int ReaderThreads { get; }

    /// <summary>True where the database's clock decides what is due, and not the hub's.</summary>
    public virtual bool KeepsTime => false;

    /// <summary>A connection for the hot path.</summary>
    /// <exception cref="DbException">The database is not there, or refuses us.</exception>
    public abstract StoreSession Open();

    /// <summary>As <see cref="Open"/>, for the one writer.</summary>
    public virtual StoreSession OpenToWrite() => Open();

    /// <summary>The schema for readers.</summary>
    public abstract HubDbContext Context();

    public abstract StoreFault Judge(DbException fault);

    /// <summary>What a caller is told of it. Holds nothing that came from a row or from a connection string.</summary>
    public abstract StorageUnavailableException ToUnavailable(Exception fault);

    public static StoreDatabase Of(StoreOptions options, TimeProvider time) => options.Provider switch
    {
        StoreProvider.Sqlite => new Sqlite.SqliteDatabase(options, time),
        StoreProvider.Postgres => new Postgres.PostgresDatabase(options),
        _ => throw new InvalidOperationException($"There is no store of the kind {options.Provider}."),
    };
}

/// <summary>Whose fault it is when a statement fails.</summary>
internal enum StoreFault
{
    /// <summary>The statement's own: its item fails, and its neighbours are committed.</summary>
    Own = 0,

    /// <summary>It lost a race with another writer, and may win when it is tried again.</summary>
    Race = 1,

    /// <summary>The database can take nothing now.</summary>
    Storage = 2,
}
