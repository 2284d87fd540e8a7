using System.Data.Common;
using Hub.Adapters.Contract;
using Hub.Proxy.Store.HotPath;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hub.Proxy.Store.Postgres;

/// <summary>One PostgreSQL database, for any number of nodes.</summary>
internal sealed class PostgresDatabase : StoreDatabase
{
    private readonly string hotPath;
    private readonly string readModels;
    private readonly TimeProvider? clock;

    /// <param name="options">Where the database is.</param>
    /// <param name="clock">Null, as on every node that shares it: the database's own clock decides what is due and whose lease stands. A test may give another.</param>
    public PostgresDatabase(StoreOptions options, TimeProvider? clock = null) : base(options)
    {
        this.clock = clock;
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "hub",
            IncludeErrorDetail = false, // details hold values of rows
            LogParameters = false,
            Timeout = options.BusySeconds,
            CommandTimeout = 2 * options.BusySeconds,
            TcpKeepAlive = true,
        };
        readModels = settings.ToString();

        // The hot path keeps its own connections, each with its statements prepared: a pool would only take them away.
        settings.Pooling = false;
        settings.MaxAutoPrepare = 128;
        settings.AutoPrepareMinUsages = 2;
        hotPath = settings.ToString();
    }

    // Reading waits for a network: on threads of its own it cannot starve what else the hub does.
    public override int ReaderThreads => 8;

    public override bool KeepsTime => clock is null;

    public override StoreSession Open() => new PostgresSession(hotPath, clock) { Keys = Keys };

    public override HubDbContext Context() => new PostgresHubDbContext(new DbContextOptionsBuilder<PostgresHubDbContext>().UseNpgsql(readModels).Options) { Keys = Keys };

    public override StoreFault Judge(DbException fault) => fault is not PostgresException { SqlState: var state } ? StoreFault.Storage
        : state is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure ? StoreFault.Race
        : IsOfTheServer(state) ? StoreFault.Storage
        : StoreFault.Own;

    public override StorageUnavailableException ToUnavailable(Exception fault) => new(
        fault is PostgresException { SqlState: var state }
            ? $"PostgreSQL cannot take anything now (SQLSTATE {state})."
            : "PostgreSQL cannot be reached now, or the connection to it was lost.",
        fault);

    // PostgreSQL, Appendix A: 08 connection, 28 authorization, 3D no such database, 53 resources, 57 operator intervention, 58 system, XX internal;
    // 25006 a standby, 42P01 no such table (not migrated), 55P03 a lock not had in time.
    private static bool IsOfTheServer(string state) =>
        state[..2] is "08" or "28" or "3D" or "53" or "57" or "58" or "XX" || state is "25006" or "42P01" or "55P03";
}
