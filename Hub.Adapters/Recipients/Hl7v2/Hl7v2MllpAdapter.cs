using System.Net.Sockets;
using System.Security.Authentication;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Hub.Adapters.Wire.Mllp;
using Hub.Fhir.Responses;
using Polly;
using Polly.CircuitBreaker;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>
/// Sends one MDM^T02 to one partner over MLLP, on a connection of its own, and reads its acknowledgement. The connection is closed after every
/// attempt: an answer that comes late finds nobody who could take it for another message's.
/// </summary>
internal sealed class Hl7v2MllpAdapter(Hl7v2MllpSettings settings, ResiliencePipeline<DeliveryOutcome> breaker, TimeProvider time) : IRecipientAdapter
{
    public const string Protocol = "hl7v2-mllp";

    public TimeSpan Timeout => settings.ConnectTimeout + settings.AnswerTimeout;

    public FrozenMessage Freeze(MessageDraft draft)
    {
        var controlId = OutgoingMessage.ControlId(draft.MessageId);
        return new FrozenMessage(OutgoingMessage.Write(draft, settings), "x-application/hl7-v2+er7", controlId);
    }

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
        MllpCall call;
        try
        {
            using var deadline = new CancellationTokenSource(settings.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            call = await MllpCall.OpenAsync(settings, either.Token);
        }
        catch (Exception ex) when (IsTransport(ex, cancellationToken) || ex is AuthenticationException)
        {
            return new Unavailable(DescribeConnecting(ex)) { NothingSent = true }; // refused, DNS, TLS: nothing left us
        }

        await using (call)
        {
            try
            {
                using var deadline = new CancellationTokenSource(settings.AnswerTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
                await call.SendAsync(message.Bytes, either.Token);
                return await ReadOutcomeAsync(call, message.ProtocolMessageId, either.Token);
            }
            catch (MllpFramingException ex)
            {
                return new Unknown($"the answer is not MLLP ({ex.Fault})");
            }
            catch (Exception ex) when (IsTransport(ex, cancellationToken))
            {
                return new Unknown(ex is OperationCanceledException ? "no whole answer within the time-out" : "the connection failed after sending had begun");
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<DeliveryOutcome> ReadOutcomeAsync(MllpCall call, string controlId, CancellationToken cancellationToken)
    {
        var committed = false;
        while (true)
        {
            if (await call.ReadAsync(cancellationToken) is not { } frame)
            {
                return new Unknown(committed ? "received (CA), and the line was closed before the application answered" : "the line was closed without an answer");
            }

            var outcome = Judge(frame, controlId, committed);
            if (outcome is not null)
            {
                return outcome with { Evidence = frame };
            }

            committed = true; // a CA: the application's own answer follows
        }
    }

    /// <returns>Null where the answer is a receipt only and another must follow.</returns>
    internal DeliveryOutcome? Judge(ReadOnlySpan<byte> frame, string controlId, bool committed)
    {
        if (Hl7Ack.TryRead(frame) is not { } ack)
        {
            return new Unknown("the answer cannot be read as an HL7 acknowledgement");
        }

        if (!string.Equals(ack.AnswersControlId, controlId, StringComparison.Ordinal))
        {
            return new Unknown("the answer names another message in MSA-2");
        }

        return ack.Code switch
        {
            "AA" => new Delivered(AnswerOf(ack, AnswerCode.Ok)),
            "CA" when settings.Commit == CommitMeaning.Delivered => new Delivered(AnswerOf(ack, AnswerCode.Ok)),
            "CA" when settings.Commit == CommitMeaning.AwaitApplication && !committed => null,
            "CA" => new Unknown("received (CA), which is no application answer"),
            _ => Refused(ack),
        };
    }

    private DeliveryOutcome Refused(Hl7Ack ack)
    {
        var errors = ack.Errors.Count == 0 ? "" : " " + string.Join(',', ack.Errors);
        var reason = PartnerText.Tidy($"{ack.Code}{errors}{(ack.Text is null ? "" : ": " + ack.Text)}");
        var row = settings.Outcomes.Find([.. ack.Errors.Select(e => $"{ack.Code}+{e}")]) ?? settings.Outcomes.Find(ack.Code);
        return row is null ? new Unknown(reason) : OutcomeTable.ToOutcome(row, reason, retryAfter: null);
    }

    private static Answer AnswerOf(Hl7Ack ack, AnswerCode code) =>
        new() { Code = code, SentCode = ack.Code, AnswersMessageId = ack.AnswersControlId, Text = ack.Text };

    // A cancelled token passes through: a shutdown is not the partner's fault. Our own deadline is.
    private static bool IsTransport(Exception ex, CancellationToken cancellationToken) =>
        ex is SocketException or IOException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string DescribeConnecting(Exception ex) => ex switch
    {
        OperationCanceledException => "could not connect within the time-out",
        PartnerTlsException ours => ours.Message,
        AuthenticationException => "no TLS connection: certificate or protocol refused",
        SocketException socket => $"could not connect ({socket.SocketErrorCode})",
        _ => "could not connect",
    };
}
