using Hub.Proxy.Store.Upkeep;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Proxy.Telemetry;

/// <summary>Not ready while the disk is too full for intake; degraded while it soon will be.</summary>
internal sealed class DiskHealth(DiskWatch disk) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(disk.State switch
    {
        { IntakeStopped: true } => HealthCheckResult.Unhealthy("The disk under the store is nearly full: nothing is taken in."),
        { Low: true } => HealthCheckResult.Degraded("The disk under the store fills up."),
        _ => HealthCheckResult.Healthy(),
    });
}
