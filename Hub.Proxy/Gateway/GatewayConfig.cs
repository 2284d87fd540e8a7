using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Hub.Proxy.Routing;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace Hub.Proxy.Gateway;

/// <summary>One route and one cluster a partner that can be called, from the same partner files as everything else, and anew whenever those change.</summary>
internal sealed class GatewayConfig : IProxyConfigProvider, IDisposable
{
    /// <summary>Names the version of the file that a client was made from.</summary>
    public const string FileKey = "file";

    private readonly PartnerFiles partners;
    private volatile Snapshot current;

    public GatewayConfig(PartnerFiles partners)
    {
        this.partners = partners;
        current = Build();
        partners.Changed += Renew;
    }

    public IProxyConfig GetConfig() => current;

    public void Dispose() => partners.Changed -= Renew;

    private void Renew()
    {
        var before = current;
        current = Build();
        before.Replaced();
    }

    private Snapshot Build()
    {
        var targets = partners.All.Select(p => (Partner: p, Settings: GatewaySettings.Of(p))).Where(t => t.Settings is not null).ToList();
        return new Snapshot([.. targets.Select(t => Route(t.Partner))], [.. targets.Select(t => Cluster(t.Partner, t.Settings!))]);
    }

    private static RouteConfig Route(PartnerFile partner) => new()
    {
        RouteId = partner.Id,
        ClusterId = partner.Id,
        Match = new RouteMatch { Path = $"{GatewayRequest.Prefix}/{partner.Id}/{{**rest}}" },
    };

    private static ClusterConfig Cluster(PartnerFile partner, GatewaySettings settings) => new()
    {
        ClusterId = partner.Id,
        Destinations = new Dictionary<string, DestinationConfig> { [partner.Id] = new() { Address = settings.Address.AbsoluteUri } },
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = settings.Timeout, Version = System.Net.HttpVersion.Version11 },
        Metadata = new Dictionary<string, string>
        {
            [FileKey] = partner.Hash,
            [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "2",
            [TransportFailureRateHealthPolicyOptions.FailureRateLimitMetadataName] = "0.5",
        },
        HealthCheck = new HealthCheckConfig
        {
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyAndUnknown, // YARP's own default calls what is ill where nothing else is left

            // What nobody can reach is left alone for a while; what answers its own errors is well enough to be called.
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate, ReactivationPeriod = TimeSpan.FromSeconds(10) },
            Active = settings.HealthPath is null ? null : new ActiveHealthCheckConfig
            {
                Enabled = true,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                Interval = settings.HealthEvery,
                Timeout = TimeSpan.FromSeconds(5),
                Path = "/" + settings.HealthPath,
            },
        },
    };

    private sealed class Snapshot(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters) : IProxyConfig
    {
        private readonly ConfigurationReloadToken token = new();

        public IReadOnlyList<RouteConfig> Routes => routes;

        public IReadOnlyList<ClusterConfig> Clusters => clusters;

        public IChangeToken ChangeToken => token;

        public void Replaced() => token.OnReload();
    }
}

/// <summary>Connections to each target as its own file says: its authority, our certificate, no redirect and no proxy.</summary>
internal sealed class GatewayClients(IPartnerDirectory partners) : IForwarderHttpClientFactory
{
    public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context)
    {
        if (context.OldClient is { } old && context.OldMetadata?.GetValueOrDefault(GatewayConfig.FileKey) == context.NewMetadata?.GetValueOrDefault(GatewayConfig.FileKey))
        {
            return old;
        }

        var settings = partners.Find(context.ClusterId) is { } partner ? GatewaySettings.Of(partner) : null;
        return new PartnerConnections(settings?.Access.Tls ?? new PartnerTls());
    }
}
