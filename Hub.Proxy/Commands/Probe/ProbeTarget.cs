using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.Http;

namespace Hub.Proxy.Commands.Probe;

/// <summary>One address to look at, and what the partner file says of reaching it.</summary>
internal sealed record ProbeTarget
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required bool Tls { get; init; }

    /// <summary>The name that the certificate must carry.</summary>
    public required string ServerName { get; init; }

    public PartnerTls Trust { get; init; } = new();

    /// <summary>Base of the FHIR API; null for MLLP.</summary>
    public Uri? FhirBase { get; init; }

    /// <summary>The mailbox behind the address; null for anything but MESH.</summary>
    public MailboxSettings? Mesh { get; init; }

    /// <summary>How the hub proves who it is; null where only an address was given.</summary>
    public AuthSettings? Auth { get; init; }

    public string Words => Mesh is not null ? $"{Mesh.Endpoint.AbsoluteUri.TrimEnd('/')} (MESH mailbox {Mesh.MailboxId})" : FhirBase?.AbsoluteUri ?? $"{(Tls ? "mllps" : "mllp")}://{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Null where the text is no address of a kind that can be probed.</summary>
    public static ProbeTarget? OfAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0
        ? uri.Scheme switch
        {
            "https" or "http" => OfFhir(uri),
            "mllp" or "mllps" when uri.Port > 0 => new ProbeTarget { Host = uri.DnsSafeHost, Port = uri.Port, Tls = uri.Scheme == "mllps", ServerName = uri.DnsSafeHost },
            _ => null,
        }
        : null;

    /// <summary>Every address that the hub calls for a partner: that of its messages, and that of the gateway.</summary>
    public static IReadOnlyList<ProbeTarget> OfPartner(PartnerFile partner)
    {
        if (MailboxSettings.Of(partner) is { } mailbox)
        {
            return [OfFhir(mailbox.Endpoint) with { FhirBase = null, Trust = mailbox.Tls, Mesh = mailbox }];
        }

        var targets = new List<ProbeTarget>();
        var settings = new PartnerSettings(partner.Settings);
        if (settings.Text("host") is { } host && settings.Has("port"))
        {
            targets.Add(new ProbeTarget
            {
                Host = host, Port = settings.Number("port", 0, 1, 65_535), Tls = settings.Flag("tls"), ServerName = settings.Text("serverName") ?? host, Trust = PartnerTls.Read(settings),
            });
        }

        foreach (var name in (string[])["endpoint", "base", "address"])
        {
            if (settings.Text(name, 1000) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")
            {
                targets.Add(OfFhir(uri) with { Trust = PartnerTls.Read(settings), Auth = HttpAccess.Read(settings, uri, name).Auth });
            }
        }

        if (Hub.Proxy.Gateway.GatewaySettings.Of(partner) is { } gateway)
        {
            targets.Add(OfFhir(gateway.Address) with { Trust = gateway.Access.Tls, Auth = gateway.Access.Auth });
        }

        return [.. targets.DistinctBy(t => (t.Words, t.Trust, t.Auth))];
    }

    private static ProbeTarget OfFhir(Uri uri)
    {
        var text = uri.GetLeftPart(UriPartial.Path);
        foreach (var end in (string[])["/$process-message", "/metadata"])
        {
            text = text.EndsWith(end, StringComparison.Ordinal) ? text[..^end.Length] : text;
        }

        return new ProbeTarget { Host = uri.DnsSafeHost, Port = uri.Port, Tls = uri.Scheme == "https", ServerName = uri.DnsSafeHost, FhirBase = new Uri(text.TrimEnd('/')) };
    }
}
