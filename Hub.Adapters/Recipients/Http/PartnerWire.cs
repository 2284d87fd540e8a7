namespace Hub.Adapters.Recipients.Http;

/// <summary>The shared pipeline over one partner's own connections, for a client that reads answers itself: headers first, and the body as it comes.</summary>
internal sealed class PartnerWire(IHttpClientFactory clients, PartnerConnections connections, TimeSpan timeout) : HttpMessageHandler
{
    private readonly HttpClient http = clients.CreateClient(PartnerHttp.ClientName);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.Set(PartnerPipeline.Timeout, timeout);
        request.Options.Set(PartnerPipeline.Connections, connections);
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            http.Dispose();
            connections.Dispose();
        }

        base.Dispose(disposing);
    }
}
