using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Responses;
using Polly;
using Polly.CircuitBreaker;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// Writes one message on one partner's FHIR server: asks first whether it knows the person, then writes all of it in one transaction, or resource by resource. A repeat
/// finds by its identifiers what an earlier attempt wrote, and writes nothing twice.
/// </summary>
internal sealed class FhirRestAdapter(PartnerHttp partner, FhirRestSettings settings, ResiliencePipeline<DeliveryOutcome> breaker, TimeProvider time) : IRecipientAdapter
{
    public const string Protocol = "fhir-rest";

    public TimeSpan Timeout => settings.Timeout;

    public FrozenMessage Freeze(MessageDraft draft) => new(TransactionWriter.Write(draft, settings), RestCall.MediaType, draft.MessageId.ToString());

    public async Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await breaker.ExecuteAsync(static async (call, token) => await call.Adapter.AttemptAsync(call.Message, token), (Adapter: this, Message: message), cancellationToken);
        }
        catch (BrokenCircuitException ex)
        {
            return Unavailable.Untried(ex.RetryAfter);
        }
    }

    private async Task<DeliveryOutcome> AttemptAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var call = new RestCall(partner, settings, message, time);
        var writes = FrozenWrites.Read(message.Bytes);
        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings.CheckPatient)
        {
            foreach (var person in writes.People)
            {
                var (id, failed) = await FindAsync(call, person, message, cancellationToken);
                if (failed is not null)
                {
                    return failed;
                }

                people[person.Url] = $"Patient/{id}";
            }
        }

        return settings.Style == WriteStyle.Single
            ? await new SingleWrites(call, settings.Outcomes, writes, people).RunAsync(message.ProtocolMessageId, cancellationToken)
            : await TransactAsync(call, writes, message, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        partner.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(string? Id, DeliveryOutcome? Failed)> FindAsync(RestCall call, PatientReference person, OutboundMessage message, CancellationToken cancellationToken)
    {
        var search = await call.SearchAsync("Patient", person.Token, message.ProtocolMessageId, [person.Value], cancellationToken);
        return search switch
        {
            { Failed: { } failed } => (null, failed),
            { Found: [var one] } => (one.Id, null),
            { Found.Count: 0 } => (null, Refused(FhirRestOutcomes.NoPatient, "the server knows no patient by the identifier we hold")),
            _ => (null, Refused(FhirRestOutcomes.SeveralPatients, string.Create(CultureInfo.InvariantCulture, $"the server knows {search.Found.Count} patients by the identifier we hold"))),
        };
    }

    private async Task<DeliveryOutcome> TransactAsync(RestCall call, FrozenWrites writes, OutboundMessage message, CancellationToken cancellationToken)
    {
        var exchange = await call.WriteAsync(HttpMethod.Post, "", message.Bytes, message.ProtocolMessageId, null, cancellationToken);
        return exchange.Answer is { } answer ? Judge(answer, writes, message.ProtocolMessageId) with { Evidence = answer.Body.Evidence } : exchange.Failed!;
    }

    /// <summary>What a whole answer came to. Pure, so that every mutation of an answer can be tried.</summary>
    internal DeliveryOutcome Judge(HttpAnswer answer, FrozenWrites writes, string messageId)
    {
        if (answer.Body.TooLong)
        {
            return new Unknown(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.Status} with an answer over {AnswerBody.MaxBytes} bytes"));
        }

        if (!answer.IsSuccess)
        {
            return HttpRefusal.Judge(answer.Status, answer.RetryAfter, answer.Body.Bytes, settings.Outcomes, [.. writes.People.Select(p => p.Value)]);
        }

        // Servers that repeat X-Request-Id repeat ours; those that give ids of their own do not give version 5, as we do.
        if (Guid.TryParse(answer.RequestId, out var answered) && answered.Version == 5 && answered.ToString() != messageId)
        {
            return new Unknown("the answer names another request");
        }

        return TransactionResponse.SaysAllWritten(answer.Body.Bytes, writes.Kinds)
            ? new Delivered(AnswerTo(messageId, answer))
            : new Unknown(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.Status}, but not an answer that says of each resource that it was written"));
    }

    internal static Answer AnswerTo(string messageId, HttpAnswer answer) =>
        new() { Code = AnswerCode.Ok, SentCode = ((int)answer.Status).ToString(CultureInfo.InvariantCulture), AnswersMessageId = messageId };

    private DeliveryOutcome Refused(string code, string reason) => OutcomeTable.ToOutcome(settings.Outcomes.Find(code)!, reason, retryAfter: null);
}
