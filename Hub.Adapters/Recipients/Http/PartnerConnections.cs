namespace Hub.Adapters.Recipients.Http;

/// <summary>The connections to one partner, made as its file says. Nothing goes anywhere else: no redirect, no proxy of the environment's.</summary>
public sealed class PartnerConnections : HttpMessageInvoker
{
    public PartnerConnections(PartnerTls tls) : base(NewSockets(tls)) { }

    private static SocketsHttpHandler NewSockets(PartnerTls tls)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // patient data goes where the partner file says
            UseProxy = false,          // and by no road that an environment variable names
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), // shorter than servers keep: a stale connection costs an Unknown
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),     // DNS changes and renewed certificates are seen
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 32,
            ActivityHeadersPropagator = new TraceHeader(), // no baggage of a caller's, and no header that the adapter did not write
        };
        tls.Configure(sockets);
        return sockets;
    }
}

/// <summary>The end of the shared pipeline: each request goes over its own partner's connections.</summary>
internal sealed class OwnConnections : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(PartnerPipeline.Connections, out var connections)
            ? connections.SendAsync(request, cancellationToken)
            : throw new InvalidOperationException("A request to a partner names its connections");
}
