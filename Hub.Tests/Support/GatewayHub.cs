using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hub.Tests.Support;

/// <summary>A whole hub with partners that may call each other, and a FHIR server behind one of them. One for all tests of a class: none changes what another sees.</summary>
public sealed class GatewayHub : IAsyncLifetime
{
    internal TestHub Hub { get; private set; } = null!;

    internal GatewayBackend Backend { get; private set; } = null!;

    internal Func<HubDbContext> Open => Hub.Host.Services.GetRequiredService<Func<HubDbContext>>();

    public async ValueTask InitializeAsync()
    {
        Backend = await GatewayBackend.StartAsync();
        Hub = await TestHub.StartAsync();
        WriteTarget("records", "RXR01", """ "maxBodyBytes": 2048, "identifiers": [{ "system": "https://fhir.nhs.uk/Id/dos-service-id", "value": "2000" }] """);
        WriteTarget("limited", "RXL01", "", callsPerMinute: 3);
        WriteTarget("down", "RXD01", "", new Uri($"http://127.0.0.1:{HubProcess.FreePort()}"));
        WriteTarget("twin", "RXL01", "");
        WriteTarget("hasty", "RXH01", """ "timeout": "00:00:01" """);
        Reload();
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Backend.DisposeAsync();
    }

    /// <summary>Reads the partner files now, as the hub does every five seconds.</summary>
    internal PartnerReload Reload() => Hub.Host.Services.GetRequiredService<PartnerFiles>().Reload();

    /// <summary>A partner that Elm Surgery may call for Appointment and Slot, and for $process-message.</summary>
    internal void WriteTarget(string id, string organisation, string more, Uri? address = null, int callsPerMinute = 60_000) => File.WriteAllText(Path.Combine(Hub.PartnersFolder, id + ".json"), $$"""
        { "id": "{{id}}", "name": "Partner {{id}}", "role": "source", "organisation": "{{organisation}}", "protocol": "event-api", "settings": {},
          "gateway": { "address": "{{new Uri(address ?? Backend.Address, "/fhir").AbsoluteUri}}", "callsPerMinute": {{callsPerMinute}},
            "allow": [
              { "callers": ["elm"], "resources": ["Appointment", "Slot"], "methods": ["GET", "POST"] },
              { "callers": ["elm"], "operations": ["$process-message"], "methods": ["POST"] },
              { "callers": ["willow"], "resources": ["Appointment", "Patient"], "includes": true } ]{{(more.Length > 0 ? "," : "")}} {{more}} } }
        """);

    /// <summary>One call; headers as "Name: value".</summary>
    internal async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string? body, params string[] headers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Hub.Host.Http };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/fhir+json");
        foreach (var header in headers)
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ", 2)[1]);
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal Task<HttpResponseMessage> GetAsync(string path, params string[] headers) => CallAsync(HttpMethod.Get, path, null, ["X-Source: elm", .. headers]);

    /// <summary>Bytes as no HTTP client would send them; the status of the answer, 0 where the line was closed without one.</summary>
    internal async Task<(int Status, string Text)> RawAsync(string request)
    {
        using var client = new TcpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        await client.ConnectAsync(Hub.Host.Http.Host, Hub.Host.Http.Port, deadline.Token);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        using var text = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(text, deadline.Token);
        }
        catch (IOException)
        {
            // Closed the hard way.
        }

        var answer = Encoding.Latin1.GetString(text.ToArray());
        return (answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0, answer);
    }

    /// <summary>The row of the audit that a call left, once it is written.</summary>
    internal async Task<GatewayCallRow> AuditOfAsync(Guid requestId)
    {
        GatewayCallRow? found = null;
        await Eventually.HoldsAsync(async () =>
        {
            await using var context = Open();
            return (found = await context.GatewayCalls.AsNoTracking().SingleOrDefaultAsync(c => c.RequestId == requestId, TestContext.Current.CancellationToken)) is not null;
        });
        return found!;
    }
}
