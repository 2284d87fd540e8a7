using Hub.Proxy.Store.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>Brings the store to the schema of this version before anything uses it.</summary>
internal static class StoreStart
{
    /// <summary>Migrates the store that the services are composed for.</summary>
    public static Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        MigrateAsync(services.GetRequiredService<StoreOptions>(), cancellationToken);

    /// <summary>Creates or migrates the SQLite file. Safe to call on a store that is up to date.</summary>
    public static async Task MigrateAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        await using var context = Context(options);
        await context.Database.MigrateAsync(cancellationToken);
    }

    public static SqliteHubDbContext Context(StoreOptions options) =>
        new(new DbContextOptionsBuilder<SqliteHubDbContext>().UseSqlite(SqliteMessageStore.ConnectionString(options)).Options);
}
