
namespace Hub.Proxy.Simulators;

/// <summary>The bytes with which an HTTP partner answers one message.</summary>
/// <param name="Good">A whole good answer, to the message of this id.</param>
/// <param name="Scripted">What a fault answers in its place.</param>
/// <param name="CodeOf">The fault's code for the log.</param>
internal sealed record SimulatedHttpAnswers(Func<string, byte[]> Good, Func<SimulatorFault, string, byte[]> Scripted, Func<SimulatorFault, string> CodeOf);

/// <summary>What scripted partners over HTTP share: how answers are late, cut, doubled or never come.</summary>
public abstract class SimulatedHttpPartner : SimulatedPartner
{
    private string? owedId;

    private protected SimulatedHttpPartner(SimulatorScript? script, TimeProvider? time) : base(script, time) { }

    /// <summary>False when the connection is to end.</summary>
    private protected async Task<bool> AnswerAsync(Stream stream, ReceivedCopy copy, SimulatorFault fault, SimulatedHttpAnswers answers, CancellationToken cancellationToken)
    {
        var id = Interlocked.Exchange(ref owedId, null) ?? copy.MessageId;
        var good = answers.Good(id);
        switch (fault.Behaviour)
        {
            case SimulatorBehaviour.Silent:
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
                return false;
            case SimulatorBehaviour.LateAnswer:
                Interlocked.Exchange(ref owedId, copy.MessageId);
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
                return false;
            case SimulatorBehaviour.Reset:
                throw new SimulatedReset();
            case SimulatorBehaviour.Cut or SimulatorBehaviour.Drop:
                return false;
            case SimulatorBehaviour.Half:
                await WriteAsync(stream, good.AsMemory(0, good.Length - 40), cancellationToken);
                return false;
            case SimulatorBehaviour.Noise:
                await WriteAsync(stream, "\u000b\u001b not http at all\r\n"u8.ToArray(), cancellationToken);
                return false;
            case SimulatorBehaviour.Huge:
                await SimulatedFhirAnswers.WriteHugeAsync(stream, cancellationToken);
                return false;
            case SimulatorBehaviour.Dribble:
                await DribbleAsync(stream, good, cancellationToken);
                break;
            case SimulatorBehaviour.Late:
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Amount), Time, cancellationToken);
                await WriteAsync(stream, good, cancellationToken);
                break;
            case SimulatorBehaviour.Twice:
                await WriteAsync(stream, (byte[])[.. good, .. good], cancellationToken);
                break;
            default:
                await WriteAsync(stream, answers.Scripted(fault, id), cancellationToken);
                break;
        }

        copy.Answered = answers.CodeOf(fault);
        return true;
    }

    private protected static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await stream.WriteAsync(bytes, cancellationToken);

    private async Task DribbleAsync(Stream stream, byte[] answer, CancellationToken cancellationToken)
    {
        foreach (var value in answer)
        {
            await stream.WriteAsync((byte[])[value], cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(100), Time, cancellationToken);
        }
    }
}
