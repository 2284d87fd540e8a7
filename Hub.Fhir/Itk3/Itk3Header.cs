using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>The message around the document: who sends it to whom, how it is to be handled, what is asked back (ITK-MessageHeader-2, Extension-ITK-MessageHandling-2).</summary>
internal static class Itk3Header
{
    private const int LongestReference = 255;

    public static JsonObject Wrap(R4Message source, JsonObject document, Itk3Envelope envelope, Itk3Written facts)
    {
        var id = envelope.MessageId.ToString("D");
        var sender = Organization(id, "sender", envelope.Sender, envelope.SenderName);
        var receiver = Organization(id, "receiver", envelope.Receiver, envelope.ReceiverName);
        return new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = id,
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "ITK-Message-Bundle-1") },
            ["identifier"] = Itk3Document.Uuid(id),
            ["type"] = "message",
            ["entry"] = new JsonArray(
                Itk3Document.Entry(ToHeader(id, source, envelope, facts, sender, receiver, document)), Itk3Document.Entry(sender), Itk3Document.Entry(receiver), Itk3Document.Entry(document)),
        };
    }

    /// <summary>All six parts; a receiver answers 10001 or 10008 to fewer.</summary>
    public static JsonObject Handling(bool busAck, bool infAck, Itk3RecipientType recipient, Itk3Event kind, string senderReference)
    {
        var forAction = recipient == Itk3RecipientType.ForAction;
        return new JsonObject
        {
            ["url"] = Stu3Names.Itk + "Extension-ITK-MessageHandling-2",
            ["extension"] = new JsonArray(
                Part("BusAckRequested", "valueBoolean", busAck),
                Part("InfAckRequested", "valueBoolean", infAck),
                Part("RecipientType", "valueCoding", new JsonObject
                {
                    ["system"] = Stu3Names.ItkCodes + "ITK-RecipientType-1",
                    ["code"] = forAction ? "FA" : "FI",
                    ["display"] = forAction ? "For Action" : "For Information",
                }),
                Part("MessageDefinition", "valueReference", new JsonObject { ["reference"] = kind.MessageDefinition }),
                Part("SenderReference", "valueString", senderReference),
                Part("LocalExtension", "valueString", "None")),
        };
    }

    public static JsonObject EventOf(Itk3Event kind) => new() { ["system"] = Stu3Names.ItkCodes + "ITK-MessageEvent-2", ["code"] = kind.Code, ["display"] = kind.Display };

    public static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JsonObject ToHeader(string id, R4Message source, Itk3Envelope envelope, Itk3Written facts, JsonObject sender, JsonObject receiver, JsonObject document)
    {
        if (facts.SenderReference.Length is 0 or > LongestReference)
        {
            throw new ArgumentException($"A SenderReference has 1 to {LongestReference} characters.", nameof(envelope));
        }

        return new JsonObject
        {
            ["resourceType"] = "MessageHeader",
            ["id"] = id,
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "ITK-MessageHeader-2") },
            ["extension"] = new JsonArray(Handling(envelope.BusAckRequested, envelope.InfAckRequested, facts.RecipientType, facts.Event, facts.SenderReference)),
            ["event"] = EventOf(facts.Event),
            ["receiver"] = Reference(receiver),
            ["sender"] = Reference(sender),
            ["timestamp"] = Instant(envelope.ReceivedAt),
            ["source"] = Source(source),
            ["reason"] = Reason(source),
            ["focus"] = new JsonArray(Reference(document)),
        };
    }

    // The number that a support desk at the other end can ring is the team's.
    private static JsonObject Source(R4Message source)
    {
        var r4 = source.Header["source"]!.AsObject();
        var team = source.ResourceAt(Text(source.Header["sender"] as JsonObject, "reference"));
        return new JsonObject
        {
            ["name"] = r4["name"]?.DeepClone(),
            ["contact"] = Objects(team?["telecom"]).FirstOrDefault()?.DeepClone(),
            ["endpoint"] = r4["endpoint"]?.DeepClone(),
        };
    }

    /// <summary>What happened in the hub's own word, which no ITK event says, beside the trigger event.</summary>
    private static JsonObject Reason(R4Message source)
    {
        var coding = new JsonArray();
        foreach (var trigger in Objects(source.Header["reason"]?["coding"]))
        {
            var known = trigger.DeepClone().AsObject();
            known["system"] = Stu3Names.Systems.GetValueOrDefault(Text(trigger, "system") ?? "", Text(trigger, "system") ?? "");
            coding.Add((JsonNode)known);
        }

        coding.Add(source.Header["eventCoding"]?.DeepClone());
        return new JsonObject { ["coding"] = coding };
    }

    private static JsonObject Organization(string messageId, string part, OdsCode code, string? name)
    {
        var organization = new JsonObject
        {
            ["resourceType"] = "Organization",
            ["id"] = ResourceIds.For("Organization", "itk3-header", messageId, part),
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Stu3Names.Itk + "CareConnect-ITK-Header-Organization-1") },
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = CodeSystems.OdsOrganization, ["value"] = code.Value }),
        };
        if (name is { Length: > 0 })
        {
            organization["name"] = name;
        }

        return organization;
    }

    private static JsonObject Reference(JsonObject to) => new() { ["reference"] = ResourceIds.Url(Text(to, "id")!) };

    private static JsonObject Part(string url, string name, JsonNode value) => new() { ["url"] = url, [name] = value };
}
