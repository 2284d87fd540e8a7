using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hub.Proxy.Simulators;

/// <summary>The bytes a scripted MESH answers with, in the form of either version of the API.</summary>
internal static class SimulatedMeshReplies
{
    private const string V2 = "application/vnd.mesh.v2+json";

    public static byte[] Json(int status, object body, string headers = "") => SimulatedFhirAnswers.Http(status, JsonSerializer.SerializeToUtf8Bytes(body), headers, V2);

    public static byte[] Empty(int status, string headers = "") => SimulatedFhirAnswers.Http(status, [], headers, V2);

    public static byte[] Error(int status, string code, string words, bool v1, string headers = "") => v1
        ? Json(status, new { errorEvent = "SEND", errorCode = code, errorDescription = words }, headers)
        : Json(status, new { detail = new[] { new { @event = "SEND", code, msg = words } } }, headers);

    public static byte[] Taken(string messageId, bool v1) => v1 ? Json(202, new { messageID = messageId }) : Json(202, new { message_id = messageId });

    /// <summary>What a fault answers in place of taking the message.</summary>
    public static byte[] For(SimulatorFault fault, string messageId, bool v1) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal => Error(400, "06", "MalformedControlFile", v1),
        SimulatorBehaviour.Ack when fault.Code is not ("AA" or "CA") => Error(400, "06", "MalformedControlFile", v1),
        SimulatorBehaviour.Refuse => Error(fault.Code == "12" ? 417 : 400, fault.Code!, "scripted", v1),
        SimulatorBehaviour.Transient => Error(503, "", "busy", v1),
        SimulatorBehaviour.RetryAfter or SimulatorBehaviour.RetryAt => Error(503, "", "busy", v1, $"Retry-After: {fault.Amount.ToString(CultureInfo.InvariantCulture)}\r\n"),
        SimulatorBehaviour.Busy => Error(429, "", "busy", v1, $"Retry-After: {fault.Amount.ToString(CultureInfo.InvariantCulture)}\r\n"),
        SimulatorBehaviour.WrongId => Json(202, new { note = "taken, and no id" }),
        SimulatorBehaviour.Garbage => SimulatedFhirAnswers.Http(202, "{\"message_id\":\"2026"u8.ToArray(), contentType: V2),
        SimulatorBehaviour.Http => Error(fault.Amount, fault.Amount == 417 ? "12" : "", fault.Amount == 417 ? "Unregistered to address" : "scripted status", v1),
        SimulatorBehaviour.Stored => Error(fault.Amount, "", "An internal error occurred.", v1),
        SimulatorBehaviour.Html502 => SimulatedFhirAnswers.Http(502, "<html><body><h1>502 Bad Gateway</h1></body></html>"u8.ToArray(), contentType: "text/html"),
        SimulatorBehaviour.Redirect => SimulatedFhirAnswers.Http(307, [], "Location: /elsewhere\r\n"),
        _ => Taken(messageId, v1),
    };

    /// <summary>The headers with which a message lies in an inbox.</summary>
    public static string Headers(SimulatedMeshMessage message, int part)
    {
        var text = new StringBuilder();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }

        Add("mex-From", message.From);
        Add("mex-To", message.To);
        Add("mex-WorkflowID", message.Workflow);
        Add("mex-MessageID", message.Id);
        Add("mex-LocalID", message.LocalId);
        Add("mex-MessageType", message.Report is null ? "DATA" : "REPORT");
        Add("mex-Chunk-Range", message.Report is null ? string.Create(CultureInfo.InvariantCulture, $"{part}:{message.Parts}") : null);
        Add("mex-LinkedMsgID", message.Report?.Linked);
        Add("mex-StatusCode", message.Report?.Code ?? "00");
        Add("mex-StatusEvent", message.Report is null ? "TRANSFER" : "SEND");
        Add("mex-StatusDescription", message.Report?.Words);
        Add("mex-StatusSuccess", message.Report is null ? "SUCCESS" : "ERROR");
        Add("Content-Encoding", message is { Compressed: true, Report: null } ? "gzip" : null);
        return text.ToString();
    }

    public static byte[] Tracking(SimulatedMeshMessage message, bool v1) => v1
        ? Json(200, new { messageId = message.Id, localId = message.LocalId, status = char.ToUpperInvariant(message.Status[0]) + message.Status[1..], statusCode = message.Failure?.Code, failureDiagnostic = message.Failure?.Words })
        : Json(200, new { message_id = message.Id, local_id = message.LocalId, status = message.Status, status_code = message.Failure?.Code, status_description = message.Failure?.Words });
}
