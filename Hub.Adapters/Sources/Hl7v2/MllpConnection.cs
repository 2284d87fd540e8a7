using System.Buffers;
using System.IO.Pipelines;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Adapters.Wire.Mllp;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>
/// One sender's connection: read a message, wait until intake has committed it, acknowledge, read on. One message is in flight at a time,
/// so an answer can never be taken for another message's.
/// </summary>
public sealed partial class MllpConnection(
    IEventIntake intake, Hl7v2Sources sources, IOptions<MllpOptions> options, TimeProvider time, ILogger<MllpConnection> logger) : ConnectionHandler
{
    /// <summary>How much of a message that cannot be framed is kept as evidence.</summary>
    private const int KeptOfBrokenFrame = 65_536;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly MllpOptions _options = options.Value;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        try
        {
            await ServeAsync(connection, stopping);
        }
        catch (StorageUnavailableException)
        {
            // No acknowledgement of any kind: the sender keeps the message and sends it again (clinical rule 5).
            LogStorageUnavailable(connection.ConnectionId);
        }
        catch (Exception ex) when (ex is OperationCanceledException or ConnectionAbortedException or ConnectionResetException or IOException)
        {
            LogClosed(connection.ConnectionId);
        }
        catch (Exception ex)
        {
            // Only the type: a message may hold something about a person.
            LogFault(connection.ConnectionId, ex.GetType().Name);
        }
    }

    private async Task ServeAsync(ConnectionContext connection, CancellationToken stopping)
    {
        var input = connection.Transport.Input;
        long? frameBegan = null;
        while (true)
        {
            if (await ReadAsync(connection, frameBegan, stopping) is not { } result)
            {
                return;
            }

            var buffer = result.Buffer;
            try
            {
                while (MllpFrameReader.TryRead(ref buffer, _options.MaxMessageBytes, out var content))
                {
                    // Copied, because intake keeps the bytes longer than the pipe does.
                    var understood = await AnswerAsync(connection, content.ToArray());
                    frameBegan = null;
                    if (!understood || stopping.IsCancellationRequested)
                    {
                        return; // at a frame boundary: what follows was never acknowledged and comes again
                    }
                }
            }
            catch (MllpFramingException broken)
            {
                await RefuseFrameAsync(connection, buffer, broken);
                input.AdvanceTo(buffer.End);
                await DrainAsync(input);
                return;
            }

            frameBegan = MllpFrameReader.HasOpenFrame(buffer) ? frameBegan ?? time.GetTimestamp() : null;
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                if (frameBegan is not null)
                {
                    LogCutMessage(connection.ConnectionId);
                }

                return;
            }
        }
    }

    /// <returns>Null where the connection is to be closed: idle, or the hub is stopping and no message has begun.</returns>
    private async ValueTask<ReadResult?> ReadAsync(ConnectionContext connection, long? frameBegan, CancellationToken stopping)
    {
        // One limit for the whole message: a byte now and then must not keep a connection for ever.
        var insideFrame = frameBegan is not null;
        var left = frameBegan is { } began ? _options.MessageTimeout - time.GetElapsedTime(began) : _options.IdleTimeout;
        using var timeout = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);

        // Not ConnectionClosed: a sender may end its half of the connection behind its last message and still wait for the answer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, insideFrame ? CancellationToken.None : stopping);
        try
        {
            return await connection.Transport.Input.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            LogIdle(connection.ConnectionId, insideFrame);
            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>False where the content is no HL7 v2 at all: kept, and as nothing can be answered, the connection is closed.</returns>
    private async Task<bool> AnswerAsync(ConnectionContext connection, byte[] content)
    {
        using var trace = MessageTrace.StartReceive();
        var door = SenderDoor.Of(connection);
        var messages = Read(content).Select(door.Judge).ToList();
        var taken = new List<(Hl7v2Received Message, IntakeReceipt Receipt)>(messages.Count);
        foreach (var message in messages)
        {
            taken.Add((message, await TakeAsync(message)));
        }

        // After the last commit: a storage fault before it leaves the whole batch unanswered, and what was committed of it comes again as duplicates.
        var answers = Hl7Batch.TryReadControlId(content, out var batchId)
            ? Hl7v2Answer.ForBatch(batchId, taken, time)
            : taken[0].Message.Header is { } header ? Hl7v2Answer.For(header, taken[0].Message.Source, taken[0].Receipt, time) : null;
        if (answers is null)
        {
            LogNotHl7(connection.ConnectionId);
            return false;
        }

        await WriteAsync(connection, answers);
        return true;
    }

    private IReadOnlyList<Hl7v2Received> Read(byte[] content)
    {
        using var step = HubSteps.Start(HubSteps.Read);
        return Hl7v2MessageReader.ReadAll(content, sources.Current(), time.GetUtcNow());
    }

    private async Task<IntakeReceipt> TakeAsync(Hl7v2Received message)
    {
        // Waited for even when the peer seems gone: it may only have ended its half, and the commit goes on in any case.
        var waiting = CancellationToken.None;
        var receipt = message.Reading switch
        {
            EventsRead read => await intake.AcceptAsync(message.Received, read.Events, waiting),
            SetAside => await intake.AcceptAsync(message.Received, [], waiting),
            Unreadable unreadable => await intake.RefuseAsync(message.Received, unreadable.Refusal, waiting),
            _ => throw new InvalidOperationException("a reading that is not known"),
        };
        LogTaken(receipt.ReceivedId, receipt.Outcome, receipt.Repeated);
        return receipt;
    }

    private async Task WriteAsync(ConnectionContext connection, IReadOnlyList<byte[]> answers)
    {
        using var step = HubSteps.Start(HubSteps.Acknowledge);
        var output = connection.Transport.Output;
        foreach (var answer in answers)
        {
            using var limit = new CancellationTokenSource(_options.MessageTimeout, time); // a peer that does not read its answers
            MllpFrameWriter.Write(output, answer);
            await output.FlushAsync(limit.Token);
        }
    }

    private async Task RefuseFrameAsync(ConnectionContext connection, ReadOnlySequence<byte> buffer, MllpFramingException broken)
    {
        LogFraming(connection.ConnectionId, broken.Fault);
        var kept = buffer.Slice(0, Math.Min(buffer.Length, KeptOfBrokenFrame)).ToArray();
        var refusal = broken.Fault == MllpFault.TooLong ? Refusals.TooLong(_options.MaxMessageBytes) : Refusals.Framing(broken.Message);

        // The evidence may start with the frame's start block; the header is behind it.
        var start = Array.IndexOf(kept, (byte)0x0B) + 1;
        var message = SenderDoor.Of(connection).Judge(Hl7v2MessageReader.Broken(kept.AsMemory(start), refusal, sources.Current(), time.GetUtcNow()));
        var receipt = await TakeAsync(message);
        if (message.Header is { } header)
        {
            await WriteAsync(connection, Hl7v2Answer.For(header, message.Source, receipt, time));
        }
    }

    // Closing over unread bytes resets the connection, and the sender would never see why it was refused.
    private async Task DrainAsync(PipeReader input)
    {
        using var limit = new CancellationTokenSource(DrainTime, time);
        try
        {
            while (await input.ReadAsync(limit.Token) is { IsCompleted: false } more)
            {
                input.AdvanceTo(more.Buffer.End);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(6001, LogLevel.Information, "Message {ReceivedId}: {Outcome}, repeated {Repeated}")]
    private partial void LogTaken(Guid receivedId, IntakeOutcome outcome, bool repeated);

    [LoggerMessage(6002, LogLevel.Warning, "Connection {ConnectionId} broke the MLLP framing ({Fault}); refused, kept and closed")]
    private partial void LogFraming(string connectionId, MllpFault fault);

    [LoggerMessage(6003, LogLevel.Warning, "Connection {ConnectionId} closed in the middle of a message; nothing was acknowledged")]
    private partial void LogCutMessage(string connectionId);

    [LoggerMessage(6004, LogLevel.Information, "Connection {ConnectionId} was silent for too long and is closed; inside a message: {InsideFrame}")]
    private partial void LogIdle(string connectionId, bool insideFrame);

    [LoggerMessage(6005, LogLevel.Error, "The store takes nothing: connection {ConnectionId} is closed without an acknowledgement")]
    private partial void LogStorageUnavailable(string connectionId);

    [LoggerMessage(6006, LogLevel.Debug, "Connection {ConnectionId} went away")]
    private partial void LogClosed(string connectionId);

    [LoggerMessage(6008, LogLevel.Warning, "Connection {ConnectionId} sent a frame that holds no HL7 v2; kept and closed")]
    private partial void LogNotHl7(string connectionId);

    [LoggerMessage(6007, LogLevel.Error, "Connection {ConnectionId} failed with {Fault} and is closed without an acknowledgement")]
    private partial void LogFault(string connectionId, string fault);
}
