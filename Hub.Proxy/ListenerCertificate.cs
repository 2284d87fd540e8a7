using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hub.Proxy;

/// <summary>A listener's certificate, read anew when its file changes, so that a renewal needs no restart. A file that cannot be read leaves the one before in use.</summary>
internal sealed class ListenerCertificate
{
    private readonly string path;
    private readonly string? keyPath;
    private readonly Lock gate = new();
    private X509Certificate2 current;
    private DateTime written;

    public ListenerCertificate(string path, string? keyPath)
    {
        (this.path, this.keyPath) = (path, keyPath);
        (current, written) = (Read(), File.GetLastWriteTimeUtc(path));
    }

    /// <summary>TLS with this certificate.</summary>
    public void Serve(HttpsConnectionAdapterOptions https)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => Current();
    }

    /// <summary>As <see cref="Serve"/>, and who calls may show a certificate of its own.</summary>
    public void ServeAndAsk(HttpsConnectionAdapterOptions https)
    {
        Serve(https);

        // Any certificate may be shown; who it is, if anybody, is what a partner file says of its thumbprint (AccessGate).
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, _, _) => true;
    }

    private X509Certificate2 Current()
    {
        lock (gate)
        {
            var now = File.GetLastWriteTimeUtc(path);
            if (now != written)
            {
                written = now;
                try
                {
                    current = Read();
                }
                catch (Exception fault) when (fault is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
                {
                    // Half a renewal: the next handshake after the rest has come reads it.
                    written = default;
                }
            }

            return current;
        }
    }

    private X509Certificate2 Read()
    {
        // Exported and read again, because the TLS stack of some platforms cannot use a key that lives only in memory.
        using var pem = X509Certificate2.CreateFromPemFile(path, keyPath ?? path);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}
