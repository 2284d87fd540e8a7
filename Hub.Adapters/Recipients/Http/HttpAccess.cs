namespace Hub.Adapters.Recipients.Http;

/// <summary>
/// What a partner file says of reaching one HTTP partner safely: whom to trust, what to show, how to prove who we are. The same for every
/// protocol over HTTP, and for the gateway.
/// </summary>
public sealed record HttpAccess
{
    public required PartnerTls Tls { get; init; }

    public required AuthSettings Auth { get; init; }

    /// <summary>
    /// Reads <c>auth</c>, <c>trustedCertificateFile</c>, <c>clientCertificate</c>, <c>clientKey</c> and <c>allowPlainHttp</c>; what is wrong is told by <paramref name="settings"/>.
    /// </summary>
    public static HttpAccess Read(PartnerSettings settings, Uri? endpoint, string endpointName = "endpoint")
    {
        ArgumentNullException.ThrowIfNull(settings);

        // Patient data crosses a network in clear text only where somebody wrote that down.
        var plain = settings.Flag("allowPlainHttp");
        if (!plain && endpoint is { Scheme: "http", IsLoopback: false })
        {
            settings.Wrong(endpointName, "is plain http to another machine", "https, or \"allowPlainHttp\": true where the network itself is encrypted");
        }

        var tls = PartnerTls.Read(settings);
        if (endpoint is { Scheme: "http" } && tls.ShowsCertificate)
        {
            settings.Wrong("clientCertificate", "is shown to nobody over plain http", "an https address, or no certificate");
        }

        return new HttpAccess { Tls = tls, Auth = AuthSettings.Read(settings.Part("auth"), plain) };
    }
}
