using Hub.Adapters.Contract;
using Polly;
using Polly.CircuitBreaker;

namespace Hub.Adapters.Recipients;

/// <summary>The breaker of a protocol whose attempt is more than one HTTP request: it counts attempts, not requests.</summary>
internal static class DeliveryBreaker
{
    // Dead, not busy: silence, a cut line and no connection count, a refusal does not.
    public static ResiliencePipeline<DeliveryOutcome> For(PartnerBreakers breakers, string partnerId)
    {
        var breaker = new CircuitBreakerStrategyOptions<DeliveryOutcome>
        {
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is Unknown or Unavailable { NothingSent: true }),
        };
        breakers.Watch(breaker, partnerId);
        breakers.Use(partnerId, partnerId); // each file, and each change of one, has an adapter and a breaker of its own
        return new ResiliencePipelineBuilder<DeliveryOutcome> { TimeProvider = breakers.Clock }.AddCircuitBreaker(breaker).Build();
    }
}
