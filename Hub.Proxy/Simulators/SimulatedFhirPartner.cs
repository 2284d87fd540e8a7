using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Hub.Proxy.Simulators;

/// <summary>A scripted partner that takes FHIR messages at <c>$process-message</c>, with an HTTP/1.1 server of its own.</summary>
public sealed class SimulatedFhirPartner : SimulatedPartner
{
    private const string Path = "/fhir/$process-message";
    private string? owedId;

    private SimulatedFhirPartner(SimulatorScript? script, TimeProvider? time) : base(script, time) { }

    public Uri Endpoint => new($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}{Path}");

    /// <summary>Listens on loopback; port 0 takes a free one.</summary>
    public static Task<SimulatedFhirPartner> StartAsync(int port = 0, SimulatorScript? script = null, TimeProvider? time = null)
    {
        var partner = new SimulatedFhirPartner(script, time);
        partner.Listen(port);
        return Task.FromResult(partner);
    }

    private protected override async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var requests = new SimulatedHttpRequests(stream);
        while (await requests.NextAsync(cancellationToken) is { } request)
        {
            if (request.Method != "POST" || request.Path != Path)
            {
                await WriteAsync(stream, SimulatedFhirAnswers.Http(404, SimulatedFhirAnswers.Outcome("not-found", "nothing here")), cancellationToken);
                continue;
            }

            var ids = ReadIds(request.Body);
            if (ids is null)
            {
                Take("", null, null, request.Body, request.Headers).Copy.Answered = "400";
                await WriteAsync(stream, SimulatedFhirAnswers.Http(400, SimulatedFhirAnswers.Outcome("structure", "not a message bundle")), cancellationToken);
                continue;
            }

            var (copy, fault) = Take(ids.Value.MessageId, ids.Value.BundleId, ids.Value.Event, request.Body, request.Headers);
            if (!await AnswerAsync(stream, copy, fault, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, ReceivedCopy copy, SimulatorFault fault, CancellationToken cancellationToken)
    {
        var owed = Interlocked.Exchange(ref owedId, null);
        var good = SimulatedFhirAnswers.Http(200, SimulatedFhirAnswers.Answer(owed ?? copy.MessageId, "ok", null, Time));
        switch (fault.Behaviour)
        {
            case SimulatorBehaviour.Silent:
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
                return false;
            case SimulatorBehaviour.LateAnswer:
                Interlocked.Exchange(ref owedId, copy.MessageId);
                await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
                return false;
            case SimulatorBehaviour.Cut:
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
                await WriteAsync(stream, SimulatedFhirAnswers.For(fault, owed ?? copy.MessageId, Time), cancellationToken);
                break;
        }

        copy.Answered = SimulatedFhirAnswers.CodeOf(fault);
        return true;
    }

    private static async Task DribbleAsync(NetworkStream stream, byte[] answer, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var value in answer)
        {
            await stream.WriteAsync((byte[])[value], cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private Task DribbleAsync(NetworkStream stream, byte[] answer, CancellationToken cancellationToken) =>
        DribbleAsync(stream, answer, Time, cancellationToken);

    private static async Task WriteAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await stream.WriteAsync(bytes, cancellationToken);

    // Its own reading of the bundle, with the framework's JSON and nothing of ours.
    private static (string MessageId, string? BundleId, string? Event)? ReadIds(byte[] body)
    {
        try
        {
            using var bundle = JsonDocument.Parse(body);
            var header = bundle.RootElement.GetProperty("entry")[0].GetProperty("resource");
            if (header.GetProperty("resourceType").GetString() != "MessageHeader")
            {
                return null;
            }

            var bundleId = bundle.RootElement.TryGetProperty("identifier", out var identifier) ? identifier.GetProperty("value").GetString() : null;
            var code = header.TryGetProperty("eventCoding", out var coding) ? coding.GetProperty("code").GetString() : null;
            return (header.GetProperty("id").GetString()!, bundleId, code);
        }
        catch (Exception ex) when (ex is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
