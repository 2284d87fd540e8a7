using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Hub.Adapters.Recipients.Http;

internal static class PartnerHttpRegistration
{
    /// <summary>What every protocol over HTTP shares. Registered once, however many ask for it.</summary>
    public static IServiceCollection AddPartnerHttp(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(PartnerHttpFactory)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PartnerBreakers>();
        services.AddSingleton<PartnerHttpFactory>();
        services
            .AddHttpClient(PartnerHttp.ClientName, http => http.Timeout = Timeout.InfiniteTimeSpan) // the pipeline and the adapter hold the clock
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new OwnConnections())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddResilienceHandler(PartnerHttp.ClientName, (pipeline, context) =>
            {
                var breakers = context.ServiceProvider.GetRequiredService<PartnerBreakers>();
                pipeline.TimeProvider = breakers.Clock;
                if (context.InstanceName.Length > 0)
                {
                    pipeline.AddCircuitBreaker(PartnerPipeline.Breaker(breakers, context.InstanceName));
                }

                pipeline.AddTimeout(PartnerPipeline.TimeoutOfRequest());
            })
            .SelectPipelineBy(_ => PartnerPipeline.KeyOf);
        return services;
    }
}
