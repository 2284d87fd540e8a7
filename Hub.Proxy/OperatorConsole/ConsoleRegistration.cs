using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Proxy.OperatorConsole;

/// <summary>The console for people, in the composition root: pages rendered here, readable without a script.</summary>
internal static class ConsoleRegistration
{
    public static IServiceCollection AddOperatorConsole(this IServiceCollection services)
    {
        services.AddRazorPages(options => options.RootDirectory = "/OperatorConsole/Pages").AddMvcOptions(options => options.Filters.AddService<ReadRecord>());
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
        app.MapGet("/", () => Results.Redirect(ConsoleGate.Root)).ExcludeFromDescription();
        app.MapGet(ConsoleAssets.Path + "{version}/{name}", (string version, string name, ConsoleAssets assets, HttpResponse response) => assets.Get(version, name, response)).ExcludeFromDescription();
        app.MapGet(ConsoleGate.Root + "/live", (ConsolePulse pulse, CancellationToken cancellationToken) =>
            TypedResults.ServerSentEvents(pulse.MarksAsync(cancellationToken), eventType: "changed")).ExcludeFromDescription();
        app.MapRazorPages();
    }
}
