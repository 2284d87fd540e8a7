using System.Globalization;
using System.Net;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Responses;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>
/// Posts one FHIR message to one partner's <c>$process-message</c>, once, and reads its answer. A 2xx alone is not acceptance: the body must
/// say <c>ok</c> to our message id.
/// </summary>
internal sealed class FhirMessagingAdapter(IHttpClientFactory clients, FhirMessagingSettings settings, TimeProvider time) : IRecipientAdapter
{
    public const string Protocol = "fhir-messaging";

    private const string MediaType = "application/fhir+json";

    public TimeSpan Timeout => settings.Timeout;

    public FrozenMessage Freeze(MessageDraft draft)
    {
        var bound = MessageEnvelope.Bind(draft.Body, new MessageIds
        {
            MessageId = draft.MessageId,
            DestinationEndpoint = settings.Endpoint.AbsoluteUri,
            RecipientName = draft.Partner.Name,
            RecipientOrganisation = draft.Partner.Organisation,
        });
        return new FrozenMessage(bound, MediaType, draft.MessageId.ToString());
    }

    public async Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        using var content = new OnceContent(message.Bytes, message.MediaType);
        using var request = Request(message, content);
        var started = time.GetTimestamp();
        try
        {
            using var http = clients.CreateClient(Protocol);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await ReadOutcomeAsync(response, message, started, cancellationToken);
        }
        catch (BrokenCircuitException ex)
        {
            return new Unavailable("not tried: too many of the last attempts at this partner failed", ex.RetryAfter) { NothingSent = true };
        }
        catch (Exception ex) when (IsTransport(ex, cancellationToken) && !content.Started)
        {
            return new Unavailable(Describe(ex), null) { NothingSent = true }; // refused, DNS, TLS: nothing left us
        }
        catch (Exception ex) when (IsTransport(ex, cancellationToken))
        {
            return new Unknown(Describe(ex)); // bytes may have arrived
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private HttpRequestMessage Request(OutboundMessage message, OnceContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Endpoint) { Content = content };
        request.Headers.Accept.ParseAdd(MediaType);
        request.Headers.Add("X-Request-Id", message.ProtocolMessageId);
        request.Headers.Add("X-Correlation-Id", message.DeliveryId.ToString());
        request.Options.Set(PartnerPipeline.PartnerId, message.PartnerId);
        request.Options.Set(PartnerPipeline.Timeout, settings.Timeout);
        return request;
    }

    private async Task<DeliveryOutcome> ReadOutcomeAsync(HttpResponseMessage response, OutboundMessage message, long started, CancellationToken cancellationToken)
    {
        // What is left of the one time-out, so that an answer that only drips in cannot hold the lane for ever.
        var left = settings.Timeout - time.GetElapsedTime(started);
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);

        var body = await AnswerBody.ReadAsync(response.Content, either.Token);
        var outcome = body.TooLong
            ? new Unknown(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode} with an answer over {AnswerBody.MaxBytes} bytes"))
            : Judge(response, body.Bytes, message.ProtocolMessageId);
        return outcome with { Evidence = body.Evidence };
    }

    private DeliveryOutcome Judge(HttpResponseMessage response, ReadOnlyMemory<byte> body, string messageId)
    {
        var accepted = response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
        var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, time);
        return MessageResponse.Read(body, messageId) switch
        {
            { Code: AnswerCode.Ok } answer when accepted => new Delivered(answer),
            { Code: AnswerCode.Ok } => new Unknown(string.Create(CultureInfo.InvariantCulture, $"answered ok, and HTTP {(int)response.StatusCode}")),
            { Code: AnswerCode.FatalError } answer => new Rejected(PartnerText.Tidy(answer.Text ?? "fatal-error without a reason")),
            { Code: AnswerCode.TransientError } answer => new Unavailable(PartnerText.Tidy(answer.Text ?? "transient-error without a reason"), retryAfter),
            _ when accepted => new Unknown(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}, but not an answer to this message")),
            _ => settings.Outcomes.For(response.StatusCode, OperationOutcomeText.TryRead(body), retryAfter),
        };
    }

    // A cancelled token passes through: a shutdown is not the partner's fault. Our own deadline is.
    private static bool IsTransport(Exception ex, CancellationToken cancellationToken) =>
        ex is HttpRequestException or IOException or TimeoutRejectedException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    // Never the exception's own text: it can hold what the peer sent.
    private static string Describe(Exception ex) => ex switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the partner's name could not be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no TLS connection: certificate or protocol refused",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "could not connect",
        TimeoutRejectedException or OperationCanceledException => "no whole answer within the time-out",
        HttpRequestException { HttpRequestError: var error } => $"the connection failed ({error})",
        HttpIOException { HttpRequestError: var error } => $"the connection failed ({error})",
        _ => "the connection failed",
    };
}
