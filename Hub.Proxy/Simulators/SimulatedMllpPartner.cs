using System.Globalization;
using System.Text;

namespace Hub.Proxy.Simulators;

/// <summary>A scripted partner that takes HL7 v2 over MLLP, with framing and acknowledgements of its own.</summary>
public sealed class SimulatedMllpPartner : SimulatedPartner
{
    private const int MaxMessage = 32 * 1024 * 1024;
    private byte[]? owed;

    private SimulatedMllpPartner(SimulatorScript? script, TimeProvider? time) : base(script, time) { }

    /// <summary>Listens on loopback; port 0 takes a free one.</summary>
    public static Task<SimulatedMllpPartner> StartAsync(int port = 0, SimulatorScript? script = null, TimeProvider? time = null)
    {
        var partner = new SimulatedMllpPartner(script, time);
        partner.Listen(port);
        return Task.FromResult(partner);
    }

    private protected override async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var filled = 0;
        while (true)
        {
            var end = buffer.AsSpan(0, filled).IndexOf((ReadOnlySpan<byte>)[0x1C, 0x0D]);
            if (end >= 0)
            {
                var start = buffer.AsSpan(0, end).IndexOf((byte)0x0B);
                if (start < 0 || !await TakeOneAsync(stream, buffer.AsSpan((start + 1)..end).ToArray(), cancellationToken))
                {
                    return;
                }

                buffer.AsSpan(end + 2, filled - end - 2).CopyTo(buffer);
                filled -= end + 2;
                continue;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = filled > MaxMessage ? 0 : await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                return;
            }

            filled += read;
        }
    }

    private async Task<bool> TakeOneAsync(Stream stream, byte[] message, CancellationToken cancellationToken)
    {
        var segments = Encoding.UTF8.GetString(message).Split('\r', StringSplitOptions.RemoveEmptyEntries);
        var header = segments.Length > 0 ? segments[0].Split('|') : [];
        var id = Field(header, 9);
        var document = segments.FirstOrDefault(segment => segment.StartsWith("TXA|", StringComparison.Ordinal));
        var (copy, fault) = Take(id, document is null ? null : Field(document.Split('|'), 12), Field(header, 8), message);
        if (Interlocked.Exchange(ref owed, null) is { } late)
        {
            await stream.WriteAsync(late, cancellationToken);
        }

        return await AnswerAsync(stream, header, copy, fault, cancellationToken);
    }

    private async Task<bool> AnswerAsync(Stream stream, string[] header, ReceivedCopy copy, SimulatorFault fault, CancellationToken cancellationToken)
    {
        byte[] Acknowledge(string code, string? id = null, string? error = null) => Frame(Ack(header, code, id ?? copy.MessageId, error));

        var goOn = true;
        byte[] answer = [];
        switch (fault.Behaviour)
        {
            case SimulatorBehaviour.Silent:
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
                return false;
            case SimulatorBehaviour.LateAnswer:
                Interlocked.Exchange(ref owed, Acknowledge("AA"));
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
                return false;
            case SimulatorBehaviour.Reset:
                throw new SimulatedReset();
            case SimulatorBehaviour.Cut or SimulatorBehaviour.Drop:
                return false;
            case SimulatorBehaviour.Half:
                answer = Acknowledge("AA");
                (answer, goOn) = (answer[..(answer.Length - 4)], false);
                break;
            case SimulatorBehaviour.Noise or SimulatorBehaviour.Http or SimulatorBehaviour.Html502 or SimulatorBehaviour.Redirect:
                (answer, goOn) = ("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), false);
                break;
            case SimulatorBehaviour.Garbage:
                answer = Frame("MSH^nonsense\rMSA"u8.ToArray());
                break;
            case SimulatorBehaviour.Huge:
                (answer, goOn) = ([0x0B, .. Enumerable.Repeat((byte)'A', 16 * 1024 * 1024)], false);
                break;
            case SimulatorBehaviour.Dribble:
                foreach (var value in Acknowledge("AA"))
                {
                    await stream.WriteAsync((byte[])[value], cancellationToken);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), Time, cancellationToken);
                }

                break;
            case SimulatorBehaviour.Late:
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Amount), Time, cancellationToken);
                answer = Acknowledge("AA");
                break;
            default:
                answer = Simple(fault, Acknowledge);
                break;
        }

        await stream.WriteAsync(answer, cancellationToken);
        copy.Answered = CodeOf(fault);
        return goOn;
    }

    private delegate byte[] Acknowledgement(string code, string? id = null, string? error = null);

    private static byte[] Simple(SimulatorFault fault, Acknowledgement acknowledge) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal => acknowledge("AR", error: "201"),
        SimulatorBehaviour.Refuse => acknowledge("AR", error: fault.Code),
        SimulatorBehaviour.Transient or SimulatorBehaviour.Busy or SimulatorBehaviour.RetryAfter or SimulatorBehaviour.RetryAt => acknowledge("AR", error: "207"),
        SimulatorBehaviour.WrongId => acknowledge("AA", id: "NOT-YOURS-0001"),
        SimulatorBehaviour.Twice => [.. acknowledge("AA"), .. acknowledge("AA")],
        SimulatorBehaviour.CommitThenAccept => [.. acknowledge("CA"), .. acknowledge("AA")],
        SimulatorBehaviour.Ack => acknowledge(fault.Code!, error: fault.Code is "AA" or "CA" ? null : "101"),
        _ => acknowledge("AA"),
    };

    private static string CodeOf(SimulatorFault fault) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal or SimulatorBehaviour.Refuse or SimulatorBehaviour.Transient or SimulatorBehaviour.Busy
            or SimulatorBehaviour.RetryAfter or SimulatorBehaviour.RetryAt => "AR",
        SimulatorBehaviour.WrongId => "wrong-id",
        SimulatorBehaviour.Half => "half",
        SimulatorBehaviour.Garbage or SimulatorBehaviour.Noise or SimulatorBehaviour.Huge => "garbage",
        SimulatorBehaviour.Ack => fault.Code!,
        _ => "AA",
    };

    private byte[] Ack(string[] header, string code, string id, string? error)
    {
        var now = Time.GetUtcNow();
        var text = string.Join('|', "MSH", "^~\\&", Field(header, 4), Field(header, 5), Field(header, 2), Field(header, 3),
            now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture), "", "ACK^T02^ACK", Guid.CreateVersion7(now).ToString("N")[..20], "P", Field(header, 11))
            + $"\rMSA|{code}|{id}|{(error is null ? "" : "scripted refusal")}\r"
            + (error is null ? "" : $"ERR|MSH^1^9^{error}&scripted&HL70357\r");
        return Encoding.UTF8.GetBytes(text);
    }

    private static string Field(string[] fields, int index) => index < fields.Length ? fields[index] : "";

    private static byte[] Frame(byte[] message) => [0x0B, .. message, 0x1C, 0x0D];
}
