using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Support;

/// <summary>What reached a partner's FHIR server, as it came.</summary>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A partner's FHIR server on a real socket. What it does stands in the id it is asked for: slow, drip, cut, reset, moved, refused, busy, made.</summary>
internal sealed class GatewayBackend : IAsyncDisposable
{
    private readonly WebApplication app;

    private GatewayBackend(WebApplication app) => this.app = app;

    public ConcurrentQueue<SeenRequest> Seen { get; } = [];

    public bool IsHealthy { get; set; } = true;

    /// <summary>Tokens given out so far.</summary>
    public int Tokens { get; private set; }

    public Uri Address { get; private set; } = null!;

    public static async Task<GatewayBackend> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var backend = new GatewayBackend(builder.Build());
        backend.app.Run(backend.AnswerAsync);
        await backend.app.StartAsync();
        backend.Address = new Uri(backend.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var last = context.Request.Path.Value!.Split('/')[^1];
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (last == "token")
        {
            Tokens++;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($"{{\"access_token\":\"token-{Tokens}\",\"token_type\":\"bearer\",\"expires_in\":300}}", context.RequestAborted);
            return;
        }

        if (last == "health")
        {
            context.Response.StatusCode = IsHealthy ? 200 : 503;
            return;
        }

        Seen.Enqueue(new SeenRequest(
            context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
        await AnswerAsync(context, last);
    }

    /// <summary>A searchset whose links are this server's own addresses; page 2 is the last.</summary>
    private string Page(string number)
    {
        var own = new Uri(Address, "/fhir/Slot").AbsoluteUri;
        var onward = number == "2" ? "" : ", {\"url\":\"" + own + "?page=2&x=%C3%A4\\u0026y=1\",\"relation\":\"next\"}, {\"relation\":\"other\",\"url\":\"http://elsewhere.example/fhir/Slot\"}";
        return "{ \"link\": [{\"relation\":\"self\",\"url\":\"" + own + "?page=" + number + "\"}" + onward + "], \"resourceType\":\"Bundle\",\"type\":\"searchset\", \"entry\":[{\"fullUrl\":\""
            + own + "/1\",\"resource\":{\"resourceType\":\"Slot\",\"id\":\"1\",\"link\":[{\"url\":\"" + own + "/9\"}]}}]}";
    }

    private async Task AnswerAsync(HttpContext context, string last)
    {
        var response = context.Response;
        response.Headers["Server"] = "Backend/9";
        response.Headers["Set-Cookie"] = "session=1";
        response.Headers["X-Inner"] = "secret";
        response.ContentType = "application/fhir+json";
        switch (last)
        {
            case "slow":
                await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, context.RequestAborted);
                return;
            case "drip":
                for (var i = 0; i < 100; i++)
                {
                    await response.WriteAsync(" ", context.RequestAborted);
                    await response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, context.RequestAborted);
                }

                return;
            case "reset":
                context.Abort();
                return;
            case "cut":
                response.ContentLength = 1000;
                await response.WriteAsync("{\"half", context.RequestAborted);
                await response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                return;
            case "moved":
                response.StatusCode = 307;
                response.Headers.Location = "http://elsewhere.example/fhir/Appointment/1";
                return;
            case "refused":
                response.StatusCode = 401;
                response.Headers.WWWAuthenticate = "Bearer realm=\"inner\"";
                await response.WriteAsync("{\"inner\":true}", context.RequestAborted);
                return;
            case "busy":
                response.StatusCode = 503;
                response.Headers.RetryAfter = "7";
                await response.WriteAsync("{\"resourceType\":\"OperationOutcome\"}", context.RequestAborted);
                return;
            case "made":
                response.StatusCode = 201;
                response.Headers.Location = new Uri(Address, "/fhir/Appointment/77").AbsoluteUri;
                response.Headers.ETag = "W/\"1\"";
                await response.WriteAsync("{\"resourceType\":\"Appointment\"}", context.RequestAborted);
                return;
            case "Slot" when context.Request.Query.ContainsKey("page"):
                await response.WriteAsync(Page(context.Request.Query["page"]!), context.RequestAborted);
                return;
            default:
                await response.WriteAsync("{\"resourceType\":\"Appointment\",\"id\":\"1\"}", context.RequestAborted);
                return;
        }
    }
}
