using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hub.Adapters.Recipients.Http;

namespace Hub.Proxy.Commands.Probe;

/// <summary>A handshake that was carried to its end whatever the certificate said, so that all of it could be judged; nothing may be sent on it that is not the probe's.</summary>
internal sealed record Handshake(SslStream Stream, bool AskedForCertificate);

/// <summary>Makes one TLS handshake as the hub would, and says what is right and wrong with it.</summary>
internal sealed class TlsProbe(ProbeTarget target, TimeSpan patience, TimeProvider time)
{
    private const string Step = "tls";

    private X509Certificate2? shown;
    private X509ChainStatusFlags chainStatus;
    private List<X509Certificate2> chain = [];
    private SslPolicyErrors errors;
    private bool askedForCertificate;

    /// <summary>Null where no handshake came about; the findings say why.</summary>
    public async Task<Handshake?> RunAsync(Stream stream, List<Finding> findings, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(), deadline.Token);
        }
        catch (PartnerTlsException ours)
        {
            findings.Add(Finding.Bad(Step, ours.Message + ".", Owners.Hub, "Put the files right that the partner file names, then probe again."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Add(Finding.Bad(Step, $"The port took the connection and then said nothing for {patience.TotalSeconds:0.#} s: no TLS came about.", Owners.Partner, "Check that the listener behind this port runs and speaks TLS; plain MLLP or HTTP would wait just so."));
        }
        catch (Exception ex) when (ex is AuthenticationException or IOException or SocketException)
        {
            findings.Add(askedForCertificate && !target.Trust.ShowsCertificate ? NoClientCertificate() : shown is not null
                ? Finding.Bad(Step, "The handshake broke off after the partner had shown its certificate: protocol version, cipher or our certificate did not suit it.", Owners.Partner, "Look into the listener's log at this time for its reason.")
                : Finding.Bad(Step, "The port does not speak TLS: it closed the connection or answered in another protocol.", Owners.Partner, "Turn TLS on at the listener, or name its TLS port; only where the network is encrypted is plain agreed on."));
        }

        if (shown is not null)
        {
            CertificateFindings.Judge(shown, chain, chainStatus, errors, target, time.GetUtcNow(), findings);
        }

        if (!tls.IsAuthenticated)
        {
            await tls.DisposeAsync();
            return null;
        }

        findings.Add(tls.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13
            ? Finding.Good(Step, $"{Name(tls.SslProtocol)} with {tls.NegotiatedCipherSuite}.")
            : Finding.Warning(Step, $"The partner speaks {Name(tls.SslProtocol)}, which is no longer safe.", Owners.Partner, "Turn on TLS 1.2 or 1.3 and turn the older ones off."));
        return new Handshake(tls, askedForCertificate);
    }

    public static Finding NoClientCertificate() => Finding.Bad(
        Step, "The partner asks for a client certificate and takes no connection without one.", Owners.Hub,
        "Ask the partner which authority's certificates it takes; then name certificate and key in the partner file (clientCertificate, clientKey).");

    private SslClientAuthenticationOptions Options()
    {
        var options = target.Trust.ForHandshake(target.ServerName);
        options.RemoteCertificateValidationCallback = (_, certificate, built, found) =>
        {
            shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            chain = [.. built?.ChainElements.Select(e => X509CertificateLoader.LoadCertificate(e.Certificate.RawData)) ?? []];
            chainStatus = built?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
            errors = found;
            return true; // judged below, and nothing of the hub's is sent on this connection
        };
        if (options.ClientCertificateContext is null)
        {
            options.LocalCertificateSelectionCallback = (_, _, _, remote, _) =>
            {
                askedForCertificate |= remote is not null; // called a second time, with the partner's certificate, where the partner asks for ours
                return null!;
            };
        }

        return options;
    }

#pragma warning disable CA5397, SYSLIB0039, CS0618 // Named here to say what is wrong with them.
    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls11 => "TLS 1.1",
        SslProtocols.Tls => "TLS 1.0",
        _ => protocol.ToString(),
    };
#pragma warning restore CA5397, SYSLIB0039, CS0618
}
