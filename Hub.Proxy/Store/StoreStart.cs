using System.Data.Common;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.HotPath;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>Opens the store, and sees to it that it stands at the schema of this version before anything uses it.</summary>
internal static class StoreStart
{
    /// <summary>Makes the store ready that the services are composed for.</summary>
    public static Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        MigrateAsync(services.GetRequiredService<StoreOptions>(), cancellationToken);

    /// <summary>A SQLite file is migrated; a server, which others may be using and whose owner may be another account, must have been.</summary>
    /// <exception cref="InvalidOperationException">The store must not be used as it stands; the text says what to do.</exception>
    public static async Task ReadyAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        if (options.Provider == StoreProvider.Sqlite)
        {
            await MigrateAsync(options, cancellationToken);
        }
        else if (await PendingAsync(options, cancellationToken) is { Count: > 0 } pending)
        {
            throw new InvalidOperationException(
                $"The database's schema is not that of this version ({pending.Count} migration(s) wait, the first {pending[0]}). "
                + "Look at them with `hub migrate --plan`, take a backup, run `hub migrate`, then start the hub again.");
        }

        RequireKey(options);
        ContentKeys.Of(options).Prepare();
    }

    /// <summary>Creates the schema or brings it up to date. Safe to call on a store that is up to date, and from two machines.</summary>
    public static async Task MigrateAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        await using var context = Context(options);
        await context.Database.MigrateAsync(cancellationToken);
        if (options.MakesKeys)
        {
            ContentKeys.Of(options).Prepare();
        }
    }

    /// <summary>Migrations of this version that the store does not have yet, oldest first.</summary>
    /// <exception cref="InvalidOperationException">The server cannot be reached.</exception>
    public static async Task<IReadOnlyList<string>> PendingAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        await using var context = Context(options);
        try
        {
            return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
        }
        catch (DbException fault)
        {
            throw new InvalidOperationException(StoreDatabase.Of(options, TimeProvider.System).ToUnavailable(fault).Message, fault);
        }
    }

    /// <summary>The message store on the database that the options name. Dispose it: what waits is committed first.</summary>
    public static MessageStore Open(StoreOptions options, TimeProvider time) => new(StoreDatabase.Of(options, time), options, time);

    public static HubDbContext Context(StoreOptions options) => StoreDatabase.Of(options, TimeProvider.System).Context();

    /// <exception cref="InvalidOperationException">With another key every person of the store would be taken for somebody new at the next message (clinical rule 4).</exception>
    public static void RequireKey(StoreOptions options)
    {
        ContentKeys.Of(options).Require();
        using var session = StoreDatabase.Of(options, TimeProvider.System).Open();
        if (!StoredLookups.KnowsItsPersons(session, new IdentifierHasher(options)))
        {
            throw new InvalidOperationException(
                $"The identifier key is not the one that this store was written with (key id {options.IdentifierKeyId}). "
                + "Put that key back (Hub:Store:IdentifierKey, or identifier.key in the data directory): with another one nobody is found again.");
        }
    }
}
