using System.Text;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>The requests of one attempt, all within its one time-out.</summary>
internal sealed class RestCall(PartnerHttp partner, FhirRestSettings settings, OutboundMessage message, TimeProvider time)
{
    public const string MediaType = "application/fhir+json";

    private readonly long started = time.GetTimestamp();

    public bool OutOfTime => Left <= TimeSpan.Zero;

    private TimeSpan Left => settings.Timeout - time.GetElapsedTime(started);

    /// <param name="method">POST or PUT.</param>
    /// <param name="path">Below the base; empty for the base itself. No patient's identifier ever stands in it.</param>
    /// <param name="body">The resource.</param>
    /// <param name="requestId">X-Request-Id: the message's for a transaction, else the resource's.</param>
    /// <param name="condition">If-None-Exist or If-Match with its value.</param>
    /// <param name="cancellationToken">The hub's stopping.</param>
    public Task<Exchange> WriteAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string requestId, (string Header, string Value)? condition, CancellationToken cancellationToken) =>
        partner.ExchangeAsync(
            () =>
            {
                var request = Request(method, path, body, MediaType, requestId);
                request.Headers.Add("Prefer", "return=minimal");
                if (condition is { } given)
                {
                    request.Headers.TryAddWithoutValidation(given.Header, given.Value);
                }

                return request;
            },
            Left,
            cancellationToken);

    /// <summary>Searches by identifier, in a body: an address would stand in every log on the way (R4, http.html#search, POST form).</summary>
    public async Task<RestSearch> SearchAsync(string kind, string token, string requestId, IReadOnlyCollection<string> personal, CancellationToken cancellationToken)
    {
        var form = Encoding.ASCII.GetBytes($"identifier={Uri.EscapeDataString(token)}");
        var exchange = await partner.ExchangeAsync(
            () => Request(HttpMethod.Post, $"{kind}/_search", form, "application/x-www-form-urlencoded", requestId), Left, cancellationToken);
        return RestSearch.Of(exchange, kind, settings.Outcomes, personal);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte> body, string mediaType, string requestId)
    {
        var address = path.Length == 0 ? settings.Endpoint : new Uri($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
        var request = new HttpRequestMessage(method, address) { Content = new OnceContent(body, mediaType) };
        request.Headers.Accept.ParseAdd(MediaType);
        request.Headers.Add("X-Request-Id", requestId);
        request.Headers.Add("X-Correlation-Id", message.DeliveryId.ToString());
        return request;
    }
}
