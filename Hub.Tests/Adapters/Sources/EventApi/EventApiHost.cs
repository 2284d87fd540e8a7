using System.Collections.Concurrent;
using System.Net;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Fhir.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hub.Tests.Adapters.Sources.EventApi;

/// <summary>The event API on a real socket, before an intake that writes down what it was given.</summary>
internal sealed class EventApiHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private EventApiHost(WebApplication app, RecordingIntake intake)
    {
        this.app = app;
        Intake = intake;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public RecordingIntake Intake { get; }
    public HttpClient Http { get; }

    public static async Task<EventApiHost> StartAsync(params PartnerFile[] partners)
    {
        var intake = new RecordingIntake();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IEventIntake>(intake);
        builder.Services.AddSingleton<IPartnerDirectory>(new FixedPartners(partners.Length == 0 ? [Epr()] : partners));
        builder.Services.AddSingleton<ICallers>(provider => new Hub.Proxy.Access.Callers(provider.GetRequiredService<IPartnerDirectory>(), Microsoft.Extensions.Options.Options.Create(new Hub.Proxy.HubOptions())));
        builder.Services.AddEventApi();
        var app = builder.Build();
        app.MapEventApi();
        await app.StartAsync();
        return new EventApiHost(app, intake);
    }

    public static PartnerFile Epr(string id = "northside-epr-json", string settings = "{}") => new()
    {
        Id = id,
        Name = "Northside EPR",
        Role = PartnerRole.Source,
        Protocol = "event-api",
        Organisation = OdsCode.Parse("RXX"),
        Settings = System.Text.Json.JsonDocument.Parse(settings).RootElement,
    };

    public async Task<HttpResponseMessage> PostAsync(
        string type, byte[] body, string? key = "key-1", string mediaType = "application/json", string? source = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/" + type) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (source is not null)
        {
            request.Headers.Add("X-Source", source);
        }

        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }

    private sealed class FixedPartners(IReadOnlyList<PartnerFile> partners) : IPartnerDirectory
    {
        public IReadOnlyList<PartnerFile> All => partners;

        public PartnerFile? Find(string partnerId) => partners.FirstOrDefault(p => p.Id == partnerId);
    }
}

/// <summary>Writes down what it is given and answers as it is told to.</summary>
internal sealed class RecordingIntake : IEventIntake
{
    public static Guid EventId { get; } = Guid.Parse("0198a0b0-0000-7000-8000-000000000001");
    public static Guid ReceivedId { get; } = Guid.Parse("0198a0b0-0000-7000-8000-000000000002");

    public ConcurrentQueue<(ReceivedMessage Received, IReadOnlyList<CareEvent> Events)> Accepted { get; } = new();
    public ConcurrentQueue<(ReceivedMessage Received, Refusal Refusal)> Refused { get; } = new();
    public bool StoreIsDown { get; set; }
    public IntakeReceipt Answer { get; set; } = new() { ReceivedId = ReceivedId, Outcome = IntakeOutcome.Accepted, EventIds = [EventId] };

    public Task<IntakeReceipt> AcceptAsync(ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        Accepted.Enqueue((received, events));
        return Task.FromResult(Answer);
    }

    public Task<IntakeReceipt> RefuseAsync(ReceivedMessage received, Refusal refusal, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        Refused.Enqueue((received, refusal));
        return Task.FromResult(new IntakeReceipt { ReceivedId = ReceivedId, Outcome = refusal.Rejected ? IntakeOutcome.Rejected : IntakeOutcome.Parked, Problems = refusal.Problems });
    }

    private void ThrowIfDown()
    {
        if (StoreIsDown)
        {
            throw new StorageUnavailableException("disk full");
        }
    }
}
