using System.Net;
using Hub.Adapters.Contract;
using Polly.CircuitBreaker;

namespace Hub.Adapters.Recipients.Http;

/// <summary>One whole answer of a partner.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, TimeSpan? RetryAfter, string? Location, string? RequestId, AnswerBody Body)
{
    public bool IsSuccess => Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
}

/// <summary>What one exchange came to: an answer, or an outcome where there was none.</summary>
internal readonly record struct Exchange(HttpAnswer? Answer, DeliveryOutcome? Failed);

/// <summary>
/// One partner over HTTP: its connections, credentials, breaker and time-out. An exchange is one request; only where the partner answers 401 to a token,
/// which says that nothing was taken, a new token is fetched and the request made once more.
/// </summary>
internal sealed class PartnerHttp : IDisposable
{
    public const string ClientName = "partner-http";

    private readonly IHttpClientFactory clients;
    private readonly PartnerConnections connections;
    private readonly PartnerCredentials credentials;
    private readonly string? breaker;
    private readonly bool renewOn401;
    private readonly TimeProvider time;

    /// <param name="clients">The shared pipeline.</param>
    /// <param name="access">What the partner file says.</param>
    /// <param name="breaker">Whose breaker counts each request; null where the protocol has a breaker of its own.</param>
    /// <param name="renewOn401">False where this partner's 401 means something else than that it does not know us.</param>
    /// <param name="time">The clock.</param>
    public PartnerHttp(IHttpClientFactory clients, HttpAccess access, string? breaker, bool renewOn401, TimeProvider time)
    {
        (this.clients, this.breaker, this.renewOn401, this.time) = (clients, breaker, renewOn401, time);
        connections = new PartnerConnections(access.Tls);
        credentials = new PartnerCredentials(access.Auth, connections, time);
    }

    /// <param name="newRequest">Makes the request; called once more where a token has to be renewed.</param>
    /// <param name="within">What is left of the attempt's time-out; covers the token and the whole answer.</param>
    /// <param name="cancellationToken">The hub's stopping; thrown, never an outcome.</param>
    public async Task<Exchange> ExchangeAsync(Func<HttpRequestMessage> newRequest, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (exchange, renew) = await OnceAsync(newRequest, within, cancellationToken);
        return renew && within - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero
            ? (await OnceAsync(newRequest, left, cancellationToken)).Exchange
            : exchange;
    }

    public void Dispose() => connections.Dispose();

    private async Task<(Exchange Exchange, bool Renew)> OnceAsync(Func<HttpRequestMessage> newRequest, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(within > TimeSpan.Zero ? within : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = newRequest();
        var content = request.Content as OnceContent;
        try
        {
            if (await credentials.AuthorizeAsync(request, either.Token) is { } fault)
            {
                return (new Exchange(null, fault.ToOutcome()), false);
            }

            // The pipeline's own time-out, not the deadline: the breaker has to see that a partner was silent.
            Bind(request, within - time.GetElapsedTime(started));
            using var http = clients.CreateClient(ClientName);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var answer = await ReadAsync(response, either.Token); // an answer that only drips in cannot hold the lane for ever
            return (new Exchange(answer, null), renewOn401 && answer.Status == HttpStatusCode.Unauthorized && credentials.MayRenewAfter401(request));
        }
        catch (BrokenCircuitException ex)
        {
            return (new Exchange(null, Unavailable.Untried(ex.RetryAfter)), false);
        }
        catch (Exception ex) when (TransportFault.Is(ex, cancellationToken) && content is not { Started: true })
        {
            return (new Exchange(null, new Unavailable(TransportFault.Describe(ex)) { NothingSent = true }), false); // refused, DNS, TLS: nothing left us
        }
        catch (Exception ex) when (TransportFault.Is(ex, cancellationToken))
        {
            return (new Exchange(null, new Unknown(TransportFault.Describe(ex))), false); // bytes may have arrived
        }
    }

    private void Bind(HttpRequestMessage request, TimeSpan within)
    {
        if (breaker is not null)
        {
            request.Options.Set(PartnerPipeline.Key, breaker);
        }

        request.Options.Set(PartnerPipeline.Timeout, within > TimeSpan.FromMilliseconds(1) ? within : TimeSpan.FromMilliseconds(1)); // zero would be no time-out at all
        request.Options.Set(PartnerPipeline.Connections, connections);
    }

    private async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode,
        RetryAfter.Read(response.Headers.RetryAfter, time),
        First(response, "Location"),
        First(response, "X-Request-Id"),
        await AnswerBody.ReadAsync(response.Content, cancellationToken));

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
