using System.Data.Common;
using Hub.Adapters.Contract;
using Hub.Proxy.Store.HotPath;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>One SQLite file, for one hub on one machine.</summary>
internal sealed class SqliteDatabase(StoreOptions options, TimeProvider time) : StoreDatabase(options)
{
    // A reader's pages are void at each commit, the writer's stay: 32 MB hold the upper parts of all indexes of years of work.
    private const int ReaderCacheMegabytes = 2;
    private const int WriterCacheMegabytes = 32;
    private readonly string connectionString = ConnectionString(options);

    // In WAL mode a reader never waits for the writer, and a read takes less time than a hop to another thread.
    public override int ReaderThreads => 0;

    /// <summary>Own connections are kept by the store, not by the driver's pool, so that closing the store closes the file.</summary>
    public static string ConnectionString(StoreOptions options) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Pooling = false,
            Cache = SqliteCacheMode.Private,
            ForeignKeys = true,
            DefaultTimeout = options.BusySeconds, // the driver retries a locked file for as long
        }.ToString();

    public override StoreSession Open() => new SqliteSession(connectionString, time, ReaderCacheMegabytes) { Keys = Keys };

    public override StoreSession OpenToWrite() => new SqliteSession(connectionString, time, WriterCacheMegabytes) { Keys = Keys };

    public override HubDbContext Context() => new SqliteHubDbContext(new DbContextOptionsBuilder<SqliteHubDbContext>().UseSqlite(connectionString).Options) { Keys = Keys };

    // SQLite result codes: 5 BUSY, 6 LOCKED, 7 NOMEM, 8 READONLY, 10 IOERR, 11 CORRUPT, 13 FULL, 14 CANTOPEN, 22 NOLFS, 26 NOTADB.
    public override StoreFault Judge(DbException fault) =>
        (fault as SqliteException)?.SqliteErrorCode is 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 or 22 or 26 ? StoreFault.Storage : StoreFault.Own;

    public override StorageUnavailableException ToUnavailable(Exception fault) => fault is SqliteException of
        ? new($"The store cannot take anything now (SQLite result code {of.SqliteErrorCode}, extended {of.SqliteExtendedErrorCode}).", of)
        : new("The store cannot take anything now.", fault);
}
