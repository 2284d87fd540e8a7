using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hub.Proxy.Simulators;

/// <summary>The bytes a scripted FHIR partner answers with.</summary>
internal static class SimulatedFhirAnswers
{
    public static byte[] For(SimulatorFault fault, string messageId, TimeProvider time) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal => Http(200, Answer(messageId, "fatal-error", "the practice does not take this message", time)),
        SimulatorBehaviour.Refuse => Http(200, Answer(messageId, "fatal-error", fault.Place is null ? "scripted refusal" : "not in the form that this system takes", time, fault.Code, place: fault.Place)),
        SimulatorBehaviour.Busy => Http(429, Outcome("throttled", "busy"), $"Retry-After: {fault.Amount.ToString(CultureInfo.InvariantCulture)}\r\n"),
        SimulatorBehaviour.Transient => Http(200, Answer(messageId, "transient-error", "record locked, send again", time)),
        SimulatorBehaviour.RetryAfter => Http(503, Outcome("throttled", "busy"), $"Retry-After: {fault.Amount.ToString(CultureInfo.InvariantCulture)}\r\n"),
        SimulatorBehaviour.RetryAt => Http(503, Outcome("throttled", "busy"),
            $"Retry-After: {time.GetUtcNow().AddSeconds(fault.Amount).ToString("R", CultureInfo.InvariantCulture)}\r\n"),
        SimulatorBehaviour.WrongId => Http(200, Answer("0b5c9c0e-0000-4000-8000-00000000dead", "ok", null, time)),
        SimulatorBehaviour.Garbage => Http(200, "{\"resourceType\":\"Bundle\",\"type\":\"mess"u8.ToArray()),
        SimulatorBehaviour.Http => Http(fault.Amount, Outcome("processing", "scripted status")),
        SimulatorBehaviour.Html502 => Http(502, "<html><body><h1>502 Bad Gateway</h1></body></html>"u8.ToArray(), contentType: "text/html"),
        SimulatorBehaviour.AnswersLater => Http(202, []),
        SimulatorBehaviour.Redirect => Http(307, [], "Location: /elsewhere\r\n"),
        SimulatorBehaviour.Ack when fault.Code is "AE" or "AR" or "CE" or "CR" => For(new(SimulatorBehaviour.Fatal), messageId, time),
        _ => Http(200, Answer(messageId, "ok", null, time)),
    };

    public static string CodeOf(SimulatorFault fault) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal or SimulatorBehaviour.Refuse => "fatal-error",
        SimulatorBehaviour.Busy => "429",
        SimulatorBehaviour.Transient => "transient-error",
        SimulatorBehaviour.RetryAfter or SimulatorBehaviour.RetryAt => "503",
        SimulatorBehaviour.Garbage => "garbage",
        SimulatorBehaviour.WrongId => "wrong-id",
        SimulatorBehaviour.Http => fault.Amount.ToString(CultureInfo.InvariantCulture),
        SimulatorBehaviour.Html502 => "502",
        SimulatorBehaviour.Redirect => "307",
        SimulatorBehaviour.AnswersLater => "202",
        _ => "ok",
    };

    /// <summary>A whole HTTP/1.1 response.</summary>
    public static byte[] Http(int status, byte[] body, string headers = "", string contentType = "application/fhir+json") =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} Scripted\r\nContent-Type: {contentType}\r\n{headers}Content-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];

    /// <summary>A message Bundle that answers <paramref name="messageId"/> (R4: response.identifier is the MessageHeader.id).</summary>
    public static byte[] Answer(string messageId, string code, string? words, TimeProvider time, string? own = null, string source = "https://simulator.example/fhir", string? place = null)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "message");
            json.WriteString("timestamp", now);
            json.WriteStartArray("entry");
            json.WriteStartObject();
            json.WriteString("fullUrl", "urn:uuid:" + id);
            json.WriteStartObject("resource");
            json.WriteString("resourceType", "MessageHeader");
            json.WriteString("id", id);
            json.WriteStartObject("eventCoding");
            json.WriteString("system", "https://simulator.example/event");
            json.WriteString("code", "answer");
            json.WriteEndObject();
            json.WriteStartObject("source");
            json.WriteString("endpoint", source);
            json.WriteEndObject();
            json.WriteStartObject("response");
            json.WriteString("identifier", messageId);
            json.WriteString("code", code);
            if (words is not null)
            {
                json.WriteStartObject("details");
                json.WriteString("reference", "urn:uuid:" + messageId + "-outcome");
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            if (words is not null)
            {
                json.WriteStartObject();
                json.WriteString("fullUrl", "urn:uuid:" + messageId + "-outcome");
                json.WritePropertyName("resource");
                WriteOutcome(json, code == "fatal-error" ? "business-rule" : "transient", words, own, place);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static byte[] OwnOutcome(string code, string words, string? own) => Write(json => WriteOutcome(json, code, words, own));

    public static byte[] Outcome(string code, string words) => Write(json => WriteOutcome(json, code, words));

    /// <summary>An answer that says it is 256 MiB long and goes on till the reader hangs up, or 16 MiB are out.</summary>
    public static async Task WriteHugeAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("HTTP/1.1 200 Scripted\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), cancellationToken);
        var chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string(' ', 0x10000) + "\r\n");
        for (var i = 0; i < 256; i++)
        {
            await stream.WriteAsync(chunk, cancellationToken);
        }
    }

    private static void WriteOutcome(Utf8JsonWriter json, string code, string words, string? own = null, string? place = null)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "OperationOutcome");
        json.WriteStartArray("issue");
        json.WriteStartObject();
        json.WriteString("severity", "error");
        json.WriteString("code", code);
        json.WriteString("diagnostics", words);
        if (own is not null)
        {
            json.WriteStartObject("details");
            json.WriteStartArray("coding");
            json.WriteStartObject();
            json.WriteString("system", "https://simulator.example/code");
            json.WriteString("code", own);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (place is not null)
        {
            json.WriteStartArray("expression");
            json.WriteStringValue(place);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            write(json);
        }

        return bytes.ToArray();
    }
}
