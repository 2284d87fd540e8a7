using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Intake;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Telemetry;
using Microsoft.Extensions.Options;

namespace Hub.Proxy;

/// <summary>What the hub is made of, a line a room, in the order of the path.</summary>
internal static class HubServices
{
    public static IServiceCollection AddHub(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<HubOptions>, HubOptionsValidator>();
        services.AddSingleton<IValidateOptions<HubOptions>, ListenerValidator>();
        services.AddOptionsWithValidateOnStart<HubOptions>().Bind(configuration.GetSection(HubOptions.Section));
        services.AddSingleton<BoundPorts>();
        services.AddProblemDetails();
        services.AddEventApiDocument();
        services.AddHealthChecks().AddCheck<StoreHealth>("store", tags: ["ready"]).AddCheck<PartnerHealth>("partners", tags: ["ready"]);

        services.AddHl7v2Source();            // 1 ingest
        services.AddOptions<MllpOptions>().Bind(configuration.GetSection(HubOptions.Section + ":Mllp"));
        services.AddEventApi();
        services.AddIntake();                 // 2 accept
        services.AddPartnerFiles(FolderOf);   // 3 choose
        services.AddMessageStore(StoreOf);    // 6 store (4 compose and 5 check are pure functions of Hub.Fhir)
        services.AddDispatch();               // 7 deliver
        services.AddHubAdapters();            // 8 acknowledge: what each protocol's answer means
        return services;
    }

    private static string FolderOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<HubOptions>>().Value.PartnersDirectory;

    private static StoreOptions StoreOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<HubOptions>>().Value;
        return StoreOptions.InDirectory(options.DataDirectory, options.Organisation);
    }

    private static IServiceCollection AddIntake(this IServiceCollection services) => services
        .AddSingleton<DeliveryPlanner>()
        .AddSingleton<IntakePlanner>()
        .AddSingleton<IEventIntake, EventIntake>();
}
