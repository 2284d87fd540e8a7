using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access;

/// <summary>
/// So many calls a minute from each partner, and from each address that nobody has signed in from, so that one that floods leaves the others served. Not for
/// whoever runs the hub, on its own machine.
/// </summary>
internal sealed class CallRates(IOptions<HubOptions> options) : IDisposable
{
    private const string Here = "";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => KeyOf(context) switch
    {
        Here => RateLimitPartition.GetNoLimiter(Here),
        var key => RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = options.Value.Access.CallsPerMinute, Window = Minute, SegmentsPerWindow = 6, QueueLimit = 0,
        }),
    });

    /// <summary>Null where the call may go on; else how long to wait.</summary>
    public TimeSpan? WaitFor(HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(10);
    }

    public void Dispose() => limiter.Dispose();

    private static string KeyOf(HttpContext context) =>
        Callers.SignedIn(context.Request) is { } caller ? "partner " + caller.Partner.Id
        : context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address) ? "address " + address : Here;
}
