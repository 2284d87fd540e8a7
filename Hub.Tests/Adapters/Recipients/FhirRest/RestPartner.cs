using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirRest;

/// <summary>A FHIR server and the hub's adapter for it, with messages as the composer makes them.</summary>
internal sealed class RestPartner : IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
    private readonly PartnerFile file;
    private readonly IRecipientAdapter adapter;

    private RestPartner(SimulatedFhirServer server, Dictionary<string, object> settings)
    {
        Server = server;
        file = new PartnerFile
        {
            Id = "rest", Name = "South CMHT", Role = PartnerRole.Recipient, Protocol = "fhir-rest",
            Settings = JsonSerializer.SerializeToElement(new Dictionary<string, object>(settings) { ["endpoint"] = server.Endpoint }),
        };
        var protocol = services.GetServices<IRecipientProtocol>().Single(p => p.Name == "fhir-rest");
        protocol.Check(file).ShouldBeEmpty();
        adapter = protocol.Create(file);
    }

    public SimulatedFhirServer Server { get; }

    public static async Task<RestPartner> StartAsync(Dictionary<string, object>? settings = null) => new(await SimulatedFhirServer.StartAsync(), settings ?? []);

    /// <summary>The bytes that would go, kept for the validators that judge what the hub emits.</summary>
    public FrozenMessage Freeze(CareEvent happened, EpisodeState? episode = null, Audience audience = Audience.Cmht)
    {
        var body = Emitted.Compose(Cases.Request(happened, audience, episode));
        var frozen = adapter.Freeze(new MessageDraft
        {
            Body = body.Json, MessageId = new Guid(happened.SourceMessageId.Value.Sum(c => c), 1, 0x5000, 0x80, 5, 6, 7, 8, 9, 10, 11), Partner = file, ReceivedAt = Cases.Received,
        });
        Emitted.KeepResource(frozen.Bytes);
        return frozen;
    }

    public Task<DeliveryOutcome> DeliverAsync(FrozenMessage frozen) => adapter.DeliverAsync(
        new OutboundMessage
        {
            DeliveryId = Guid.Empty, PartnerId = "rest", LaneId = 1, ProtocolMessageId = frozen.ProtocolMessageId, Bytes = frozen.Bytes, MediaType = frozen.MediaType, Attempt = 1,
        },
        TestContext.Current.CancellationToken);

    public IReadOnlyList<SimulatedResource> Held(string kind) => [.. Server.Resources.Where(r => r.Kind == kind)];

    /// <summary>How many of each kind it holds.</summary>
    public IReadOnlyDictionary<string, int> Counts() => Server.Resources.GroupBy(r => r.Kind).ToDictionary(g => g.Key, g => g.Count());

    public async ValueTask DisposeAsync()
    {
        await adapter.DisposeAsync();
        await services.DisposeAsync();
        await Server.DisposeAsync();
    }
}
