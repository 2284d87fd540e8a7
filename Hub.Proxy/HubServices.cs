using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Adapters.Sources.Mesh;
using Hub.Adapters.Tracing;
using Hub.Proxy.Access;
using Hub.Proxy.Access.People;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Audit;
using Hub.Proxy.Dispatch;
using Hub.Proxy.FhirApi;
using Hub.Proxy.FhirApi.Tasks;
using Hub.Proxy.Gateway;
using Hub.Proxy.Handovers;
using Hub.Proxy.Intake;
using Hub.Proxy.Notices;
using Hub.Proxy.OperatorConsole;
using Hub.Proxy.Replays;
using Hub.Proxy.Reports;
using Hub.Proxy.Routing;
using Hub.Proxy.Silence;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Upkeep;
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
        services.AddSingleton<IValidateOptions<HubOptions>, MonitoringRulesValidator>();
        services.AddOptionsWithValidateOnStart<HubOptions>().Bind(configuration.GetSection(HubOptions.Section));
        services.AddSingleton<BoundPorts>();
        services.AddProblemDetails();
        services.AddEventApiDocument();
        services.AddHealthChecks().AddCheck<StoreHealth>("store", tags: ["ready"]).AddCheck<DiskHealth>("disk", tags: ["ready"])
            .AddCheck<PartnerHealth>("partners", tags: ["ready"]).AddCheck<WorkingHealth>("working", tags: ["working"]);

        services.AddHl7v2Source();            // 1 ingest
        services.AddOptions<MllpOptions>().Bind(configuration.GetSection(HubOptions.Section + ":Mllp"));
        services.AddEventApi();
        services.AddFhirMessages();
        services.AddMeshSource();
        services.AddIntake();                 // 2 accept
        services.AddSilenceWatch();           //   and notice where nothing comes
        services.AddPartnerFiles(FolderOf, provider => ArchiveOf(provider.GetRequiredService<IOptions<HubOptions>>().Value.DataDirectory)); // 3 choose
        services.AddMessageStore(StoreOf);    // 6 store (4 compose and 5 check are pure functions of Hub.Fhir)
        services.AddStoreUpkeep();
        services.AddHostedService<AuditWatch>(); //   and who did what, sealed
        services.AddDispatch(configuration.GetSection(BusSettings.Section).Get<BusSettings>()); // 7 deliver
        services.AddPds();                    //   where the person is registered, where a trust has it asked
        services.AddSingleton<PracticeTracer>().AddSingleton<PracticeOnRecord>().AddSingleton<PracticeCheck>();
        services.AddHubAdapters();            // 8 acknowledge: what each protocol's answer means
        services.AddOptionsWithValidateOnStart<FhirMessagingOptions>().Bind(configuration.GetSection(FhirMessagingOptions.Section)).Validate(o => o.IsUsable, FhirMessagingOptions.Expected);
        services.AddAcknowledgements();       //   and answers that come later, by another way
        services.AddMailboxPollers();         //   and what comes back later, by MESH
        services.AddHandovers();              // 9 hand over: followed until somebody has taken it on
        services.AddNotices(configuration);   //   and people told where nobody has
        services.AddReports();                //   and figures from the records
        services.AddHubTelemetry(configuration); // for machines that watch
        services.AddAccess();                 // who calls, and what they may
        services.AddPeople(configuration);    //   and people who sign in
        services.AddGateway();                // beside the path: partner calls partner
        services.AddOperatorConsole();        // for people
        services.AddFetching();               // and partners that fetch what waits for them
        services.AddTasks();                  // and answer what they were asked
        return services;
    }

    private static PartnerFolderOptions FolderOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<HubOptions>>().Value;
        return new PartnerFolderOptions { Folder = options.PartnersDirectory, Environment = string.IsNullOrEmpty(options.Environment) ? null : options.Environment };
    }

    /// <summary>Where a hub keeps the versions of partner files that ran.</summary>
    internal static string ArchiveOf(string dataDirectory) => Path.Combine(dataDirectory, "partner-files");

    private static StoreOptions StoreOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<HubOptions>>().Value;
        return options.Store.ToOptions(options.DataDirectory, options.Organisation);
    }

    private static void AddSilenceWatch(this IServiceCollection services) =>
        services.AddSingleton<SilenceWatch>().AddHostedService(provider => provider.GetRequiredService<SilenceWatch>());

    private static IServiceCollection AddIntake(this IServiceCollection services) => services
        .AddSingleton(provider => MonitoringRuleBook.Open(provider.GetRequiredService<IOptions<HubOptions>>().Value.RulesDirectory, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<DeliveryPlanner>()
        .AddSingleton<IntakePlanner>()
        .AddSingleton<UnmappedCodes>()
        .AddSingleton<IEventIntake, EventIntake>();
}
