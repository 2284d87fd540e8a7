using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Support;

/// <summary>A real server on a real socket, with or without TLS, that answers as a test says.</summary>
internal sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ScriptedHttpServer(WebApplication app, string scheme)
    {
        this.app = app;
        Address = new UriBuilder(app.Urls.First()) { Scheme = scheme }.Uri;
    }

    public Uri Address { get; }

    /// <param name="answer">What every request gets.</param>
    /// <param name="tls">The server's certificate; plain HTTP without one.</param>
    /// <param name="clients">Whose client certificates are asked for and let in; null asks for none.</param>
    public static async Task<ScriptedHttpServer> StartAsync(RequestDelegate answer, X509Certificate2? tls = null, TestAuthority? clients = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (tls is not null)
            {
                listen.UseHttps(tls, https =>
                {
                    https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (certificate, _, _) => clients!.Issued(certificate);
                });
            }
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new ScriptedHttpServer(app, tls is null ? "http" : "https");
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }
}
