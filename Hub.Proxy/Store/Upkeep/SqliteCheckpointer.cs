using Hub.Proxy.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>
/// Carries what SQLite's write-ahead log holds into the database file beside the writer, who would else do it in the middle of somebody's commit. What
/// is committed is safe in the log already; where this falls behind, the writer does it after all (<see cref="SqliteSession"/>).
/// </summary>
internal sealed partial class SqliteCheckpointer(StoreOptions where, TimeProvider time, ILogger<SqliteCheckpointer> logger) : BackgroundService
{
    private const long WorthIt = 8 * 1_048_576;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (where.Provider != StoreProvider.Sqlite)
        {
            return;
        }

        await Task.Yield();
        var log = new FileInfo(where.Path + "-wal");
        var carried = DateTime.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken);
            log.Refresh();
            if (log.Exists && log.Length > WorthIt && log.LastWriteTimeUtc != carried)
            {
                carried = log.LastWriteTimeUtc; // the file keeps its length: only what was written since is worth another look
                await Task.Run(Checkpoint, stoppingToken);
            }
        }
    }

    private void Checkpoint()
    {
        try
        {
            using var connection = new SqliteConnection(SqliteDatabase.ConnectionString(where));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(PASSIVE)"; // PASSIVE waits for nobody, and nobody waits for it
            command.ExecuteNonQuery();
        }
        catch (SqliteException fault)
        {
            LogFault(fault.SqliteErrorCode);
        }
    }

    [LoggerMessage(4005, LogLevel.Warning, "The store's log could not be carried over (SQLite result code {Code}); the writer does it")]
    private partial void LogFault(int code);
}
