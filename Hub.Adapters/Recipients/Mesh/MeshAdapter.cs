using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Recipients.Http;
using Hub.Adapters.Wire.Mesh;
using Hub.Fhir.Responses;
using Polly;
using Polly.CircuitBreaker;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>
/// Hands one message to MESH, once. That MESH has it (202) says nothing of the recipient: the outcome is Awaited, and what comes back to our mailbox, or
/// tracking, says more. Before a second try it asks by our own id whether the first was taken.
/// </summary>
internal sealed class MeshAdapter(PartnerFile partner, MeshRecipientSettings settings, Mailbox mailbox, ResiliencePipeline<DeliveryOutcome> breaker, TimeProvider time) : IRecipientAdapter, IMeshRecipient
{
    // A question about the first try and the message itself, or a message in several parts, each within the mailbox's own time-out.
    public TimeSpan Timeout => settings.Mailbox.Timeout * 4;

    public string? To => settings.To;

    public IReadOnlyList<string> ComingBack { get; } = [.. settings.ComingBack];

    public FrozenMessage Freeze(MessageDraft draft) =>
        settings.Payload.Freeze(draft, settings.To is { } to ? $"urn:nhs-uk:addressing:mesh:{to}" : $"urn:nhs-uk:addressing:ods:{draft.Partner.Organisation?.Value ?? "unknown"}");

    public async Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await breaker.ExecuteAsync(async token => await AttemptAsync(message, token), cancellationToken);
        }
        catch (BrokenCircuitException open)
        {
            return Unavailable.Untried(open.RetryAfter);
        }
    }

    public ValueTask DisposeAsync()
    {
        mailbox.Dispose();
        return ValueTask.CompletedTask;
    }

    public bool IsAnswer(string? workflow) => workflow is not null && settings.AnswerWorkflows.Contains(workflow, StringComparer.Ordinal);

    public LateAnswer ReadAnswer(MeshMessage message)
    {
        var reply = settings.Payload.ReadReply(message.Bytes, settings.Outcomes);
        return new LateAnswer
        {
            PartnerId = partner.Id,
            ProtocolMessageId = reply?.AnswersMessageId,
            Stage = reply?.Stage ?? AnswerStage.Technical,
            Outcome = reply?.Outcome,
            Evidence = message.Bytes,
        };
    }

    public LateAnswer ReadReport(MeshMessage report, string? protocolMessageId)
    {
        var (code, words) = (report.Head.Header(MeshHeader.StatusCode), report.Head.Header(MeshHeader.StatusDescription));
        return Dead(code, words, report.Head.Header(MeshHeader.LinkedMessageId), protocolMessageId, JsonSerializer.SerializeToUtf8Bytes(new
        {
            report = report.MessageId, linked = report.Head.Header(MeshHeader.LinkedMessageId), code, @event = report.Head.Header(MeshHeader.StatusEvent), description = words,
        }));
    }

    public LateAnswer? ReadTracking(MeshTracking tracking, string protocolMessageId)
    {
        var evidence = Encoding.UTF8.GetBytes($"MESH tracking of {tracking.MessageId}: {tracking.Status} {tracking.Code}".Trim());
        if (tracking.IsDead)
        {
            return Dead(tracking.Code, tracking.Description, tracking.MessageId, protocolMessageId, evidence);
        }

        return !tracking.IsCollected ? null : new LateAnswer
        {
            PartnerId = partner.Id,
            ProtocolMessageId = protocolMessageId,
            CarrierId = tracking.MessageId,
            Stage = AnswerStage.Collected,

            // Where the recipient sends no answers this is all that will ever be known, and it is said so.
            Outcome = settings.AnswerWorkflows.Count > 0 ? null : new Delivered(new Answer
            {
                Code = AnswerCode.Ok, SentCode = "collected", AnswersMessageId = protocolMessageId, Text = $"{partner.Name}'s mailbox was emptied. Its system sends no answers.",
            }) { Evidence = evidence },
            Evidence = evidence,
        };
    }

    public LateAnswer GivenUp(string? messageId, string protocolMessageId, TimeSpan after) =>
        Dead(MeshOutcomes.NotCollected, $"not collected in {after.TotalDays:0.#} days", messageId, protocolMessageId, Encoding.UTF8.GetBytes($"MESH tracking of {messageId}: not collected"));

    private LateAnswer Dead(string? code, string? words, string? carrierId, string? protocolMessageId, byte[] evidence) => new()
    {
        PartnerId = partner.Id,
        ProtocolMessageId = protocolMessageId,
        CarrierId = carrierId,
        Stage = AnswerStage.Collected,
        Outcome = MeshOutcomes.Dead(code, words, settings.Outcomes) with { Evidence = evidence },
        Evidence = evidence,
    };

    private async Task<DeliveryOutcome> AttemptAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        var routing = settings.Payload.ReadRouting(message.Bytes);
        if ((settings.To ?? routing?.GpProvider()) is not { } to)
        {
            return new Rejected("not sent: the message has no NHS number, date of birth or surname that MESH could find the practice by") { Code = MeshOutcomes.NoRoute, NotOurPatient = true };
        }

        if (routing?.Missing is { Count: > 0 } missing)
        {
            return new Rejected($"not sent: the NHS number is absent or not verified, and the message has no {string.Join(", ", missing)} (ITK3 PDS-02)") { Code = MeshOutcomes.Demographics };
        }

        var outgoing = new MeshOutgoing
        {
            To = to,
            WorkflowId = settings.WorkflowOf(routing?.EventCode),
            LocalId = message.DeliveryId.ToString("D"),
            MediaType = message.MediaType,
            Bytes = message.Bytes,
        };
        using var deadline = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return (message.Attempt > 1 ? await EarlierTryAsync(outgoing.LocalId, either.Token) : null) ?? await SendAsync(outgoing, either.Token);
        }
        catch (MeshSecretMissingException ours)
        {
            return new Unavailable(ours.Message) { NothingSent = true };
        }
        catch (Exception ex) when (TransportFault.Is(ex, cancellationToken) && !outgoing.Begun)
        {
            return new Unavailable(TransportFault.Describe(ex)) { NothingSent = true }; // refused, DNS, TLS, or MESH could not be asked about the first try
        }
        catch (Exception ex) when (TransportFault.Is(ex, cancellationToken))
        {
            return new Unknown(TransportFault.Describe(ex)); // bytes may have arrived
        }
    }

    /// <summary>What became of an earlier try; null where MESH has none, or only part of one, and the message may go again.</summary>
    private async Task<DeliveryOutcome?> EarlierTryAsync(string localId, CancellationToken cancellationToken)
    {
        var trace = await mailbox.Outbox.TrackByLocalIdAsync(localId, cancellationToken);
        return trace switch
        {
            { Tracking: { IsTaken: true } taken } => new Awaited(taken.MessageId, settings.AnswerWithin) { Evidence = trace.Answer.Evidence },
            { Tracking: { IsDead: true } dead } => MeshOutcomes.Dead(dead.Code, dead.Description, settings.Outcomes) with { Evidence = trace.Answer.Evidence },
            { IsKnown: true } => null,
            { Answer.Status: System.Net.HttpStatusCode.MultipleChoices } => null, // several tries under one id: the recipient knows a repeat by the message's own id
            _ => MeshOutcomes.Judge(trace.Answer, settings.Outcomes) switch
            {
                PartnerRefusesUs refuses => refuses,
                _ => new Unavailable("MESH could not say whether the first try was taken; it is asked again before anything is sent", trace.Answer.RetryAfter),
            },
        };
    }

    private async Task<DeliveryOutcome> SendAsync(MeshOutgoing outgoing, CancellationToken cancellationToken)
    {
        var sent = await mailbox.Outbox.SendAsync(outgoing, cancellationToken);
        return sent.MessageId is { } id
            ? new Awaited(id, settings.AnswerWithin) { Evidence = sent.Answer.Evidence }
            : MeshOutcomes.Judge(sent.Answer, settings.Outcomes) with { Evidence = sent.Answer.Evidence };
    }
}
