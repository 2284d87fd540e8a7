using System.Security.Cryptography.X509Certificates;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Proxy.FhirApi;
using Hub.Proxy.FhirApi.Tasks;
using Hub.Proxy.Gateway;
using Hub.Proxy.Handovers;
using Hub.Proxy.Notices;
using Hub.Proxy.OperatorConsole;
using Hub.Proxy.Replays;
using Hub.Proxy.Reports;
using Hub.Proxy.Store;
using Hub.Proxy.Telemetry;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Hub.Proxy;

/// <summary>Where the hub can be reached.</summary>
internal static class HubEndpoints
{
    public static void MapHub(this WebApplication app)
    {
        app.UseManagementGate(); // what a watching machine may ask
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseGatewayGate();    // before routing, which sees tidied paths
        app.UseConsoleGate();    // what a page may load, and under which names it is shown
        app.UseRouting();
        app.UseAntiforgery();    // what a form says is said by somebody who saw the form
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapHealthChecks("/health/working", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains("working"),
            ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description, partners = e.Value.Data }),
            }),
        });
        app.MapMetrics();        // GET /metrics
        app.MapOpenApi();
        app.MapEventApi();       // POST /events/{type}
        app.MapEventStatus();    // GET /events/{id}
        app.MapFhirMessages();   // POST /fhir/$process-message, $validate; GET /fhir/metadata, MessageDefinition
        app.MapFhirResponses();  // GET /fhir/message-response/{id}
        app.MapFetching();       // GET /fhir/Bundle, POST /fhir/Bundle/{id}/$acknowledge
        app.MapTasks();          // GET, PUT, PATCH /fhir/Task/{id}; GET /fhir/Task; POST /fhir/Task/_search
        app.MapGateway();        // /gateway/{partner}/...
        app.MapPartnerStatus();  // GET /partners
        app.MapReaddress();      // GET, POST /deliveries/{id}/readdress
        app.MapOperatorConsole(); // /console
        app.MapHandovers();      // GET /handovers, /handovers/{episode}, /handovers/{episode}/readiness, /obligations/{id}; POST /obligations/{id}/{act}
        app.MapNotices();        // GET /notices, /notices/{id}; POST /notices/{id}/have
        app.MapReports();        // GET /reports/handovers, /reports/handovers/measures
    }

    public static void ListenHub(this KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<HubOptions>>().Value;
        var ports = kestrel.ApplicationServices.GetRequiredService<BoundPorts>();
        kestrel.AddServerHeader = false;
        kestrel.Listen(options.Http.ParsedAddress, options.Http.Port, ports.NoteHttp);
        if (options.Management is { Port: { } management } watched)
        {
            kestrel.Listen(watched.ParsedAddress, management, ports.NoteManagement);
        }

        kestrel.ListenMllp(new MllpListener
        {
            Address = options.Mllp.ParsedAddress,
            Port = options.Mllp.Port,
            MaxConnections = options.Mllp.MaxConnections,
            Tls = options.Mllp.CertificatePath is { } path ? https => https.ServerCertificate = Certificate(path, options.Mllp.CertificateKeyPath) : null,
            Opened = ports.NoteMllp,
        });
    }

    private static X509Certificate2 Certificate(string path, string? keyPath)
    {
        // Exported and read again, because the TLS stack of some platforms cannot use a key that lives only in memory.
        using var pem = X509Certificate2.CreateFromPemFile(path, keyPath ?? path);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>The ports really bound: a configured 0 becomes a free one.</summary>
internal sealed class BoundPorts
{
    private ListenOptions? http;
    private ListenOptions? mllp;
    private ListenOptions? management;

    public int Http => http?.IPEndPoint?.Port ?? 0;

    public int Mllp => mllp?.IPEndPoint?.Port ?? 0;

    /// <summary>0 where there is no listener for watching machines.</summary>
    public int Management => management?.IPEndPoint?.Port ?? 0;

    public void NoteManagement(ListenOptions listen) => management = listen;

    public void NoteHttp(ListenOptions listen) => http = listen;

    public void NoteMllp(ListenOptions listen) => mllp = listen;
}
