using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Telemetry;

/// <summary>How large the store is, in bytes.</summary>
internal static class StoreSize
{
    public static async Task<long> ReadAsync(StoreOptions store, CancellationToken cancellationToken)
    {
        if (store.Provider == StoreProvider.Sqlite)
        {
            return new[] { store.Path, store.Path + "-wal" }.Select(p => new FileInfo(p)).Where(f => f.Exists).Sum(f => f.Length);
        }

        await using var context = StoreStart.Context(store);
        return await context.Database.SqlQueryRaw<long>("SELECT pg_database_size(current_database()) AS \"Value\"").SingleAsync(cancellationToken);
    }
}
