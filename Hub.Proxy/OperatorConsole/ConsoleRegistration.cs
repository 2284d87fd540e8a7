using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Proxy.OperatorConsole;

/// <summary>The console for people, in the composition root: pages rendered here, readable without a script.</summary>
internal static class ConsoleRegistration
{
    public static IServiceCollection AddOperatorConsole(this IServiceCollection services)
    {
        services.AddRazorPages(options => options.RootDirectory = "/OperatorConsole/Pages").AddMvcOptions(options =>
        {
            options.Filters.AddService<PersonActs>();
            options.Filters.AddService<ReadRecord>();
        });
        services.AddSingleton<IDataProtectionProvider>(provider => FormProtection.Of(provider.GetRequiredService<StoreOptions>()));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "hub-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
        });
        return services
            .AddSingleton<ReadRecord>()
            .AddSingleton<Audit.AuditTrail>()
            .AddSingleton<ConsoleAssets>()
            .AddSingleton<ConsolePeople>()
            .AddSingleton<ConsolePulse>()
            .AddSingleton<Caseload>()
            .AddSingleton<PartnerLanes>()
            .AddSingleton<TryDesk>()
            .AddSingleton<MessageSearch>()
            .AddSingleton<ReplayPlanner>()
            .AddSingleton<ReaddressDesk>();
    }

    public static void MapOperatorConsole(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => Results.Redirect(ConsoleGate.Root)).ForPeople(PersonRight.Figures).ExcludeFromDescription();
        app.MapGet(ConsoleAssets.Path + "{version}/{name}", (string version, string name, ConsoleAssets assets, HttpResponse response) => assets.Get(version, name, response)).Needs(AccessRule.Public).ExcludeFromDescription(); // signing in looks like the rest
        app.MapGet(ConsoleGate.Root + "/live", (ConsolePulse pulse, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(pulse.MarksAsync(cancellationToken), eventType: "changed")).ForPeople(PersonRight.Figures).ExcludeFromDescription();
        app.MapRazorPages().Add(endpoint =>
        {
            var page = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText?.TrimStart('/') ?? "";
            if (PageNeeds.BeforeSignIn.Contains(page))
            {
                endpoint.Metadata.Add(new EndpointAccess(AccessRule.Public, null));
            }
            else if (PageNeeds.Pages.TryGetValue(page, out var need))
            {
                endpoint.Metadata.Add(need);
            }
        });
    }
}
