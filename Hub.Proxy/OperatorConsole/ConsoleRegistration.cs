using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole;

/// <summary>The console for people, in the composition root: pages rendered here, readable without a script.</summary>
internal static class ConsoleRegistration
{
    public static IServiceCollection AddOperatorConsole(this IServiceCollection services)
    {
        services.AddRazorPages(options => options.RootDirectory = "/OperatorConsole/Pages");
        services.AddDataProtection().SetApplicationName("crt-hub");
        services.AddSingleton<IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>, ConsoleKeys>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "hub-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
        });
        return services
            .AddSingleton<ConsoleAssets>()
            .AddSingleton<ConsolePeople>()
            .AddSingleton<MessageSearch>()
            .AddSingleton<ReplayPlanner>();
    }

    public static void MapOperatorConsole(this WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect(ConsoleGate.Root)).ExcludeFromDescription();
        app.MapGet(ConsoleAssets.Path + "{version}/{name}", (string version, string name, ConsoleAssets assets, HttpResponse response) => assets.Get(version, name, response)).ExcludeFromDescription();
        app.MapRazorPages();
    }
}

/// <summary>Keys of forms lie beside the store, so that a form opened before a restart can still be sent.</summary>
internal sealed class ConsoleKeys(IOptions<HubOptions> hub, ILoggerFactory loggers) : IConfigureOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>
{
    public void Configure(Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions options) =>
        options.XmlRepository = new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(new DirectoryInfo(Path.Combine(hub.Value.DataDirectory, "form-keys")), loggers);
}
