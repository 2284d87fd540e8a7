using System.Net.Http.Headers;

namespace Hub.Adapters.Recipients.Http;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, 10.2.3), as seconds or as a date.</summary>
internal static class RetryAfter
{
    public static TimeSpan? Read(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var wait = header switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait switch
        {
            null => null,
            _ when wait < TimeSpan.Zero => TimeSpan.Zero,
            _ => wait,
        };
    }
}
