using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Proxy.Simulators;

/// <summary>
/// A scripted FHIR REST server under <c>/fhir</c>: transactions, single creates and updates on condition, searches by identifier. A fault meets a write; a search is
/// always answered.
/// </summary>
public sealed class SimulatedFhirServer : SimulatedHttpPartner
{
    private const string Base = "/fhir";
    private readonly SimulatedFhirStore store = new();
    private readonly Lock gate = new();

    private SimulatedFhirServer(SimulatorScript? script, TimeProvider? time) : base(script, time) { }

    public Uri Endpoint => new($"{Scheme}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}{Base}");

    /// <summary>Called with method and path before a request is answered.</summary>
    public Action<string, string>? OnRequest { get; set; }

    /// <summary>Everything that it holds.</summary>
    public IReadOnlyList<SimulatedResource> Resources
    {
        get
        {
            lock (gate)
            {
                return store.All;
            }
        }
    }

    /// <summary>Listens on loopback; port 0 takes a free one.</summary>
    public static Task<SimulatedFhirServer> StartAsync(int port = 0, SimulatorScript? script = null, TimeProvider? time = null)
    {
        var server = new SimulatedFhirServer(script, time);
        server.Listen(port);
        return Task.FromResult(server);
    }

    /// <summary>Whose identifiers (<c>system|value</c>) are patients here; everybody's unless said.</summary>
    public void KnowOnly(params string[] tokens)
    {
        lock (gate)
        {
            store.Knows = tokens.Contains;
        }
    }

    /// <summary>Somebody else changes a resource.</summary>
    public void Touch(SimulatedResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        lock (gate)
        {
            store.Touch(resource.Kind, resource.Id);
        }
    }

    /// <summary>Somebody else's resource, there before the hub writes anything.</summary>
    public void Put(string json)
    {
        lock (gate)
        {
            store.Create(JsonNode.Parse(json)!.AsObject());
        }
    }

    /// <summary>Somebody takes a resource away.</summary>
    public void Remove(SimulatedResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        lock (gate)
        {
            store.Remove(resource.Kind, resource.Id);
        }
    }

    private protected override async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var requests = new SimulatedHttpRequests(stream);
        while (await requests.NextAsync(cancellationToken) is { } request)
        {
            OnRequest?.Invoke(request.Method, request.Path);
            if (request.Path.EndsWith("/_search", StringComparison.Ordinal))
            {
                await WriteAsync(stream, Search(request), cancellationToken);
                continue;
            }

            if (request.Method is not ("POST" or "PUT") || (request.Path != Base && !request.Path.StartsWith(Base + "/", StringComparison.Ordinal)))
            {
                await WriteAsync(stream, Refusal(404, "not-found", "nothing here"), cancellationToken);
                continue;
            }

            var (copy, fault) = Take(request.Headers.GetValueOrDefault("x-request-id", ""), null, $"{request.Method} {request.Path[Base.Length..].Trim('/')}".Trim(), request.Body, request.Headers);
            var written = fault.Takes ? Write(request) : [];
            var answers = new SimulatedHttpAnswers(id => Naming(written, copy.MessageId, id), (scripted, id) => For(scripted, Naming(written, copy.MessageId, id)), CodeOf);
            if (fault.Behaviour == SimulatorBehaviour.Ok || (fault.Behaviour == SimulatorBehaviour.Http && fault.Amount < 300))
            {
                answers = answers with { CodeOf = _ => Encoding.ASCII.GetString(written, 9, 3) };
            }

            if (!await AnswerAsync(stream, copy, fault, answers, cancellationToken))
            {
                return;
            }
        }
    }

    // The answer that was owed to an earlier request names that one.
    private static byte[] Naming(byte[] written, string own, string id) =>
        own.Length == 0 || own == id ? written : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(written).Replace($"X-Request-Id: {own}", $"X-Request-Id: {id}", StringComparison.Ordinal));

    private byte[] Write(SimulatedHttpRequest request)
    {
        try
        {
            var body = JsonNode.Parse(request.Body)!.AsObject();
            var path = request.Path[Base.Length..].Trim('/').Split('/');
            lock (gate)
            {
                return path is [""] ? Transacted(store.Transact(body["entry"]!.AsArray()), request) : Single(request, path, body);
            }
        }
        catch (SimulatedRefusalException refusal)
        {
            return Refusal(refusal.Status, refusal.Code, refusal.Message);
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return Refusal(400, "structure", "not what this server takes");
        }
    }

    private byte[] Single(SimulatedHttpRequest request, string[] path, JsonObject body)
    {
        store.RequireResolved(body);
        var write = request.Method == "PUT"
            ? store.Update(path[0], path[1], body, request.Headers.GetValueOrDefault("if-match"))
            : store.Create(body, request.Headers.GetValueOrDefault("if-none-exist"));
        return SimulatedFhirAnswers.Http(write.Status, [], $"Location: {Endpoint}/{write.Location}\r\nETag: W/\"{write.Version.ToString(CultureInfo.InvariantCulture)}\"\r\n");
    }

    private static byte[] Transacted(IReadOnlyList<SimulatedWrite> written, SimulatedHttpRequest request)
    {
        var answer = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "transaction-response",
            ["entry"] = new JsonArray([.. written.Select(w => (JsonNode)new JsonObject
            {
                ["response"] = new JsonObject { ["status"] = w.Status == 201 ? "201 Created" : "200 OK", ["location"] = w.Location, ["etag"] = $"W/\"{w.Version}\"" },
            })]),
        };
        return SimulatedFhirAnswers.Http(200, Encoding.UTF8.GetBytes(answer.ToJsonString()), $"X-Request-Id: {request.Headers.GetValueOrDefault("x-request-id", "")}\r\n");
    }

    private byte[] Search(SimulatedHttpRequest request)
    {
        var kind = request.Path[Base.Length..].Trim('/').Split('/')[0];
        var form = Encoding.ASCII.GetString(request.Body);
        if (!form.StartsWith("identifier=", StringComparison.Ordinal))
        {
            return Refusal(400, "not-supported", "a search that this server does not know");
        }

        lock (gate)
        {
            var token = Uri.UnescapeDataString(form["identifier=".Length..]);
            var found = store.Search(kind, token);
            var answer = new JsonObject
            {
                ["resourceType"] = "Bundle",
                ["type"] = "searchset",
                ["entry"] = new JsonArray([.. found.Select(f =>
                {
                    var resource = (JsonObject)f.Resource.DeepClone();
                    resource["meta"] = new JsonObject { ["versionId"] = f.Version.ToString(CultureInfo.InvariantCulture) };
                    return (JsonNode)new JsonObject { ["resource"] = resource };
                })]),
            };
            return SimulatedFhirAnswers.Http(200, Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
    }

    private byte[] For(SimulatorFault fault, byte[] written) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal => Refusal(422, "processing", "scripted refusal"),
        SimulatorBehaviour.Refuse => SimulatedFhirAnswers.Http(422, SimulatedFhirAnswers.OwnOutcome("business-rule", "scripted refusal", fault.Code)),
        SimulatorBehaviour.Transient => Refusal(503, "transient", "record locked, send again"),
        SimulatorBehaviour.Ack when fault.Code is "AE" or "AR" or "CE" or "CR" => Refusal(422, "processing", "scripted refusal"),
        SimulatorBehaviour.WrongId => SimulatedFhirAnswers.Http(200, """{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201","location":"Basic/1/_history/1"}}]}"""u8.ToArray()),
        SimulatorBehaviour.Http when fault.Amount < 300 => SimulatedFhirAnswers.Http(fault.Amount, []),
        SimulatorBehaviour.Ok or SimulatorBehaviour.Ack or SimulatorBehaviour.CommitThenAccept => written,
        _ => SimulatedFhirAnswers.For(fault, "", Time),
    };

    private static string CodeOf(SimulatorFault fault) => fault.Behaviour switch
    {
        SimulatorBehaviour.Fatal or SimulatorBehaviour.Refuse or SimulatorBehaviour.Ack => "422",
        SimulatorBehaviour.Transient => "503",
        _ => SimulatedFhirAnswers.CodeOf(fault),
    };

    private static byte[] Refusal(int status, string code, string words) => SimulatedFhirAnswers.Http(status, SimulatedFhirAnswers.Outcome(code, words));
}
