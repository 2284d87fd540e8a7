using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Mesh;
using Hub.Fhir.Events;
using Hub.Fhir.Itk3;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Acknowledgements;

/// <summary>
/// ITK3 documents that others send to us. The hub reads the header and nothing of the document into any record: it is kept whole for a person, and answered as its handling asks.
/// Stored, then answered, then acknowledged to MESH; what comes again is answered with the very same message ids.
/// </summary>
internal sealed partial class Itk3Documents(
    IEventIntake intake, IMessageStore store, Func<HubDbContext> open, IOptions<HubOptions> options, TimeProvider time, ILogger<Itk3Documents> logger)
{
    private const string Protocol = "itk3";

    /// <exception cref="StorageUnavailableException">Nothing was stored: the message must stay in the mailbox.</exception>
    /// <exception cref="HttpRequestException">It is stored and could not be answered yet: it stays, and is answered when it is read again.</exception>
    public async Task<IntakeReceipt> TakeAsync(PartnerFile source, MeshMessage message, MeshOutbox outbox, CancellationToken cancellationToken)
    {
        var incoming = Itk3Incoming.Read(message.Bytes);
        var receipt = await KeepAsync(source, message, incoming, cancellationToken);
        if (incoming is null or { IsResponse: true } || message.From is not { Length: > 0 } from || !OdsCode.TryParse(options.Value.Organisation, out var ours))
        {
            return receipt; // an answer is never answered
        }

        foreach (var code in await CodesAsync(incoming, ours, cancellationToken))
        {
            var answer = Itk3Response.Write(new Itk3Reply
            {
                Answers = incoming.MessageId, CarrierId = message.MessageId, Code = code, Sender = ours, At = time.GetUtcNow(), Format = incoming.Format,
            });
            var sent = await outbox.SendAsync(
                new MeshOutgoing { To = from, WorkflowId = message.WorkflowId + "_ACK", LocalId = answer.MessageId, MediaType = answer.MediaType, Bytes = answer.Bytes }, cancellationToken);
            if (sent.MessageId is null && (int)sent.Answer.Status is >= 500 or 408 or 429)
            {
                throw new HttpRequestException("MESH does not take our answer now");
            }

            if (sent.MessageId is null)
            {
                LogNotAnswered(source.Id, code, (int)sent.Answer.Status); // its sender's clock tells a person there; nothing more can be done here
            }
        }

        return receipt;
    }

    private async Task<IReadOnlyList<string>> CodesAsync(Itk3Incoming incoming, OdsCode ours, CancellationToken cancellationToken)
    {
        var wrong = incoming.Fault ?? (incoming.Receiver is { } receiver && !receiver.Value.StartsWith(ours.Value, StringComparison.OrdinalIgnoreCase) ? "20002" : null);
        if (wrong is not null)
        {
            return wrong == ItkResponseCodes.Unreadable || incoming.InfAckRequested ? [wrong] : []; // a negative one ends the chain
        }

        var codes = new List<string>();
        if (incoming.InfAckRequested)
        {
            codes.Add(ItkResponseCodes.Success);
        }

        if (incoming.BusAckRequested)
        {
            codes.Add(await IsKnownAsync(incoming.Subject, cancellationToken) ? ItkResponseCodes.PatientKnown : "30002");
        }

        return codes;
    }

    private async Task<bool> IsKnownAsync(NhsNumber? number, CancellationToken cancellationToken) =>
        number is not null && (await store.FindPersonsAsync(new PatientRef { NhsNumber = number }, cancellationToken)).Count == 1;

    private async Task<IntakeReceipt> KeepAsync(PartnerFile source, MeshMessage message, Itk3Incoming? incoming, CancellationToken cancellationToken)
    {
        var hash = SHA256.HashData(message.Bytes.Span);
        await using (var context = open())
        {
            if (await context.Received.AsNoTracking().Where(r => r.SourceId == source.Id && r.Protocol == Protocol && r.ContentHash == hash).FirstOrDefaultAsync(cancellationToken) is { } earlier)
            {
                return new IntakeReceipt { ReceivedId = earlier.Id, Outcome = earlier.Outcome, Repeated = true };
            }
        }

        var received = new ReceivedMessage
        {
            SourceId = source.Id, Protocol = Protocol, MessageKey = incoming?.MessageId, ContentHash = hash, Bytes = message.Bytes,
            MediaType = incoming?.Format == Itk3Format.Json ? "application/fhir+json" : "application/fhir+xml", ReceivedAt = time.GetUtcNow(), Kind = incoming?.EventCode ?? "ITK3",
        };
        return await intake.RefuseAsync(received, new Refusal(Rejected: false,
        [
            new Problem
            {
                Code = "itk3-for-a-person", Location = "Bundle", Text = "It is an ITK3 document, which is kept for a person and not read into any record.",
                NextStep = "Read it (hub message show), enter what matters into the record, and tell whoever must know.", Owner = ProblemOwner.Hub,
            },
        ]), cancellationToken);
    }

    [LoggerMessage(4108, LogLevel.Warning, "A document of {PartnerId} could not be answered with {Code} (HTTP {Status}); it is kept")]
    private partial void LogNotAnswered(string partnerId, string code, int status);
}
