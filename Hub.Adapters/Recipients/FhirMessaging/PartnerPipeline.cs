using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>
/// One circuit breaker and one time-out a partner. There is no retry here: Dispatch retries durably, and two loops multiply.
/// </summary>
internal static class PartnerPipeline
{
    public static readonly HttpRequestOptionsKey<string> PartnerId = new("hub.partner");
    public static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("hub.timeout");

    public static string KeyOf(HttpRequestMessage request) => request.Options.TryGetValue(PartnerId, out var id) ? id : "";

    public static HttpCircuitBreakerStrategyOptions Breaker(PartnerBreakers breakers, string partnerId) => new()
    {
        Name = "breaker",
        SamplingDuration = TimeSpan.FromSeconds(30),
        MinimumThroughput = 8,
        FailureRatio = 0.5,
        BreakDuration = TimeSpan.FromSeconds(5),
        StateProvider = breakers.For(partnerId),

        // Dead, not busy: 429 and a scripted 4xx come from a partner that is well and says so.
        ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome switch
        {
            { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
            { Exception: OperationCanceledException { InnerException: TimeoutException } } => true, // connecting took too long
            { Result.StatusCode: >= HttpStatusCode.InternalServerError } => true,
            _ => false,
        }),
    };

    // The time-out rides on the request, because a pipeline outlives a changed partner file.
    public static HttpTimeoutStrategyOptions TimeoutOfRequest() => new()
    {
        Name = "time-out",
        Timeout = TimeSpan.FromMinutes(2),
        TimeoutGenerator = static arguments => ValueTask.FromResult(
            arguments.Context.GetRequestMessage() is { } request && request.Options.TryGetValue(Timeout, out var timeout) ? timeout : TimeSpan.FromMinutes(2)),
    };
}

/// <summary>The state of every partner's circuit breaker, for health and the console.</summary>
public sealed class PartnerBreakers
{
    private readonly ConcurrentDictionary<string, CircuitBreakerStateProvider> states = new(StringComparer.Ordinal);

    /// <summary>Null for a partner that has not been called yet. An open breaker stays open until the next call tries it.</summary>
    public CircuitState? StateOf(string partnerId) =>
        states.TryGetValue(partnerId, out var state) ? state.CircuitState : null;

    // A pipeline is built once a partner; a provider can watch one breaker only.
    internal CircuitBreakerStateProvider For(string partnerId) => states[partnerId] = new CircuitBreakerStateProvider();
}
