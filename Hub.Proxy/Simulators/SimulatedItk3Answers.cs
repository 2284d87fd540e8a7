using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Hub.Proxy.Simulators;

/// <summary>What a scripted practice reads of an ITK3 message, and the ITK Responses (ITK008M) that it sends back. Its own reading and writing, with the framework's XML and JSON and nothing of ours.</summary>
internal static class SimulatedItk3Answers
{
    private const string Nhs = "https://fhir.nhs.uk/STU3/";
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    /// <summary>What a practice's system needs to answer.</summary>
    /// <param name="Id">MessageHeader.id.</param>
    /// <param name="Event">The hub's own word for what happened; null where it is none of the hub's.</param>
    /// <param name="WantsInfAck">The system is to say whether it could read it.</param>
    /// <param name="WantsBusAck">The practice is to say whether the person is theirs.</param>
    public sealed record Asked(string Id, string? Event, bool WantsInfAck, bool WantsBusAck);

    /// <summary>Null where the body is no ITK3 message.</summary>
    public static Asked? Read(byte[] body)
    {
        try
        {
            return body is [(byte)'<', ..] ? OfXml(XDocument.Parse(Encoding.UTF8.GetString(body))) : OfJson(body);
        }
        catch (Exception ex) when (ex is XmlException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The answers that were asked for, in order: that it could be read (20013), then what the practice says. A code from 10001 to 20015 is a system's own refusal, after
    /// which nobody says more; <c>ok</c> is 30001.
    /// </summary>
    public static IEnumerable<byte[]> For(Asked asked, string code, TimeProvider time)
    {
        var business = code == "ok" ? "30001" : code;
        if (!business.StartsWith('3'))
        {
            return [Answer(asked.Id, business, time)];
        }

        return [.. asked.WantsInfAck ? [Answer(asked.Id, "20013", time)] : Array.Empty<byte[]>(), .. asked.WantsBusAck ? [Answer(asked.Id, business, time)] : Array.Empty<byte[]>()];
    }

    /// <summary>One ITK Response. Of 2xxxx 20013 is a yes; of 3xxxx 30002 and 30003 are a no.</summary>
    public static byte[] Answer(string messageId, string code, TimeProvider time)
    {
        var isYes = code == "20013" || (code.StartsWith('3') && code is not ("30002" or "30003"));
        var (id, outcome, sender) = (NewId(time), NewId(time), NewId(time));
        var header = El("MessageHeader",
            Val("id", id),
            El("extension", new XAttribute("url", Nhs + "StructureDefinition/Extension-ITK-MessageHandling-2"),
                Part("BusAckRequested", Val("valueBoolean", "false")),
                Part("InfAckRequested", Val("valueBoolean", "false")),
                Part("RecipientType", El("valueCoding", Val("system", Nhs + "CodeSystem/ITK-RecipientType-1"), Val("code", "FA"))),
                Part("MessageDefinition", El("valueReference", Val("reference", Nhs + "MessageDefinition/ITK-Response-MessageDefinition-Instance-1"))),
                Part("SenderReference", Val("valueString", "None")),
                Part("LocalExtension", Val("valueString", "None"))),
            El("event", Val("system", Nhs + "CodeSystem/ITK-MessageEvent-2"), Val("code", "ITK008M")),
            El("sender", Val("reference", "urn:uuid:" + sender)),
            Val("timestamp", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)),
            El("source", Val("endpoint", "urn:nhs-uk:addressing:ods:SIM01")),
            El("response", Val("identifier", messageId), Val("code", isYes ? "ok" : "fatal-error"), El("details", Val("reference", "urn:uuid:" + outcome))));
        var bundle = El("Bundle",
            Val("id", NewId(time)),
            El("identifier", Val("system", "https://tools.ietf.org/html/rfc4122"), Val("value", NewId(time))),
            Val("type", "message"),
            Entry(id, header),
            Entry(sender, El("Organization", Val("id", sender), El("identifier", Val("system", "https://fhir.nhs.uk/Id/ods-organization-code"), Val("value", "SIM01")))),
            Entry(outcome, El("OperationOutcome", Val("id", outcome), El("issue",
                Val("severity", isYes ? "information" : "fatal"), Val("code", isYes ? "informational" : "processing"),
                El("details", El("coding", Val("system", Nhs + "CodeSystem/ITK-ResponseCodes-1"), Val("code", code)))))));
        return Encoding.UTF8.GetBytes(bundle.ToString(SaveOptions.DisableFormatting));
    }

    private static Asked? OfXml(XDocument message)
    {
        var header = message.Root!.Elements(Fhir + "entry").Elements(Fhir + "resource").Elements(Fhir + "MessageHeader").FirstOrDefault();
        if (header?.Element(Fhir + "event") is not { } kind || Value(kind.Element(Fhir + "system"))?.StartsWith(Nhs, StringComparison.Ordinal) != true)
        {
            return null;
        }

        bool Wants(string part) => header.Elements(Fhir + "extension").Elements(Fhir + "extension").Where(e => (string?)e.Attribute("url") == part)
            .Select(e => Value(e.Element(Fhir + "valueBoolean"))).FirstOrDefault() != "false"; // unreadable flags: the receiver answers
        return new Asked(
            Value(header.Element(Fhir + "id"))!, header.Elements(Fhir + "reason").Elements(Fhir + "coding").Select(c => Value(c.Element(Fhir + "code"))).LastOrDefault(),
            Wants("InfAckRequested"), Wants("BusAckRequested"));
    }

    private static Asked? OfJson(byte[] body)
    {
        using var message = JsonDocument.Parse(body);
        var header = message.RootElement.GetProperty("entry")[0].GetProperty("resource");
        if (!header.TryGetProperty("event", out var kind) || !kind.GetProperty("system").GetString()!.StartsWith(Nhs, StringComparison.Ordinal))
        {
            return null;
        }

        bool Wants(string part) => !header.GetProperty("extension").EnumerateArray().SelectMany(e => e.GetProperty("extension").EnumerateArray())
            .Any(e => e.GetProperty("url").GetString() == part && e.GetProperty("valueBoolean").ValueKind == JsonValueKind.False);
        var codes = header.TryGetProperty("reason", out var reason) ? reason.GetProperty("coding").EnumerateArray().Select(c => c.GetProperty("code").GetString()).LastOrDefault() : null;
        return new Asked(header.GetProperty("id").GetString()!, codes, Wants("InfAckRequested"), Wants("BusAckRequested"));
    }

    private static string? Value(XElement? element) => (string?)element?.Attribute("value");

    private static XElement El(string name, params object[] content) => new(Fhir + name, content);

    private static XElement Val(string name, string value) => new(Fhir + name, new XAttribute("value", value));

    private static XElement Part(string url, XElement value) => El("extension", new XAttribute("url", url), value);

    private static XElement Entry(string id, XElement resource) => El("entry", Val("fullUrl", "urn:uuid:" + id), El("resource", resource));

    private static string NewId(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}
