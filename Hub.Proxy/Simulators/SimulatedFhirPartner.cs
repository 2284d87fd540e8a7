using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Hub.Proxy.Simulators;

/// <summary>A scripted partner that takes FHIR messages at <c>$process-message</c>, with an HTTP/1.1 server of its own.</summary>
public sealed class SimulatedFhirPartner : SimulatedHttpPartner
{
    private const string Path = "/fhir/$process-message";
    private readonly ConcurrentQueue<int> laterAnswers = new();

    private SimulatedFhirPartner(SimulatorScript? script, TimeProvider? time) : base(script, time) { }

    /// <summary>Where answers that come later are posted when the request names no response-url.</summary>
    public Uri? AnswersTo { get; set; }

    /// <summary>The HTTP status that each answer of its own was met with, in order; 0 where there was none.</summary>
    public IReadOnlyList<int> LaterAnswers => [.. laterAnswers];

    public Uri Endpoint => new($"{Scheme}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}{Path}");

    /// <summary>Listens on loopback; port 0 takes a free one.</summary>
    public static Task<SimulatedFhirPartner> StartAsync(int port = 0, SimulatorScript? script = null, TimeProvider? time = null)
    {
        var partner = new SimulatedFhirPartner(script, time);
        partner.Listen(port);
        return Task.FromResult(partner);
    }

    private protected override async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var requests = new SimulatedHttpRequests(stream);
        while (await requests.NextAsync(cancellationToken) is { } request)
        {
            var (path, query) = request.Path.Split('?', 2) is [var before, var behind] ? (before, behind) : (request.Path, "");
            if (request.Method != "POST" || path != Path)
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
            var answers = new SimulatedHttpAnswers(
                id => SimulatedFhirAnswers.Http(200, SimulatedFhirAnswers.Answer(id, "ok", null, Time)), (scripted, id) => SimulatedFhirAnswers.For(scripted, id, Time), SimulatedFhirAnswers.CodeOf);
            if (!await AnswerAsync(stream, copy, fault, answers, cancellationToken))
            {
                return;
            }

            if (fault is { Behaviour: SimulatorBehaviour.AnswersLater, Code: not "never" } && (ResponseUrl(query) ?? AnswersTo) is { } to)
            {
                _ = AnswerLaterAsync(to, copy.MessageId, fault, cancellationToken);
            }
        }
    }

    /// <summary>Posts an answer as a message of its own; the HTTP status that it is met with, 0 where there is none.</summary>
    /// <param name="to">Where.</param>
    /// <param name="messageId">Which message it answers.</param>
    /// <param name="code">ok, fatal-error or transient-error.</param>
    /// <param name="own">A code of the partner's own beside it.</param>
    /// <param name="headers">Further header lines, each with its end.</param>
    /// <param name="source">Who it says it is from; this partner's endpoint where left out.</param>
    public async Task<int> PostAnswerAsync(Uri to, string messageId, string code, string? own = null, string headers = "", string? source = null) =>
        await PostAsync(to, SimulatedFhirAnswers.Answer(messageId, code, code == "ok" ? null : "said later", Time, own, source ?? Endpoint.AbsoluteUri), headers, CancellationToken.None);

    /// <summary>Posts these bytes as an answer.</summary>
    public async Task<int> PostAsync(Uri to, byte[] answer, string headers, CancellationToken cancellationToken)
    {
        var status = 0;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(to.Host, to.Port, cancellationToken);
            var stream = client.GetStream();
            var head = string.Create(CultureInfo.InvariantCulture,
                $"POST {to.PathAndQuery} HTTP/1.1\r\nHost: {to.Authority}\r\nContent-Type: application/fhir+json\r\n{headers}Connection: close\r\nContent-Length: {answer.Length}\r\n\r\n");
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. answer], cancellationToken);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            status = await reader.ReadLineAsync(cancellationToken) is { } line && line.Split(' ') is [_, var said, ..] && int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }
        catch (Exception ex) when (ex is SocketException or IOException)
        {
            // The hub is away: a partner that answers later posts again, or does not.
        }

        laterAnswers.Enqueue(status);
        return status;
    }

    // Until the hub has it, as a partner with a queue of its own would.
    private async Task AnswerLaterAsync(Uri to, string messageId, SimulatorFault fault, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.Amount), Time, cancellationToken);
            var answer = SimulatedFhirAnswers.Answer(
                fault.Code == "wrong-id" ? "0b5c9c0e-0000-4000-8000-00000000dead" : messageId,
                fault.Code switch { "fatal" => "fatal-error", "transient" => "transient-error", _ => "ok" }, fault.Code is "fatal" or "transient" ? "said later" : null, Time, null, Endpoint.AbsoluteUri);
            for (var left = fault.Code == "twice" ? 2 : 1; left > 0;)
            {
                if (await PostAsync(to, answer, "", cancellationToken) is 0 or >= 500)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(200), Time, cancellationToken);
                }
                else
                {
                    left--;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The simulator is stopping.
        }
    }

    private static Uri? ResponseUrl(string query) => query.Split('&').Select(p => p.Split('=', 2)).FirstOrDefault(p => p is ["response-url", _]) is [_, var url]
        && Uri.TryCreate(Uri.UnescapeDataString(url), UriKind.Absolute, out var address) ? address : null;

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
