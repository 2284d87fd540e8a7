using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Proxy.Simulators;

/// <summary>How a scripted partner speaks TLS.</summary>
/// <param name="Certificate">What it shows, with its key.</param>
/// <param name="Clients">The authority that must have issued what callers show; null asks for nothing.</param>
public sealed record SimulatorTls(X509Certificate2 Certificate, X509Certificate2? Clients = null)
{
    /// <summary>The same from PEM files.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no certificate or no key of it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SimulatorTls FromPem(string certificate, string key, string? clients)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        return new(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), clients is null ? null : X509CertificateLoader.LoadCertificateFromFile(clients));
    }

    internal SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificate = Certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = Clients is not null,
        RemoteCertificateValidationCallback = (_, shown, _, _) => Clients is null || (shown is X509Certificate2 certificate && Issued(certificate)),
    };

    private bool Issued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Clients!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}

/// <summary>The script says that this connection ends by a reset.</summary>
internal sealed class SimulatedReset : IOException;
