using Hub.Adapters.Recipients;
using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Silence;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Proxy.Telemetry;

/// <summary>
/// Whether messages go where they should: degraded where a partner is held or left alone, something has waited too long for it, or a source has fallen silent. A green store and
/// open ports say nothing about that.
/// </summary>
internal sealed class WorkingHealth(PartnerStatus partners, SilenceWatch silence, TimeProvider time) : IHealthCheck
{
    /// <summary>A message that has waited this long is somebody's to look at (pains 31: unseen for 15 minutes).</summary>
    public static readonly TimeSpan TooLong = TimeSpan.FromMinutes(15);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var now = time.GetUtcNow();
            var all = await partners.ReadAsync(cancellationToken);
            var data = all.ToDictionary(p => p.Id, p => (object)p.Words);
            var wrong = all.Where(p => p.HeldReason is not null || p.Breaker is not BreakerState.Closed || now - p.OldestWaitingSince > TooLong).Select(p => p.Id).ToList();
            List<string> faults = wrong.Count == 0 ? [] : [$"Held, left alone, or with a message older than {TooLong.TotalMinutes:0} minutes: {string.Join(", ", wrong)}."];
            foreach (var (source, silent) in silence.Silent)
            {
                data[source] = $"silent since {silent.Since:yyyy-MM-dd HH:mm} UTC, {silent.Because}";
                faults.Add($"Source {source} is silent.");
            }

            return faults.Count == 0 ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Degraded(string.Join(" ", faults), data: data);
        }
        catch (StorageUnavailableException)
        {
            return HealthCheckResult.Unhealthy("The store cannot be read.");
        }
    }
}
