using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Itk3;

/// <summary>The answers of ITK3: those that practices send to us, and those that the hub sends where it is the receiver.</summary>
public static class Itk3Response
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads XML or JSON. Never throws for what a peer sends.</summary>
    /// <returns>Null when the body is anything but one readable ITK Response.</returns>
    public static Itk3Answer? Read(ReadOnlyMemory<byte> body)
    {
        if (AnswerTree.Parse(body) is not { Name: "Bundle" } bundle || bundle.Text("type") != "message" || Resources(bundle).FirstOrDefault() is not { Name: "MessageHeader" } header
            || header.One("event") is not { } named || named.Text("code") != Itk3Event.Response.Code
            || header.One("response") is not { } response || response.Text("identifier") is not { Length: > 0 and <= 100 } answers
            || response.Text("code") is not ("ok" or "fatal-error"))
        {
            return null;
        }

        var issues = Resources(bundle).Where(r => r.Name == "OperationOutcome").SelectMany(o => o.All("issue")).ToList();
        var codes = issues.SelectMany(i => i.All("details")).SelectMany(d => d.All("coding")).Where(c => c.Text("system") == ItkResponseCodes.System)
            .Select(c => c.Text("code")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var sent = codes is [{ Length: <= 20 } only] ? only : null; // one code an answer: of several none is picked
        return new Itk3Answer
        {
            AnswersMessageId = answers.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? answers["urn:uuid:".Length..] : answers,
            IsOk = response.Text("code") == "ok",
            Code = ItkResponseCodes.Find(sent),
            SentCode = sent,
            Severity = issues is [var issue] ? issue.Text("severity") : null,
        };
    }

    /// <summary>An answer of the hub's: no patient data, both acknowledgements not asked for, ids derived from what it answers.</summary>
    /// <exception cref="ArgumentException">The code is not one of ITK-ResponseCodes-1.</exception>
    public static Itk3ResponseBytes Write(Itk3Reply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var code = ItkResponseCodes.Find(reply.Code) ?? throw new ArgumentException("Not a code of ITK-ResponseCodes-1.", nameof(reply));
        var id = ResourceIds.For("MessageHeader", "itk3-response", reply.Sender.Value, reply.Original, code.Code);
        var sender = Id("Organization", id);
        var outcome = Id("OperationOutcome", id);
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = id,
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "ITK-Message-Bundle-1") },
            ["identifier"] = Itk3Document.Uuid(id),
            ["type"] = "message",
            ["entry"] = new JsonArray(
                Itk3Document.Entry(ToHeader(id, reply, code, sender, outcome)),
                Itk3Document.Entry(new JsonObject
                {
                    ["resourceType"] = "Organization",
                    ["id"] = sender,
                    ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "CareConnect-ITK-Header-Organization-1") },
                    ["identifier"] = new JsonArray(new JsonObject { ["system"] = CodeSystems.OdsOrganization, ["value"] = reply.Sender.Value }),
                }),
                Itk3Document.Entry(ToOutcome(outcome, code))),
        };
        var tree = Stu3Order.Ordered(bundle, "Bundle", "Bundle", isResource: true);
        return reply.Format == Itk3Format.Xml
            ? new(Stu3Xml.Write(tree), "application/fhir+xml", id)
            : new(JsonSerializer.SerializeToUtf8Bytes(tree, Compact), "application/fhir+json", id);
    }

    private static JsonObject ToHeader(string id, Itk3Reply reply, ItkResponseCode code, string sender, string outcome) => new()
    {
        ["resourceType"] = "MessageHeader",
        ["id"] = id,
        ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "ITK-MessageHeader-2") },
        ["extension"] = new JsonArray(Itk3Header.Handling(busAck: false, infAck: false, Itk3RecipientType.ForAction, Itk3Event.Response, "None")),
        ["event"] = Itk3Header.EventOf(Itk3Event.Response),
        ["sender"] = new JsonObject { ["reference"] = ResourceIds.Url(sender) },
        ["timestamp"] = Itk3Header.Instant(reply.At),
        ["source"] = new JsonObject { ["endpoint"] = "urn:nhs-uk:addressing:ods:" + reply.Sender.Value },
        ["response"] = new JsonObject
        {
            ["identifier"] = code.Code == ItkResponseCodes.Unreadable ? Itk3Answer.UnreadableOriginal : reply.Answers ?? Itk3Answer.UnreadableOriginal,
            ["code"] = code.Success ? "ok" : "fatal-error",
            ["details"] = new JsonObject { ["reference"] = ResourceIds.Url(outcome) },
        },
    };

    private static JsonObject ToOutcome(string id, ItkResponseCode code) => new()
    {
        ["resourceType"] = "OperationOutcome",
        ["id"] = id,
        ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "ITK-Response-OperationOutcome-1") },
        ["issue"] = new JsonArray(new JsonObject
        {
            ["severity"] = code.Success ? "information" : "fatal",
            ["code"] = code.IssueType,
            ["details"] = new JsonObject
            {
                ["coding"] = new JsonArray(new JsonObject { ["system"] = ItkResponseCodes.System, ["code"] = code.Code, ["display"] = code.Text }),
            },
        }),
    };

    private static string Id(string kind, string messageId) => ResourceIds.For(kind, "itk3-response", messageId);

    private static IEnumerable<AnswerTree> Resources(AnswerTree bundle) =>
        bundle.All("entry").SelectMany(e => e.All("resource")).Select(r => r.Only).OfType<AnswerTree>();
}

/// <summary>What the hub answers to an ITK3 message that it received.</summary>
public sealed record Itk3Reply
{
    /// <summary>The id of the message that is answered; null where it could not be read.</summary>
    public string? Answers { get; init; }

    /// <summary>What the carrier called the message, so that two unreadable ones get two answers.</summary>
    public string? CarrierId { get; init; }

    /// <summary>A code of ITK-ResponseCodes-1: 20013, 30001, 10009.</summary>
    public required string Code { get; init; }

    public required OdsCode Sender { get; init; }
    public required DateTimeOffset At { get; init; }
    public Itk3Format Format { get; init; } = Itk3Format.Xml;

    internal string Original => Answers ?? CarrierId ?? "";
}

/// <summary>An answer, ready for its carrier.</summary>
/// <param name="Bytes">The message.</param>
/// <param name="MediaType">Its form.</param>
/// <param name="MessageId">Its own id.</param>
public sealed record Itk3ResponseBytes(ReadOnlyMemory<byte> Bytes, string MediaType, string MessageId);
