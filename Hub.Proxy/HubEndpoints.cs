using System.Security.Cryptography.X509Certificates;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Hub.Proxy;

/// <summary>Where the hub can be reached.</summary>
internal static class HubEndpoints
{
    public static void MapHub(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapOpenApi();
        app.MapEventApi();       // POST /events/{type}
        app.MapEventStatus();    // GET /events/{id}
    }

    public static void ListenHub(this KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<HubOptions>>().Value;
        var ports = kestrel.ApplicationServices.GetRequiredService<BoundPorts>();
        kestrel.AddServerHeader = false;
        kestrel.Listen(options.Http.ParsedAddress, options.Http.Port, ports.NoteHttp);
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

    public int Http => http?.IPEndPoint?.Port ?? 0;

    public int Mllp => mllp?.IPEndPoint?.Port ?? 0;

    public void NoteHttp(ListenOptions listen) => http = listen;

    public void NoteMllp(ListenOptions listen) => mllp = listen;
}
