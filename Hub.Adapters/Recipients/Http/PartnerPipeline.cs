using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Hub.Adapters.Recipients.Http;

/// <summary>
/// One circuit breaker and one time-out a partner file. There is no retry here: Dispatch retries durably, and two loops multiply.
/// </summary>
internal static class PartnerPipeline
{
    /// <summary>The partner and the hash of its file: a corrected address is tried at once, with a breaker of its own.</summary>
    public static readonly HttpRequestOptionsKey<string> Key = new("hub.partner");
    public static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("hub.timeout");

    /// <summary>The connections that this partner's file makes: its certificates are nobody else's.</summary>
    public static readonly HttpRequestOptionsKey<PartnerConnections> Connections = new("hub.connections");

    public static string KeyFor(string partnerId, string fileHash) => $"{partnerId}|{fileHash}";

    public static string KeyOf(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var key) ? key : "";

    public static HttpCircuitBreakerStrategyOptions Breaker(PartnerBreakers breakers, string key)
    {
        var breaker = new HttpCircuitBreakerStrategyOptions
        {
            // Dead, not busy: 429 and a scripted 4xx come from a partner that is well and says so.
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome switch
            {
                { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
                { Exception: OperationCanceledException { InnerException: TimeoutException } } => true, // connecting took too long
                { Result.StatusCode: >= HttpStatusCode.InternalServerError } => true,
                _ => false,
            }),
        };
        breakers.Watch(breaker, key);
        return breaker;
    }

    // The time-out rides on the request, because a pipeline outlives a changed partner file.
    public static HttpTimeoutStrategyOptions TimeoutOfRequest() => new()
    {
        Name = "time-out",
        Timeout = TimeSpan.FromMinutes(2),
        TimeoutGenerator = static arguments => ValueTask.FromResult(
            arguments.Context.GetRequestMessage() is { } request && request.Options.TryGetValue(Timeout, out var timeout) ? timeout : TimeSpan.FromMinutes(2)),
    };
}
