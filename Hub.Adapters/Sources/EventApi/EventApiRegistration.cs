using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>Puts the JSON event API into a host: <c>AddEventApi()</c> and <c>MapEventApi()</c>.</summary>
public static class EventApiRegistration
{
    /// <summary>Needs an <see cref="IEventIntake"/> and an <see cref="IPartnerDirectory"/> from the host.</summary>
    public static IServiceCollection AddEventApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EventApiEndpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPartnerSettingsCheck, EventApiSettingsCheck>());
        return services;
    }

    /// <summary><c>POST /events/{type}</c> for each event, and the schemas they are held to under <c>/schemas</c>.</summary>
    public static IEndpointConventionBuilder MapEventApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/events").WithTags("Events").Needs(AccessRule.Partner, "hub/events.write");
        foreach (var name in EventSchemas.Names.Order(StringComparer.Ordinal))
        {
            Describe(group.MapPost(name, (HttpContext context, EventApiEndpoint endpoint) => endpoint.PostAsync(context, name)), name);
        }

        group.MapPost("{type}", (HttpContext context, string type, EventApiEndpoint endpoint) => endpoint.PostAsync(context, type))
            .ExcludeFromDescription(); // an address nobody documented: answered with the known ones

        routes.MapGet("/schemas/event-{name}.schema.json", (string name) => EventSchemas.Find(name) is { } schema
                ? Results.Text(EventSchemas.Text(schema), "application/schema+json")
                : Results.NotFound())
            .Needs(AccessRule.Public).WithTags("Events").WithName("event-schema").WithSummary("The JSON Schema of one event");
        return group;
    }

    private static void Describe(RouteHandlerBuilder route, string name) => route
        .WithName("post-" + name)
        .WithSummary($"Reports one {name} event")
        .WithDescription("Send your own id of the event in Idempotency-Key. Repeated with the same key and content it is answered as the first time. 202 is given only after the event is stored.")
        .WithMetadata(new EventApiOperation(name, EventSchemas.Find(name)!))
        .Accepts<JsonObject>("application/json")
        .Produces<EventAccepted>(StatusCodes.Status202Accepted)
        .Produces<EventProblemReport>(StatusCodes.Status400BadRequest, EventApiAnswers.ProblemMedia)
        .Produces<EventProblemReport>(StatusCodes.Status409Conflict, EventApiAnswers.ProblemMedia)
        .Produces<EventProblemReport>(StatusCodes.Status413PayloadTooLarge, EventApiAnswers.ProblemMedia)
        .Produces<EventProblemReport>(StatusCodes.Status415UnsupportedMediaType, EventApiAnswers.ProblemMedia)
        .Produces<EventProblemReport>(StatusCodes.Status503ServiceUnavailable, EventApiAnswers.ProblemMedia);
}

/// <summary>Stands on each event's endpoint, so that the OpenAPI document can show the true schema and the headers.</summary>
public sealed record EventApiOperation(string EventName, JsonObject Schema)
{
    public const string KeyHeader = "Idempotency-Key";
    public const string SourceHeader = "X-Source";
}
