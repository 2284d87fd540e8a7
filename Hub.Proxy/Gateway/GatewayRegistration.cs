using Hub.Adapters.Contract;
using Hub.Proxy.Access;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Proxy.Gateway;

/// <summary>Partner calls partner, through the hub: <c>/gateway/{partner}/...</c>, or <c>/gateway/-/...</c> where a header names the target.</summary>
internal static class GatewayRegistration
{
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddSingleton<GatewayDecision>();
        services.AddSingleton<GatewayRates>();
        services.AddSingleton<TargetCredentials>();
        services.AddSingleton<GatewayAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayAudit>());
        services.AddSingleton<IProxyConfigProvider, GatewayConfig>();
        services.AddSingleton<IForwarderHttpClientFactory, GatewayClients>();
        services.AddReverseProxy().AddTransforms<GatewayTransforms>();
        return services;
    }

    /// <summary>Before routing: the gate judges the request line as it came.</summary>
    public static void UseGatewayGate(this IApplicationBuilder app) => app.UseMiddleware<GatewayGate>();

    public static IEndpointConventionBuilder MapGateway(this IEndpointRouteBuilder routes) => routes.MapReverseProxy(proxy =>
    {
        proxy.Use((context, next) =>
        {
            if (context.Features.Get<GatewayPass>() is not { Refusal: null, Settings: not null } pass)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            pass.Forwarded = true;
            return next();
        });
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    });
}
