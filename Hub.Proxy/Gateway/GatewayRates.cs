using System.Threading.RateLimiting;

namespace Hub.Proxy.Gateway;

/// <summary>How often each caller may call each target: so many in any one minute, counted by each node for itself.</summary>
internal sealed class GatewayRates : IDisposable
{
    private const int Segments = 12;

    // A changed file counts anew, by its own limit; limiters that nobody uses are let go.
    private readonly PartitionedRateLimiter<GatewayPass> limiter = PartitionedRateLimiter.Create<GatewayPass, (string Caller, string Target, string File)>(
        pass => RateLimitPartition.GetSlidingWindowLimiter(
            (pass.Caller!.Id, pass.Target!.Id, pass.Target.Hash),
            _ => new SlidingWindowRateLimiterOptions { PermitLimit = pass.Settings!.CallsPerMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = Segments, QueueLimit = 0 }));

    public bool TryTake(GatewayPass pass, out TimeSpan wait)
    {
        using var lease = limiter.AttemptAcquire(pass);
        wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var asked) ? asked : TimeSpan.FromMinutes(1.0 / Segments);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
