using Hub.Adapters.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>Puts the FHIR message source into a host: <c>AddFhirMessages()</c> and <c>MapFhirMessages()</c>.</summary>
public static class FhirMessageRegistration
{
    /// <summary>Needs an <see cref="IEventIntake"/> and an <see cref="IPartnerDirectory"/> from the host.</summary>
    public static IServiceCollection AddFhirMessages(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FhirMessageEndpoint>();
        services.TryAddSingleton<FhirConformanceEndpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPartnerSettingsCheck, FhirMessageSettingsCheck>());
        return services;
    }

    /// <summary>Lets recipients answer later at the same door. Needs an <see cref="IAnswerIntake"/>, <see cref="IPostedAnswers"/> and <see cref="ICallers"/> from the host.</summary>
    public static IServiceCollection AddPostedAnswers(this IServiceCollection services) => services.AddSingleton<FhirAnswerDoor>();

    /// <summary>Messages at <c>/fhir/$process-message</c>, what the hub says of itself, and <c>$validate</c>.</summary>
    public static IEndpointConventionBuilder MapFhirMessages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/fhir").WithTags("FHIR").Needs(AccessRule.Public); // what the hub says of itself
        Fhir(group.MapPost("$process-message", (HttpContext context, FhirMessageEndpoint endpoint) => endpoint.PostAsync(context)).Needs(AccessRule.Partner, "system/MessageHeader.write"), "process-message",
            "Takes one FHIR R4 message Bundle",
            "The answer is a message whose MessageHeader.response names the request's MessageHeader.id: ok 200, fatal-error 200 (403 for a sender that no partner file knows), transient-error 503. What is no message is answered with an OperationOutcome. "
            + "Given only after the message is stored. A response message of a partner that answers later is answered with an OperationOutcome: 200 once it is written down, 404 where it names nothing that waits. With Prefer: respond-async (or async=true, or an allow-listed response-url) 202, and the answer at Content-Location.")
            .WithMetadata(new FhirMessageOperation())
            .AlsoAnswers(202, 403, 404, 406, 413, 415, 503)
            .Accepts<object>(FhirHttp.JsonMedia, FhirHttp.XmlMedia);
        Fhir(group.MapGet("metadata", (HttpContext context, FhirConformanceEndpoint endpoint) => endpoint.Metadata(context)), "fhir-metadata",
            "The hub's CapabilityStatement", "Made from the partners this hub has and the profiles package it was built with.");
        Fhir(group.MapGet("MessageDefinition", (Delegate)FhirConformanceEndpoint.MessageDefinitions), "message-definitions",
            "The messages the hub knows", "All, or those of one event: event=code or event=system|code.");
        Fhir(group.MapGet("MessageDefinition/{id}", (HttpContext context, string id) => FhirConformanceEndpoint.MessageDefinition(context, id)), "message-definition", "One MessageDefinition", "By its id.");
        foreach (var path in (ReadOnlySpan<string>)["$validate", "Bundle/$validate"])
        {
            Fhir(group.MapPost(path, (Delegate)FhirConformanceEndpoint.ValidateAsync).Needs(AccessRule.Partner), path == "$validate" ? "validate" : "validate-bundle", "Judges a resource", "The answer is an OperationOutcome; nothing is stored.")
                .Accepts<object>(FhirHttp.JsonMedia, FhirHttp.XmlMedia);
        }

        return group;
    }

    private static RouteHandlerBuilder Fhir(RouteHandlerBuilder route, string name, string summary, string description) => route
        .WithName(name).WithSummary(summary).WithDescription(description)
        .AlsoAnswers(StatusCodes.Status200OK, StatusCodes.Status400BadRequest);

    private static RouteHandlerBuilder AlsoAnswers(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<object>(status, FhirHttp.JsonMedia, FhirHttp.XmlMedia);
        }

        return route;
    }
}

/// <summary>Stands on <c>$process-message</c>, so that the OpenAPI document can show how its answer may be put off.</summary>
public sealed record FhirMessageOperation
{
    public static IReadOnlyList<(string Name, bool IsHeader, string Description)> Parameters { get; } =
    [
        ("async", false, "true: answer 202, and keep the response message at the address in Content-Location."),
        ("response-url", false, "As async, and the response message is posted there until it is taken, for a day; only an address of the sender's partner file."),
        ("Prefer", true, "respond-async: as async."),
    ];
}
