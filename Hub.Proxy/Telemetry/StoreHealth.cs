using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Proxy.Telemetry;

/// <summary>Ready only while the store takes writes: a hub that cannot commit cannot acknowledge.</summary>
internal sealed class StoreHealth(IMessageStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Touches no row, and goes through the writer like any commit.
            await store.NoteRepeatAsync(Guid.Empty, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageUnavailableException)
        {
            return HealthCheckResult.Unhealthy("The store takes no writes: nothing is accepted until it does.");
        }
    }
}
