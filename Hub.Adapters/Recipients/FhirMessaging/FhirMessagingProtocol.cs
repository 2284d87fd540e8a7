using Hub.Adapters.Contract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>FHIR messaging: <c>POST .../$process-message</c>, answered by a message with MessageHeader.response.</summary>
internal sealed class FhirMessagingProtocol(IHttpClientFactory clients, TimeProvider time) : IRecipientProtocol
{
    public string Name => FhirMessagingAdapter.Protocol;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => FhirMessagingSettings.Read(partner).Problems;

    public IRecipientAdapter Create(PartnerFile partner) =>
        new FhirMessagingAdapter(
            clients,
            FhirMessagingSettings.Read(partner).Settings ?? throw new InvalidOperationException($"Partner file '{partner.Id}' was not checked"),
            time);
}

internal static class FhirMessagingRegistration
{
    public static IServiceCollection AddFhirMessaging(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PartnerBreakers>();
        services.AddSingleton<IRecipientProtocol, FhirMessagingProtocol>();
        services
            .AddHttpClient(FhirMessagingAdapter.Protocol, http => http.Timeout = Timeout.InfiniteTimeSpan) // the pipeline and the adapter hold the clock
            .RemoveAllLoggers()
            .UseSocketsHttpHandler((handler, _) =>
            {
                handler.AllowAutoRedirect = false; // patient data goes where the partner file says
                handler.UseProxy = false;          // and by no road that an environment variable names
                handler.UseCookies = false;
                handler.ConnectTimeout = TimeSpan.FromSeconds(5);
                handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30); // shorter than servers keep: a stale connection costs an Unknown
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);     // DNS changes are seen
                handler.MaxResponseDrainSize = 0;
                handler.MaxResponseHeadersLength = 32;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddResilienceHandler(FhirMessagingAdapter.Protocol, (pipeline, context) =>
            {
                pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
                pipeline
                    .AddCircuitBreaker(PartnerPipeline.Breaker(context.ServiceProvider.GetRequiredService<PartnerBreakers>(), context.InstanceName))
                    .AddTimeout(PartnerPipeline.TimeoutOfRequest());
            })
            .SelectPipelineBy(_ => PartnerPipeline.KeyOf);
        return services;
    }
}
