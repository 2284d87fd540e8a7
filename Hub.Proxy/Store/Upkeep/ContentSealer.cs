using Hub.Proxy.Store.AtRest;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>
/// Learns of a new key that a verb or another node has made, and seals anew under it what lies under an older one, or in clear from before there were keys: in
/// small batches with a breath between them. When all is under the newest, the older ones can be retired (<c>hub keys retire</c>).
/// </summary>
internal sealed partial class ContentSealer(IMessageStore store, StoreOptions where, TimeProvider time, ILogger<ContentSealer> logger) : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    // Until then another node may still seal under the key before.
    private static readonly TimeSpan UntilAllKnow = TimeSpan.FromMinutes(1);

    // What cannot be opened is told again once a day.
    private static readonly TimeSpan AfterFaults = TimeSpan.FromDays(1);
    private readonly ContentKeys keys = ContentKeys.Of(where);
    private DateTimeOffset notBefore;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken);
            try
            {
                if (IsDue(await Task.Run(keys.List, stoppingToken)))
                {
                    await SealAllAsync(stoppingToken);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(fault);
            }
        }
    }

    /// <summary>Goes through everything once. True where nothing is left under another key, and nothing in clear.</summary>
    internal async Task<bool> SealAllAsync(CancellationToken cancellationToken)
    {
        var (count, unreadable) = (0, new List<string>());
        for (var at = SealingPlace.Beginning; at is not null;)
        {
            var step = await store.SealAnewAsync(at, BatchSize, cancellationToken);
            (at, count) = (step.Next!, count + step.Sealed);
            unreadable.AddRange(step.Unreadable);
            if (step.Sealed > 0)
            {
                await Task.Delay(Breath, time, cancellationToken);
            }
        }

        if (unreadable.Count > 0)
        {
            notBefore = time.GetUtcNow() + AfterFaults;
            LogUnreadable(unreadable.Count, unreadable[0]);
            return false;
        }

        await Task.Run(() => keys.NoteSwept(time.GetUtcNow()), cancellationToken);
        EmptyLog();
        LogSealed(count, keys.ActiveId);
        return true;
    }

    private bool IsDue(IReadOnlyList<ContentKeyState> known) =>
        known is [.., { SweptAt: null } newest] && (known.Count > 1 || newest.TakesClear) && time.GetUtcNow() is var now && now >= notBefore && now - newest.CreatedAt > UntilAllKnow;

    // SQLite's write-ahead log would hold what was in clear until it is written over.
    private void EmptyLog()
    {
        if (where.Provider == StoreProvider.Sqlite)
        {
            using var connection = new SqliteConnection(Sqlite.SqliteDatabase.ConnectionString(where));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)"; // where a reader is in its way it answers "busy", and the log is written over later
            command.ExecuteNonQuery();
        }
    }

    [LoggerMessage(4012, LogLevel.Information, "Content keys: {Count} contents were sealed anew; everything is under {Key}")]
    private partial void LogSealed(int count, string key);

    [LoggerMessage(4013, LogLevel.Error, "Content keys: {Count} contents are not as they were written, the first {Row}; look with hub keys verify. They are left alone, and the older keys stay needed")]
    private partial void LogUnreadable(int count, string row);

    [LoggerMessage(4014, LogLevel.Error, "Content keys could not be read or used; it is tried again")]
    private partial void LogFault(Exception fault);
}
