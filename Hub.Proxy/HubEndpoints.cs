using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Adapters.Wire;
using Hub.Proxy.Access;
using Hub.Proxy.Access.People;
using Hub.Proxy.FhirApi;
using Hub.Proxy.FhirApi.Tasks;
using Hub.Proxy.Gateway;
using Hub.Proxy.Handovers;
using Hub.Proxy.Handovers.Senders;
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
        app.UseAccessGate();     // who calls
        app.UseGatewayGate();    // before routing, which sees tidied paths
        app.UseConsoleGate();    // what a page may load, and under which names it is shown
        app.UsePeople();         // who sits in front of it, where people sign in
        app.UseRouting();
        app.UseAccessPolicy();   // and whether they may
        app.UseAntiforgery();    // what a form says is said by somebody who saw the form
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).Needs(AccessRule.Public);
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).Needs(AccessRule.Public);
        app.MapHealthChecks("/health/working", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains("working"),
            ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description, partners = e.Value.Data }),
            }),
        }).Needs(AccessRule.Operator).ForPeople(new PersonNeed(PersonRight.Lists) { AlsoForMachinesHere = true }); // it names partners
        app.MapMetrics().Needs(AccessRule.Operator).ForPeople(new PersonNeed(PersonRight.Lists) { AlsoForMachinesHere = true }); // GET /metrics
        app.MapOpenApi().Needs(AccessRule.Public);
        app.MapAccess();         // POST /oauth2/token; GET /.well-known/smart-configuration
        app.MapEventApi();       // POST /events/{type}
        app.MapEventStatus().Needs(AccessRule.Partner, AccessScopes.ReadEvents); // GET /events/{id}
        app.MapSenderStatus();   // GET /events/{id}/handover; POST /events/_handover
        app.MapFhirMessages();   // POST /fhir/$process-message, $validate; GET /fhir/metadata, MessageDefinition
        app.MapFhirResponses().Needs(AccessRule.Partner, AccessScopes.SendMessages); // GET /fhir/message-response/{id}
        app.MapFetching();       // GET /fhir/Bundle, POST /fhir/Bundle/{id}/$acknowledge
        app.MapTasks();          // GET, PUT, PATCH /fhir/Task/{id}; GET /fhir/Task; POST /fhir/Task/_search
        app.MapGateway().Needs(AccessRule.Partner, AccessScopes.Gateway); // /gateway/{partner}/...
        var here = app.MapGroup("").Needs(AccessRule.Operator);
        here.MapPartnerStatus();  // GET /partners
        here.MapReaddress();      // GET, POST /deliveries/{id}/readdress
        here.MapOperatorConsole(); // /console
        here.MapHandovers();      // GET /handovers, /handovers/{episode}, /handovers/{episode}/readiness, /obligations/{id}; POST /obligations/{id}/{act}
        here.MapNotices();        // GET /notices, /notices/{id}; POST /notices/{id}/have
        here.MapReports();        // GET /reports/handovers, /reports/handovers/measures
    }

    public static void ListenHub(this KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<HubOptions>>().Value;
        var ports = kestrel.ApplicationServices.GetRequiredService<BoundPorts>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = options.Http.HeadersWithin; // bodies: 240 bytes a second at least, as Kestrel has it
        kestrel.Listen(options.Http.ParsedAddress, options.Http.Port, listen =>
        {
            ports.NoteHttp(listen);
            listen.LimitConnections(options.Http.MaxConnections);
            if (options.Http.CertificatePath is { } path)
            {
                listen.UseHttps(new ListenerCertificate(path, options.Http.CertificateKeyPath).ServeAndAsk);
            }
        });
        if (options.Management is { Port: { } management } watched)
        {
            kestrel.Listen(watched.ParsedAddress, management, ports.NoteManagement);
        }

        kestrel.ListenMllp(new MllpListener
        {
            Address = options.Mllp.ParsedAddress,
            Port = options.Mllp.Port,
            MaxConnections = options.Mllp.MaxConnections,
            Tls = options.Mllp.CertificatePath is { } path ? new ListenerCertificate(path, options.Mllp.CertificateKeyPath).ServeAndAsk : null,
            Opened = ports.NoteMllp,
        });
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
