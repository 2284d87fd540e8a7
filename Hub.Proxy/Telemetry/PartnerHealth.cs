using Hub.Proxy.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Proxy.Telemetry;

/// <summary>Degraded where partner files are faulty: what runs goes on, and somebody should look.</summary>
internal sealed class PartnerHealth(PartnerFiles partners) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        partners.Problems.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"{partners.Problems.Count} problem(s) in partner files: hub partner validate names them."));
}
