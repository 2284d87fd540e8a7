using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Tests.Adapters.Sources.EventApi;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

/// <summary>The FHIR source on a real socket, before an intake that writes down what it was given.</summary>
internal sealed class FhirHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private FhirHost(WebApplication app, RecordingIntake intake)
    {
        this.app = app;
        Intake = intake;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public RecordingIntake Intake { get; }
    public HttpClient Http { get; }

    public static async Task<FhirHost> StartAsync(params PartnerFile[] partners)
    {
        var intake = new RecordingIntake();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IEventIntake>(intake);
        builder.Services.AddSingleton<IPartnerDirectory>(new FixedPartners(partners.Length == 0 ? [FhirSender.Partner()] : partners));
        builder.Services.AddSingleton<ICallers>(provider => new Hub.Proxy.Access.Callers(provider.GetRequiredService<IPartnerDirectory>(), Microsoft.Extensions.Options.Options.Create(new Hub.Proxy.HubOptions())));
        builder.Services.AddFhirMessages();
        var app = builder.Build();
        app.MapFhirMessages();
        await app.StartAsync();
        return new FhirHost(app, intake);
    }

    /// <summary>Posts and gives status and body; every FHIR JSON body is kept for the foreign judges.</summary>
    public async Task<(int Status, JsonNode? Body, HttpResponseMessage Response)> PostAsync(
        byte[] body, string path = "/fhir/$process-message", string mediaType = "application/fhir+json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        if (response.Content.Headers.ContentType?.MediaType != "application/fhir+json")
        {
            return ((int)response.StatusCode, null, response);
        }

        Emitted.KeepResource(bytes);
        return ((int)response.StatusCode, JsonNode.Parse(Encoding.UTF8.GetString(bytes)), response);
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
