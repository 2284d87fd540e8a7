using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Proxy.Access;

namespace Hub.Proxy.FhirApi;

/// <summary>Puts the route for partners that fetch their messages into the host.</summary>
internal static class FetchingRegistration
{
    public static IServiceCollection AddFetching(this IServiceCollection services)
    {
        services.AddSingleton<OfferedMessages>();
        services.AddSingleton<WaitingMessages>();
        services.AddSingleton<FetchingEndpoint>();
        services.AddHostedService<FetchWatch>();
        return services;
    }

    public static void MapFetching(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/fhir/Bundle").WithTags("FHIR").Needs(AccessRule.Partner, AccessScopes.ReadBundles);
        Describe(group.MapGet("", (HttpContext context, FetchingEndpoint endpoint) => endpoint.SearchAsync(context)), "waiting-messages",
            "The messages that wait for a partner that fetches them", "A searchset, oldest first, of the head of each person's messages: what is behind it comes when it is acknowledged. Offered again until then.", 200, 400, 403);
        Describe(group.MapGet("{id}", (HttpContext context, string id, FetchingEndpoint endpoint) => endpoint.ReadAsync(context, id)), "waiting-message",
            "One message that waits", "Exactly the bytes that were fixed for this partner.", 200, 404);
        Describe(group.MapPost("{id}/$acknowledge", (HttpContext context, string id, FetchingEndpoint endpoint) => endpoint.AcknowledgeAsync(context, id)).Needs(AccessRule.Partner, AccessScopes.WriteBundles), "acknowledge-message",
            "Says what became of a fetched message", "A response message, or Parameters with code (ok, fatal-error, transient-error) and reason. To say the same twice does no harm.", 200, 400, 404, 409, 413, 415, 503);
    }

    private static void Describe(RouteHandlerBuilder route, string name, string summary, string description, params ReadOnlySpan<int> statuses)
    {
        route.WithName(name).WithSummary(summary).WithDescription(description);
        foreach (var status in statuses)
        {
            route.Produces<object>(status, FhirHttp.JsonMedia);
        }
    }
}
