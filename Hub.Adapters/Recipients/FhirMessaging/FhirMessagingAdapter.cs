using System.Globalization;
using System.Net;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Bundles;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>
/// Posts one FHIR message to one partner's <c>$process-message</c>, once, and reads its answer. A 2xx alone is not acceptance: the body must
/// say <c>ok</c> to our message id.
/// </summary>
internal sealed class FhirMessagingAdapter(PartnerHttp partner, FhirMessagingSettings settings, Uri? answersAt = null) : IRecipientAdapter
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
        var exchange = await partner.ExchangeAsync(() => Request(message), settings.Timeout, cancellationToken);
        return exchange.Answer is { } answer ? Judge(answer, message.ProtocolMessageId) with { Evidence = answer.Body.Evidence } : exchange.Failed!;
    }

    public ValueTask DisposeAsync()
    {
        partner.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Request(OutboundMessage message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address()) { Content = new OnceContent(message.Bytes, message.MediaType) };
        request.Headers.Accept.ParseAdd(MediaType);
        if (settings.AskAsync == AskAsync.Prefer)
        {
            request.Headers.Add("Prefer", "respond-async");
        }

        request.Headers.Add("X-Request-Id", message.ProtocolMessageId);
        request.Headers.Add("X-Correlation-Id", message.DeliveryId.ToString());
        return request;
    }

    private Uri Address() => settings.AskAsync != AskAsync.Query ? settings.Endpoint
        : new Uri(settings.Endpoint.AbsoluteUri + "?async=true" + (answersAt is null ? "" : "&response-url=" + Uri.EscapeDataString(answersAt.AbsoluteUri)));

    private DeliveryOutcome Judge(HttpAnswer answer, string messageId) => answer.Body.TooLong
        ? new Unknown(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.Status} with an answer over {AnswerBody.MaxBytes} bytes"))
        : Judge(answer.Status, answer.RetryAfter, answer.Body.Bytes, messageId);

    /// <summary>What a whole answer came to. Pure, so that every mutation of an answer can be tried.</summary>
    internal DeliveryOutcome Judge(HttpStatusCode status, TimeSpan? retryAfter, ReadOnlyMemory<byte> body, string messageId)
    {
        var accepted = status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
        if (MessageResponse.Read(body, messageId) is { } answer)
        {
            return JudgeAnswer(settings, answer, accepted, status, retryAfter);
        }

        // Taken, and not answered: only from a partner that is known to answer by a message of its own.
        if (status == HttpStatusCode.Accepted && settings.AnswersWithin is { } within)
        {
            return new Awaited(null, within);
        }

        if (accepted)
        {
            return new Unknown(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}, but not an answer to this message"));
        }

        return HttpRefusal.Judge(status, retryAfter, body, settings.Outcomes);
    }

    /// <summary>What an answer to our message means at this partner, whichever way it came.</summary>
    internal static DeliveryOutcome JudgeAnswer(FhirMessagingSettings settings, Answer answer, bool accepted, HttpStatusCode status, TimeSpan? retryAfter)
    {
        var byCode = settings.Outcomes.Find(answer.Codes);
        var reason = PartnerText.Tidy(answer.Text ?? $"{answer.SentCode} without a reason");
        if (answer.Code != AnswerCode.Ok)
        {
            return (byCode ?? settings.Outcomes.Find(answer.SentCode)) is { } row ? OutcomeTable.ToOutcome(row, reason, retryAfter) : new Unknown(reason);
        }

        // "ok" beside "not our patient" is no acceptance: a person looks (clinical rule 17).
        return byCode is { Means: OutcomeMeaning.NotOurPatient } ? OutcomeTable.ToOutcome(byCode, reason, retryAfter)
            : accepted ? new Delivered(answer)
            : new Unknown(string.Create(CultureInfo.InvariantCulture, $"answered ok, and HTTP {(int)status}"));
    }
}
