using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Hub.Proxy.Simulators;

/// <summary>
/// A scripted MESH server (NHS England's message exchange) with mailboxes, chunks, paging, tracking and reports. Its faults are those of carriers: a
/// message that is stored and not confirmed, one that nobody collects, a practice that cannot be found. Password and shared key are those of the sandbox.
/// </summary>
public sealed class SimulatedMesh : SimulatedHttpPartner
{
    public const string Password = "password";
    public const string SharedKey = "TestKey";
    private const string Root = "/messageexchange/";

    private readonly SimulatedMeshAuthorization authorization;
    private readonly SimulatedMeshInbox inbox;
    private int handshakes;

    private SimulatedMesh(SimulatorScript? script, TimeProvider? time) : base(script, time)
    {
        authorization = new SimulatedMeshAuthorization(Password, SharedKey, Time);
        inbox = new SimulatedMeshInbox(Store);
    }

    public SimulatedMeshStore Store { get; } = new();

    /// <summary>Faults of the way back, and what has been asked of it.</summary>
    public SimulatedMeshInbox Inbox => inbox;

    /// <summary>True: every answer in the form of version 1, whatever is asked for.</summary>
    public bool SpeaksVersion1 { get; set; }

    /// <summary>False: what is sent stays in the recipient's mailbox.</summary>
    public bool RecipientsCollect { get; set; } = true;

    /// <summary>What every handshake is answered; null for what is right.</summary>
    public int? HandshakeStatus { get; set; }

    public int Handshakes => Volatile.Read(ref handshakes);

    /// <summary>What happens to the messages for a mailbox of which the script says nothing else.</summary>
    public ConcurrentDictionary<string, SimulatorFault> OfMailbox { get; } = new(StringComparer.Ordinal);

    /// <summary>The part of a message after which the line is cut, once; 0 for none.</summary>
    public int CutAtPart { get; set; }

    public Uri Endpoint => new($"{Scheme}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Listens on loopback; port 0 takes a free one.</summary>
    public static Task<SimulatedMesh> StartAsync(int port = 0, SimulatorScript? script = null, TimeProvider? time = null)
    {
        var mesh = new SimulatedMesh(script, time);
        mesh.Listen(port);
        return Task.FromResult(mesh);
    }

    private protected override async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var requests = new SimulatedHttpRequests(stream);
        while (await requests.NextAsync(cancellationToken) is { } request)
        {
            var (path, query) = request.Path.Split('?', 2) is [var before, var after] ? (before, after) : (request.Path, "");
            string[] parts = path.StartsWith(Root, StringComparison.Ordinal) ? [.. path[Root.Length..].Split('/').Select(Uri.UnescapeDataString)] : [];
            var v1 = SpeaksVersion1 || !request.Headers.GetValueOrDefault("accept", "").Contains("application/vnd.mesh.v2+json", StringComparison.Ordinal);
            if (!await AnswerAsync(stream, request, parts, query, v1, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>False when the connection is to end.</summary>
    private async Task<bool> AnswerAsync(Stream stream, SimulatedHttpRequest request, string[] parts, string query, bool v1, CancellationToken cancellationToken)
    {
        var lookup = parts is ["endpointlookup" or "workflowsearch", ..];
        var who = lookup ? request.Headers.GetValueOrDefault("authorization", "").Replace("NHSMESH ", "", StringComparison.Ordinal).Split(':')[0] : parts.FirstOrDefault() ?? "";
        var refused = !Store.HasMailbox(who) ? "No mailbox matched" : authorization.Refuse(request.Headers.GetValueOrDefault("authorization"), who);
        if (refused is not null)
        {
            await WriteAsync(stream, SimulatedMeshReplies.Error(403, "", refused, v1), cancellationToken);
            return true;
        }

        switch (request.Method, parts)
        {
            case ("GET" or "POST", [_]):
                Interlocked.Increment(ref handshakes);
                await WriteAsync(stream, HandshakeStatus is { } status ? SimulatedMeshReplies.Error(status, "", "scripted", v1) : SimulatedMeshReplies.Json(200, new { mailboxId = who }), cancellationToken);
                return true;
            case ("POST", [_, "outbox"]):
                return await SendAsync(stream, request, who, v1, cancellationToken);
            case ("POST", [_, "outbox", var id, var number]):
                return await SendPartAsync(stream, request, id, number, v1, cancellationToken);
            case ("GET", [_, "outbox", "tracking", ..]):
                await WriteAsync(stream, Track(who, parts.Length > 3 ? parts[3] : null, query, v1), cancellationToken);
                return true;
            case ("GET", ["endpointlookup" or "workflowsearch", ..]):
                await WriteAsync(stream, Found(v1 && lookup), cancellationToken);
                return true;
            default:
                return await inbox.AnswerAsync(stream, request, who, parts, query, v1, cancellationToken);
        }
    }

    private async Task<bool> SendAsync(Stream stream, SimulatedHttpRequest request, string from, bool v1, CancellationToken cancellationToken)
    {
        var (to, workflow) = (request.Headers.GetValueOrDefault("mex-to", ""), request.Headers.GetValueOrDefault("mex-workflowid", ""));
        var range = request.Headers.GetValueOrDefault("mex-chunk-range", "1:1").Split(':');
        var wrong = to.Length == 0 || workflow.Length == 0 || request.Headers.GetValueOrDefault("mex-from", from) != from ? SimulatedMeshReplies.Error(400, "08", "TO_DTS missing", v1)
            : range is not ["1", var total] || !int.TryParse(total, out var parts) || parts < 1 ? SimulatedMeshReplies.Error(417, "InvalidHeaderChunks", "Invalid chunk values", v1)
            : parts > 1 && request.Headers.GetValueOrDefault("content-encoding") != "gzip" ? SimulatedMeshReplies.Error(422, "UnsupportedContentEncoding", "chunks must be compressed", v1)
            : request.Body.Length == 0 ? SimulatedMeshReplies.Error(417, "02", "MissingDataFile", v1)
            : Store.Resolve(to) is null ? SimulatedMeshReplies.Error(417, "12", "Unregistered to address", v1)
            : null;
        if (wrong is not null)
        {
            await WriteAsync(stream, wrong, cancellationToken);
            return true;
        }

        var message = new SimulatedMeshMessage
        {
            Id = Store.NextId(), From = from, To = Store.Resolve(to)!, Workflow = workflow, LocalId = request.Headers.GetValueOrDefault("mex-localid"),
            Parts = int.Parse(range[1], CultureInfo.InvariantCulture), Compressed = request.Headers.GetValueOrDefault("content-encoding") == "gzip",
        };
        message.Content[1] = request.Body;
        if (message.Parts == 1)
        {
            return await TakeAsync(stream, message, request.Headers, v1, cancellationToken);
        }

        message.Status = "uploading";
        Store.Add(message);
        await WriteAsync(stream, SimulatedMeshReplies.Taken(message.Id, v1), cancellationToken);
        return true;
    }

    private async Task<bool> SendPartAsync(Stream stream, SimulatedHttpRequest request, string id, string number, bool v1, CancellationToken cancellationToken)
    {
        if (Store.Find(id) is not { } message || !int.TryParse(number, out var n))
        {
            await WriteAsync(stream, SimulatedMeshReplies.Empty(404), cancellationToken);
            return true;
        }

        var status = request.Headers.GetValueOrDefault("mex-chunk-range") != $"{number}:{message.Parts.ToString(CultureInfo.InvariantCulture)}" ? 417
            : message.Status != "uploading" ? 423
            : n > message.Parts ? 406
            : 0;
        if (status != 0)
        {
            await WriteAsync(stream, SimulatedMeshReplies.Error(status, "InvalidHeaderChunks", "Invalid chunk values", v1), cancellationToken);
            return true;
        }

        message.Content[n] = request.Body;
        if (CutAtPart == n)
        {
            CutAtPart = 0;
            return false;
        }

        if (n < message.Parts || message.Content.Count < message.Parts)
        {
            await WriteAsync(stream, SimulatedMeshReplies.Taken(id, v1), cancellationToken);
            return true;
        }

        return await TakeAsync(stream, message, request.Headers, v1, cancellationToken);
    }

    /// <summary>All of the message is here: what the script says happens to it.</summary>
    private async Task<bool> TakeAsync(Stream stream, SimulatedMeshMessage message, IReadOnlyDictionary<string, string> headers, bool v1, CancellationToken cancellationToken)
    {
        var whole = SimulatedMeshInbox.Whole(message);
        var asked = SimulatedItk3Answers.Read(whole);
        var (id, code) = asked is null ? ReadIds(whole) : (asked.Id, asked.Event);
        var (copy, fault) = Take(id ?? message.LocalId ?? message.Id, message.LocalId, code, whole, headers);
        fault = fault == SimulatorFault.None && OfMailbox.TryGetValue(message.To, out var theirs) ? theirs : fault;
        if (fault.Takes)
        {
            message.Status = "accepted";
            if (message.Parts == 1)
            {
                Store.Add(message);
            }

            Pass(message, copy.MessageId, asked, fault);
        }

        return await AnswerAsync(
            stream, copy, fault, new SimulatedHttpAnswers(_ => SimulatedMeshReplies.Taken(message.Id, v1), (scripted, _) => SimulatedMeshReplies.For(scripted, message.Id, v1), CodeOf), cancellationToken);
    }

    private void Pass(SimulatedMeshMessage message, string ourId, SimulatedItk3Answers.Asked? asked, SimulatorFault fault)
    {
        switch (fault.Behaviour)
        {
            case SimulatorBehaviour.Report:
                Store.ReportOn(message, fault.Code!, "scripted");
                break;
            case SimulatorBehaviour.Uncollected:
                break;
            case SimulatorBehaviour.Reply when asked is not null: // in the form in which it was asked
                message.Status = "acknowledged";
                foreach (var answer in SimulatedItk3Answers.For(asked, fault.Code!, Time))
                {
                    Store.Deliver(message.From, message.To, message.Workflow + "_ACK", answer);
                }

                break;
            case SimulatorBehaviour.Reply:
                message.Status = "acknowledged";
                Store.Deliver(message.From, message.To, message.Workflow + "_ACK", SimulatedFhirAnswers.Answer(
                    ourId, fault.Code == "ok" ? "ok" : "fatal-error", fault.Code == "ok" ? null : "scripted refusal", Time, fault.Code == "ok" ? null : fault.Code));
                break;
            case var _ when RecipientsCollect:
                message.Status = "acknowledged";
                break;
        }
    }

    private byte[] Track(string mailbox, string? localId, string query, bool v1)
    {
        IReadOnlyList<SimulatedMeshMessage> found = localId is not null ? Store.OfLocalId(mailbox, localId)
            : Store.Find(Uri.UnescapeDataString(query.Replace("messageID=", "", StringComparison.Ordinal))) is { } one && one.From == mailbox ? [one] : [];
        return found switch
        {
            [] => SimulatedMeshReplies.Error(404, "20", "Message does not exist", v1),
            [var only] => SimulatedMeshReplies.Tracking(only, v1 || localId is not null), // by local id only version 1 ever answers
            _ => SimulatedMeshReplies.Empty(300),
        };
    }

    private byte[] Found(bool v1) => v1
        ? SimulatedMeshReplies.Json(200, new { query_id = "1", results = Store.Mailboxes.Select(m => new { address = m, description = "scripted", endpoint_type = "MESH" }) })
        : SimulatedMeshReplies.Json(200, new { results = Store.Mailboxes.Select(m => new { mailbox_id = m, mailbox_name = "scripted" }) });

    private static string CodeOf(SimulatorFault fault) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal or SimulatorBehaviour.Refuse or SimulatorBehaviour.Ack => "400",
        SimulatorBehaviour.Http or SimulatorBehaviour.Stored => fault.Amount.ToString(CultureInfo.InvariantCulture),
        SimulatorBehaviour.Transient or SimulatorBehaviour.RetryAfter or SimulatorBehaviour.RetryAt => "503",
        SimulatorBehaviour.Busy => "429",
        SimulatorBehaviour.Html502 => "502",
        SimulatorBehaviour.Redirect => "307",
        _ => "202",
    };

    // Its own reading of the bundle, with the framework's JSON and nothing of ours.
    private static (string? Id, string? Event) ReadIds(byte[] body)
    {
        try
        {
            using var bundle = JsonDocument.Parse(body);
            var header = bundle.RootElement.GetProperty("entry")[0].GetProperty("resource");
            return (header.GetProperty("id").GetString(), header.TryGetProperty("eventCoding", out var coding) ? coding.GetProperty("code").GetString() : null);
        }
        catch (Exception ex) when (ex is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return (null, null);
        }
    }
}
