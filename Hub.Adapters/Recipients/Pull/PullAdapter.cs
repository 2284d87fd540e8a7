using System.Text.Json;
using System.Text.Unicode;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Fhir.Bundles;
using Hub.Fhir.Resources;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.Pull;

/// <summary>
/// The same FHIR message as FHIR messaging sends, for a partner that fetches it. An acknowledgement is a response message to it, or Parameters with
/// <c>code</c> (ok, fatal-error, transient-error) and <c>reason</c>.
/// </summary>
internal sealed class PullAdapter(PartnerFile partner, PullSettings settings) : IFetchedRecipient
{
    public const string Protocol = "pull";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private readonly OutcomeTable outcomes = OutcomeTable.Of(FhirOutcomes.Rows, partner.Outcomes);

    public TimeSpan Timeout => TimeSpan.FromSeconds(30);

    public TimeSpan AlarmAfter => settings.AlarmAfter;

    public FrozenMessage Freeze(MessageDraft draft)
    {
        var bound = MessageEnvelope.Bind(draft.Body, new MessageIds
        {
            MessageId = draft.MessageId,
            DestinationEndpoint = $"{CodeSystems.Canonical}/endpoint/{draft.Partner.Id}",
            RecipientName = draft.Partner.Name,
            RecipientOrganisation = draft.Partner.Organisation,
        });
        return new FrozenMessage(bound, "application/fhir+json", draft.MessageId.ToString());
    }

    /// <summary>Nothing is ever sent; who calls this all the same is told that nothing was.</summary>
    public Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, CancellationToken cancellationToken) =>
        Task.FromResult<DeliveryOutcome>(new Unavailable("the partner fetches its messages itself") { NothingSent = true, NotTried = true });

    public DeliveryOutcome? ReadAcknowledgement(ReadOnlyMemory<byte> body, string messageId)
    {
        if ((MessageResponse.Read(body, messageId) ?? ReadParameters(body, messageId)) is not { } answer)
        {
            return null;
        }

        var byCode = outcomes.Find(answer.Codes);
        var reason = PartnerText.Tidy(answer.Text ?? $"{answer.SentCode} without a reason");
        var outcome = answer.Code == AnswerCode.Ok && byCode is not { Means: OutcomeMeaning.NotOurPatient }
            ? new Delivered(answer)
            : (byCode ?? outcomes.Find(answer.SentCode)) is { } row ? OutcomeTable.ToOutcome(row, reason, null)
            : new Rejected(reason);

        // A partner that has the message cannot leave its fate unknown, nor refuse us as a whole, by acknowledging it.
        return (outcome is Unknown or PartnerRefusesUs ? new Rejected(reason) { Code = answer.SentCode } : outcome) with { Evidence = body };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Answer? ReadParameters(ReadOnlyMemory<byte> body, string messageId)
    {
        if (body.Length is 0 or > 64 * 1024 || !Utf8.IsValid(body.Span))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "resourceType") != "Parameters" || !root.TryGetProperty("parameter", out var all) || all.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var named = all.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object).ToLookup(p => Text(p, "name"));
            var codes = named["code"].Select(p => Text(p, "valueCode") ?? Text(p, "valueString")).ToList();
            AnswerCode? code = codes is not [{ } one] ? null : one switch { "ok" => AnswerCode.Ok, "fatal-error" => AnswerCode.FatalError, "transient-error" => AnswerCode.TransientError, _ => null };
            return code is null ? null : new Answer
            {
                Code = code.Value,
                SentCode = codes[0]!,
                AnswersMessageId = messageId,
                Codes = [.. named["detail"].Select(p => Text(p, "valueCode") ?? Text(p, "valueString")).OfType<string>()],
                Text = named["reason"].Select(p => Text(p, "valueString")).FirstOrDefault(),
            };
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
