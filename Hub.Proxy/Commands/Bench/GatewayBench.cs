using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Hub.Proxy.Commands.Bench;

/// <summary>What a call costs by way of the gateway, beside the same call made directly in the same run.</summary>
internal sealed record GatewayFigures(int Calls, double BackendMilliseconds, double DirectP50, double DirectP99, double ThroughP50, double ThroughP99)
{
    /// <summary>What the gateway adds to the median, in hundredths of it.</summary>
    public double AddedPercent => 100 * ((ThroughP50 / DirectP50) - 1);
}

/// <summary>A FHIR server that answers after a set time, the hub as a process of its own, and calls to both in turns, so that a machine that slows down slows both.</summary>
internal static class GatewayBench
{
    private const int WarmUp = 200;
    private const string Answer = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":0}";
    private static readonly TimeSpan BackendTakes = TimeSpan.FromMilliseconds(20);

    public static async Task<GatewayFigures> RunAsync(string folder, int calls, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var backend = await StartBackendAsync(time, cancellationToken);
        var address = backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var partners = Path.Combine(folder, "partners");
        Write(partners, address);
        await using var hub = await BenchProcess.StartAsync(
            ["run", "--json", "--data", Path.Combine(folder, "data"), "--partners", partners, "--http-port", "0", "--mllp-port", "0"],
            new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning", ["Hub__Organisation"] = "RXN" }, cancellationToken);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        http.DefaultRequestHeaders.Add("X-Source", "bench-caller");
        var (direct, through) = (new Uri($"{address}/fhir/Slot?status=free"), new Uri(hub.Http, "/gateway/bench-target/Slot?status=free"));
        List<double> directly = [], byGateway = [];
        for (var i = -WarmUp; i < calls; i++)
        {
            // Each goes first as often as the other.
            var first = await CallAsync(http, i % 2 == 0 ? direct : through, time, cancellationToken);
            var second = await CallAsync(http, i % 2 == 0 ? through : direct, time, cancellationToken);
            if (i >= 0)
            {
                directly.Add(i % 2 == 0 ? first : second);
                byGateway.Add(i % 2 == 0 ? second : first);
            }
        }

        directly.Sort();
        byGateway.Sort();
        return new GatewayFigures(calls, BackendTakes.TotalMilliseconds, At(directly, 0.5), At(directly, 0.99), At(byGateway, 0.5), At(byGateway, 0.99));
    }

    public static string Markdown(string machine, GatewayFigures figures) => string.Create(CultureInfo.InvariantCulture, $"""
        {machine}; {figures.Calls} calls each way, in turns, one at a time, to a server that answers after {figures.BackendMilliseconds:F0} ms. Each call is written down in the store.

        | call | p50 ms | p99 ms |
        |---|---|---|
        | direct | {figures.DirectP50:F2} | {figures.DirectP99:F2} |
        | through the gateway | {figures.ThroughP50:F2} | {figures.ThroughP99:F2} |

        The gateway adds {figures.AddedPercent:F1} % to the median.

        """);

    private static async Task<WebApplication> StartBackendAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            await Task.Delay(BackendTakes, time, context.RequestAborted);
            context.Response.ContentType = "application/fhir+json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.WriteAsync(Answer, context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task<double> CallAsync(HttpClient http, Uri address, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var answer = await http.GetAsync(address, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var took = time.GetElapsedTime(began);
        return answer.IsSuccessStatusCode ? took.TotalMilliseconds : throw new InvalidOperationException($"A call to {address.AbsolutePath} was answered {(int)answer.StatusCode}.");
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static void Write(string partners, string address)
    {
        Directory.CreateDirectory(partners);
        File.WriteAllText(Path.Combine(partners, "bench-caller.json"), """{ "id": "bench-caller", "name": "Caller", "role": "source", "organisation": "RXN", "protocol": "event-api" }""");
        File.WriteAllText(Path.Combine(partners, "bench-target.json"), $$"""
            { "id": "bench-target", "name": "Target", "role": "source", "organisation": "RXN02", "protocol": "event-api",
              "gateway": { "address": "{{address}}/fhir", "callsPerMinute": 60000, "allow": [{ "callers": ["bench-caller"], "resources": ["Slot"] }] } }
            """);
    }
}
