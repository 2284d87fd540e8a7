using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Http;

/// <summary>
/// The TLS of one partner: the authority it is trusted by and the certificate we show. Files are read at every handshake, so that a renewed certificate
/// counts from the next connection on. The partner's name is always checked.
/// </summary>
public sealed record PartnerTls
{
    /// <summary>A PEM file with the only authorities trusted for this partner; null trusts the machine's.</summary>
    public string? TrustedCertificateFile { get; init; }

    /// <summary>Our certificate as PEM, followed by its intermediates where the partner needs them.</summary>
    public SecretRef? ClientCertificate { get; init; }

    /// <summary>The certificate's private key as PEM, not encrypted.</summary>
    public SecretRef? ClientKey { get; init; }

    public bool ShowsCertificate => ClientCertificate is not null;

    /// <summary>True where the machine's own defaults serve.</summary>
    public bool IsPlain => TrustedCertificateFile is null && ClientCertificate is null;

    /// <summary>Reads <c>trustedCertificateFile</c>, <c>clientCertificate</c> and <c>clientKey</c>.</summary>
    public static PartnerTls Read(PartnerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);

        var trusted = settings.Text("trustedCertificateFile", 1000);
        if (trusted is not null && !File.Exists(trusted))
        {
            settings.Wrong("trustedCertificateFile", "is no file that can be read", "path of a PEM file");
        }

        var (certificate, key) = (settings.Secret("clientCertificate"), settings.Secret("clientKey"));
        if (settings.Has("clientCertificate") != settings.Has("clientKey"))
        {
            settings.Wrong(settings.Has("clientKey") ? "clientCertificate" : "clientKey", "is missing", "both clientCertificate and clientKey, or neither");
        }

        return new PartnerTls { TrustedCertificateFile = trusted, ClientCertificate = certificate, ClientKey = key };
    }

    /// <summary>Makes a handler's connections this partner's: trust, name, certificate. Where the file says nothing, the handler stays as it is.</summary>
    public void Configure(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!IsPlain)
        {
            handler.ConnectCallback = ConnectAsync; // and not SslOptions, which would keep the certificate of the day the hub started
        }
    }

    /// <summary>What one handshake needs, as the files stand now.</summary>
    /// <exception cref="PartnerTlsException">A file is missing or holds something else.</exception>
    public SslClientAuthenticationOptions ForHandshake(string host)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        try
        {
            if (TrustedCertificateFile is { } file)
            {
                options.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck, // a trust's own authority rarely publishes a list that we can reach
                };
                options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file);
            }

            if (ClientCertificate is { } certificate && ClientKey is { } key)
            {
                options.ClientCertificateContext = Shown(certificate, key);
            }
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new PartnerTlsException("our own certificate files for this partner cannot be read; whoever runs the hub puts them right");
        }

        return options;
    }

    private static SslStreamCertificateContext Shown(SecretRef certificate, SecretRef key)
    {
        if (!certificate.TryRead(out var shown, out var why) || !key.TryRead(out var secret, out why))
        {
            throw new PartnerTlsException($"our client certificate: {why}; whoever runs the hub puts it there");
        }

        using var pair = X509Certificate2.CreateFromPem(shown, secret);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(shown);

        // Through PKCS#12: not every platform's TLS takes a key that was never stored.
        var leaf = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(leaf, [.. all.Skip(1)], offline: true);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? tls = null;
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (context.InitialRequestMessage.RequestUri?.Scheme != "https")
            {
                return stream;
            }

            tls = new SslStream(stream);
            var options = ForHandshake(context.DnsEndPoint.Host);
            options.ApplicationProtocols = context.InitialRequestMessage.Version.Major >= 2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch
        {
            await (tls?.DisposeAsync() ?? ValueTask.CompletedTask);
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Our own part of a handshake could not be made. The message names the place of the secret and never holds it.</summary>
public sealed class PartnerTlsException(string message) : AuthenticationException(message);
