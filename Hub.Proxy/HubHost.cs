using System.Text.Json;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy;

/// <summary>One running hub: the same host for <c>hub run</c>, the demo and the tests.</summary>
internal sealed class HubHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DataFolderLock? held;

    private HubHost(WebApplication app, DataFolderLock? held)
    {
        this.app = app;
        this.held = held;
        var ports = app.Services.GetRequiredService<BoundPorts>();
        var address = app.Services.GetRequiredService<IOptions<HubOptions>>().Value.Http.ParsedAddress;
        Http = new UriBuilder(app.Services.GetRequiredService<IOptions<HubOptions>>().Value.Http.Scheme, address.ToString(), ports.Http).Uri;
        MllpPort = ports.Mllp;
    }

    public IServiceProvider Services => app.Services;

    /// <summary>Base address of the HTTP listener.</summary>
    public Uri Http { get; }

    public int MllpPort { get; }

    /// <summary>Makes the store ready, binds the listeners and starts delivering. <paramref name="settings"/> win over files and environment; null values are left out.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; its text names it.</exception>
    public static async Task<HubHost> StartAsync(
        IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken, Action<IServiceCollection>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(HubHost).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(settings.Where(s => s.Value is not null));
        builder.Services.AddHub(builder.Configuration);
        change?.Invoke(builder.Services);
        builder.WebHost.ConfigureKestrel((_, kestrel) => kestrel.ListenHub());

        var app = builder.Build();
        app.MapHub();
        var store = app.Services.GetRequiredService<StoreOptions>();
        var held = store.Provider == StoreProvider.Sqlite ? DataFolderLock.Take(store) : null; // a server keeps its writers apart itself
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await Task.WhenAll(
            StoreStart.ReadyAsync(store, cancellationToken),
            Task.Run(() => IntakeWarmUp.Run(now), cancellationToken));
        await app.StartAsync(cancellationToken);
        return new HubHost(app, held);
    }

    /// <summary>Says where the hub can be reached, once it can.</summary>
    public void Announce(bool json)
    {
        var options = app.Services.GetRequiredService<IOptions<HubOptions>>().Value;
        var store = options.Store.Provider == StoreProvider.Sqlite ? Path.GetFullPath(options.DataDirectory) : options.Store.Provider.ToString();
        Console.WriteLine(json
            ? Commands.CliJson.Text(new { http = Http.ToString(), mllpPort = MllpPort, data = options.DataDirectory, store })
            : $"Hub is up. HTTP {Http}  MLLP {options.Mllp.Address}:{MllpPort}  store {store}");
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => app.WaitForShutdownAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    /// <summary>Stops gracefully first: a shutdown is no fault and costs no attempt.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        held?.Dispose();
    }
}
