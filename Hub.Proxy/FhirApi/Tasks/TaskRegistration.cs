using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Contract;
using Hub.Proxy.Access;
using Hub.Proxy.Store;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>Puts FHIR Tasks into the host.</summary>
internal static class TaskRegistration
{
    public static IServiceCollection AddTasks(this IServiceCollection services) => services
        .AddSingleton(provider => new TaskBook(() => StoreStart.Context(provider.GetRequiredService<StoreOptions>())))
        .AddSingleton(provider => new SenderTaskBook(() => StoreStart.Context(provider.GetRequiredService<StoreOptions>()), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<SenderTasks>()
        .AddSingleton<TaskEndpoint>();

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/fhir/Task").WithTags("FHIR").Needs(AccessRule.Partner, AccessScopes.ReadTasks);
        Describe(group.MapGet("", (HttpContext context, TaskEndpoint endpoint) => endpoint.SearchAsync(context)), "tasks", "The Tasks that the caller was asked", 200, 400, 403);
        Describe(group.MapPost("_search", (HttpContext context, TaskEndpoint endpoint) => endpoint.SearchByFormAsync(context)), "search-tasks", "As GET, with patient:identifier in the body", 200, 400, 403);
        Describe(group.MapGet("{id}", (HttpContext context, string id, TaskEndpoint endpoint) => endpoint.ReadAsync(context, id)), "task", "One Task, with its version as ETag", 200, 404);
        Describe(group.MapPut("{id}", (HttpContext context, string id, TaskEndpoint endpoint) => endpoint.ChangeAsync(context, id)).Needs(AccessRule.Partner, AccessScopes.WriteTasks), "update-task", "Answers a Task with the whole of it", 200, 400, 404, 412, 413, 415, 422, 428);
        Describe(group.MapPatch("{id}", (HttpContext context, string id, TaskEndpoint endpoint) => endpoint.ChangeAsync(context, id)).Needs(AccessRule.Partner, AccessScopes.WriteTasks), "patch-task", "Answers a Task by JSON Patch or FHIRPath Patch", 200, 400, 404, 412, 413, 415, 422, 428);
    }

    private static void Describe(RouteHandlerBuilder route, string name, string summary, params ReadOnlySpan<int> statuses)
    {
        route.WithName(name).WithSummary(summary);
        foreach (var status in statuses)
        {
            route.Produces<object>(status, FhirHttp.JsonMedia);
        }
    }
}
