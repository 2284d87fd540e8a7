using Hub.Adapters.Contract;
using Hub.Proxy.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>What is known of the disk under the store.</summary>
/// <param name="FreeBytes">Free on the disk, and inside the store's file.</param>
/// <param name="UntilStop">Until intake must stop at the present rate; null where that cannot be said.</param>
internal sealed record DiskState(long FreeBytes, bool IntakeStopped, bool Low, TimeSpan? UntilStop);

/// <summary>
/// Watches the disk under a SQLite store: nearly full, intake stops before the store must fail, nothing is acknowledged, and what waits drains (clinical
/// rule 5). A database server's disk cannot be seen from here: there its own faults stop intake.
/// </summary>
internal sealed partial class DiskWatch(
    IMessageStore store, StoreOptions where, IOptions<DiskOptions> options, TimeProvider time, ILogger<DiskWatch> logger) : BackgroundService
{
    private const long Megabyte = 1_048_576;
    private readonly DiskForecast forecast = new();
    private volatile DiskState? state;

    /// <summary>Null before the first look, and where the store is not on a disk of this machine.</summary>
    public DiskState? State => state;

    /// <exception cref="StorageUnavailableException">The disk is nearly full: nothing more is taken in.</exception>
    public void RequireRoom()
    {
        if (state is { IntakeStopped: true })
        {
            throw new StorageUnavailableException("The disk under the store is nearly full: nothing is taken in until there is room.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (where.Provider != StoreProvider.Sqlite)
        {
            return;
        }

        Look(); // before the first message
        await Task.Yield();
        var told = (Low: false, Stopped: false);
        while (!stoppingToken.IsCancellationRequested)
        {
            told = await TellAsync(told, stoppingToken);
            await Task.Delay(options.Value.Every, time, stoppingToken);
            Look();
        }
    }

    private void Look()
    {
        try
        {
            // What was forgotten is room inside the file, which never shrinks; only the log beside it needs the disk itself.
            var free = new DriveInfo(Path.GetFullPath(Path.GetDirectoryName(where.Path) ?? ".")).AvailableFreeSpace;
            var room = free + Reusable();
            forecast.Note(time.GetUtcNow(), room);
            var settings = options.Value;
            var stop = settings.StopIntakeBelowMegabytes * Megabyte;
            var until = forecast.UntilBelow(stop);
            state = new DiskState(
                room,
                room < stop || free < stop / 4,
                room < settings.WarnBelowMegabytes * Megabyte || until < TimeSpan.FromDays(settings.WarnDaysBefore),
                until);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or ArgumentException or SqliteException)
        {
            LogUnseen(ex.GetType().Name);
        }
    }

    private long Reusable()
    {
        using var connection = new SqliteConnection(SqliteDatabase.ConnectionString(where));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT f.freelist_count * s.page_size FROM pragma_freelist_count f, pragma_page_size s";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Tells once a change; what could not be written down is told again at the next look.</summary>
    private async Task<(bool Low, bool Stopped)> TellAsync((bool Low, bool Stopped) told, CancellationToken cancellationToken)
    {
        if (state is not { } now || (now.Low, now.IntakeStopped) == told)
        {
            return told;
        }

        LogState(now.FreeBytes / Megabyte, now.IntakeStopped);
        if (now.Low)
        {
            try
            {
                await store.AttendAsync(Entry(now), cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogUntold(fault.GetType().Name);
                return told;
            }
        }

        return (now.Low, now.IntakeStopped);
    }

    private PlannedAttention Entry(DiskState now) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = now.IntakeStopped ? "disk-full" : "disk-low",
        Reason = now.IntakeStopped
            ? $"The disk under the store has {now.FreeBytes / Megabyte} MB left. Nothing is taken in and no sender is acknowledged until there is room; what waits goes on being delivered."
            : $"The disk under the store has {now.FreeBytes / Megabyte} MB left"
                + (now.UntilStop is { } until ? $" and will be too full for intake in about {until.TotalDays:F1} days." : "."),
        Owner = "Hub operator",
        NextStep = "Make room on the disk of Hub:DataDirectory, or shorten Hub:Retention; intake starts again by itself.",
        Urgency = now.IntakeStopped ? Urgency.Urgent : Urgency.Routine,
        DueAt = time.GetUtcNow() + (now.IntakeStopped ? TimeSpan.FromMinutes(15) : TimeSpan.FromDays(1)),
    };

    [LoggerMessage(4003, LogLevel.Warning, "The disk under the store has {FreeMegabytes} MB left; intake stopped: {IntakeStopped}")]
    private partial void LogState(long freeMegabytes, bool intakeStopped);

    [LoggerMessage(4006, LogLevel.Error, "That the disk fills up could not be written down ({Fault}); it is tried again")]
    private partial void LogUntold(string fault);

    [LoggerMessage(4004, LogLevel.Warning, "The disk under the store cannot be looked at ({Fault})")]
    private partial void LogUnseen(string fault);
}
