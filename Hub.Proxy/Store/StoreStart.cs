using Hub.Proxy.Store.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>Brings the store to the schema of this version before anything uses it.</summary>
internal static class StoreStart
{
    /// <summary>Creates or migrates the SQLite file. Safe to call on a store that is up to date.</summary>
    public static async Task MigrateAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        await using var context = Context(options);
        await context.Database.MigrateAsync(cancellationToken);
    }

    public static SqliteHubDbContext Context(StoreOptions options) =>
        new(new DbContextOptionsBuilder<SqliteHubDbContext>().UseSqlite(SqliteMessageStore.ConnectionString(options)).Options);
}
