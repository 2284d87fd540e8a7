using System.Text.Json;
using Hub.Proxy;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hub.Tests.Support;

/// <summary>The real hub in this process: real listeners, a SQLite file of its own, and three scripted partners on real sockets.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-test-").FullName;
    private HubHost? host;

    private IReadOnlyDictionary<string, string?> settings = new Dictionary<string, string?>();
    private Action<IServiceCollection>? change;

    private TestHub() { }

    /// <summary>The lines to practice and ward, which a test may make fail.</summary>
    public FaultProxy PracticeLine { get; private set; } = null!;

    public FaultProxy WardLine { get; private set; } = null!;

    public SimulatedFhirPartner Practice { get; private set; } = null!;

    public SimulatedFhirPartner Cmht { get; private set; } = null!;

    public SimulatedMllpPartner Ward { get; private set; } = null!;

    public HubHost Host => host ?? throw new InvalidOperationException("The hub is stopped.");

    public Timeline Timeline => Host.Services.GetRequiredService<Timeline>();

    public IMessageStore Store => Host.Services.GetRequiredService<IMessageStore>();

    public string DataFolder => Path.Combine(folder, "data");

    /// <summary>The trust's monitoring rules, where a test made the folder before the hub started anew.</summary>
    public string RulesFolder => Path.Combine(folder, "rules");

    public string PartnersFolder => Path.Combine(folder, "partners");

    public static Task<TestHub> StartAsync() => StartAsync(TestPartners.Patience);

    /// <summary>A hub with settings of its own, and partners that are waited for as long as <paramref name="patience"/>.</summary>
    public static async Task<TestHub> StartAsync(TimeSpan patience, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? change = null)
    {
        var hub = new TestHub
        {
            Practice = await SimulatedFhirPartner.StartAsync(), Cmht = await SimulatedFhirPartner.StartAsync(), Ward = await SimulatedMllpPartner.StartAsync(),
        };
        hub.PracticeLine = FaultProxy.To(hub.Practice.Port);
        hub.WardLine = FaultProxy.To(hub.Ward.Port);
        hub.settings = settings ?? hub.settings;
        hub.change = change;
        Directory.CreateDirectory(hub.DataFolder);
        TestPartners.Write(hub.PartnersFolder, hub.PracticeLine.Port, hub.Cmht.Port, hub.WardLine.Port, patience);
        await hub.StartHostAsync();
        return hub;
    }

    public SimulatedEpr Epr() => new("127.0.0.1", Host.MllpPort);

    public HttpClient Http() => new() { BaseAddress = Host.Http };

    /// <summary>Stops the hub and starts another over the same store.</summary>
    public async Task RestartAsync()
    {
        await StopHostAsync();
        await StartHostAsync();
    }

    /// <summary>What is wrong with partner files as the hub loaded them.</summary>
    public IReadOnlyList<Hub.Adapters.Contract.PartnerProblem> PartnerProblems => Host.Services.GetRequiredService<Hub.Proxy.Routing.PartnerFiles>().Problems;

    /// <summary>Changes one partner's file and starts the hub anew over the same store.</summary>
    public async Task ChangePartnerAsync(string id, Action<System.Text.Json.Nodes.JsonObject> change)
    {
        var path = Path.Combine(PartnersFolder, id + ".json");
        var file = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        change(file);
        foreach (var left in file.Where(f => f.Value is null).Select(f => f.Key).ToList())
        {
            file.Remove(left);
        }

        await StopHostAsync();
        await File.WriteAllTextAsync(path, file.ToJsonString());
        await StartHostAsync();
    }

    /// <summary>Waits until nothing is waiting or under way; what is held, refused or unroutable stays.</summary>
    public async Task<OpenCounts> SettleAsync(TimeSpan? within = null)
    {
        OpenCounts? open = null;
        await Eventually.HoldsAsync(
            async () => (open = await Timeline.CountOpenAsync(TestContext.Current.CancellationToken)) is { Waiting: 0, Sending: 0, Unknown: 0 },
            within,
            () => $"Still at work: {open}");
        return open!;
    }

    /// <summary>MSA-1 of the acknowledgement, or "none" where the connection closed without one.</summary>
    public static string CodeOf(string? acknowledgement) =>
        acknowledgement?.Split('\r').First(s => s.StartsWith("MSA|", StringComparison.Ordinal)).Split('|')[1] ?? "none";

    public async ValueTask DisposeAsync()
    {
        await StopHostAsync();
        await PracticeLine.DisposeAsync();
        await WardLine.DisposeAsync();
        await Practice.DisposeAsync();
        await Cmht.DisposeAsync();
        await Ward.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        foreach (var copy in Practice.Received.Concat(Cmht.Received))
        {
            Emitted.Keep(copy.Bytes);
        }
    }

    /// <summary>Starts a second hub over the same folder, as somebody might by mistake.</summary>
    public async Task StartAnotherAsync() => await (await NewHostAsync()).DisposeAsync();

    private async Task StartHostAsync() => host = await NewHostAsync();

    private Task<HubHost> NewHostAsync() => HubHost.StartAsync(
        new Dictionary<string, string?>(settings)
        {
            ["Hub:Organisation"] = "RXN",
            ["Hub:DataDirectory"] = DataFolder,
            ["Hub:PartnersDirectory"] = PartnersFolder,
            ["Hub:RulesDirectory"] = Directory.Exists(RulesFolder) ? RulesFolder : null,
            ["Hub:Http:Port"] = "0",
            ["Hub:Mllp:Port"] = "0",
            ["Logging:LogLevel:Default"] = "Error",
        },
        TestContext.Current.CancellationToken,
        change);

    private async Task StopHostAsync()
    {
        if (host is { } running)
        {
            host = null;
            await running.StopAsync(CancellationToken.None);
            await running.DisposeAsync();
        }
    }
}
