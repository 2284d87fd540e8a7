using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using static Hub.Fhir.Itk3.Stu3Edits;

namespace Hub.Fhir.Itk3;

/// <summary>A message of ours, R4, and what ITK3 wants to know of it.</summary>
internal sealed partial class R4Message
{
    /// <summary>Headings without which PRSB's mental-health discharge is none: demographics, GP practice, clinical summary, allergies, person completing the record.</summary>
    public static readonly IReadOnlyList<string> MandatoryHeadings = ["886731000000109", "886711000000101", "887181000000106", "886921000000105", "887231000000104"];

    private const string Addressed = "urn:nhs-uk:addressing:ods:";

    private R4Message(JsonObject bundle, IReadOnlyList<JsonObject> entries)
    {
        Bundle = bundle;
        Entries = entries;
        Header = Resource("MessageHeader") ?? throw new ArgumentException("A message begins with its MessageHeader (FHIR R4, bdl-12).", nameof(bundle));
        Composition = Resource("Composition") ?? throw new ArgumentException("A message of the hub holds one Composition.", nameof(bundle));
    }

    public JsonObject Bundle { get; }
    public IReadOnlyList<JsonObject> Entries { get; }
    public JsonObject Header { get; }
    public JsonObject Composition { get; }

    public Itk3Event Kind => Text(Header["eventCoding"] as JsonObject, "code") == "discharge" && MandatoryHeadings.All(Headings().Contains)
        ? Itk3Event.MentalHealthDischarge
        : Itk3Event.SendDocument;

    /// <summary>The title counts what is asked of the one who reads it; also on a copy, which is told again.</summary>
    public bool AsksTheReceiver => Action().IsMatch(Text(Composition, "title") ?? "");

    /// <summary>One value for everything told of one episode; derived, so that it names neither the person nor the episode's number. Of what is outside any episode, one for each event.</summary>
    public string EpisodeReference
    {
        get
        {
            var named = Objects(Resource("Encounter")?["identifier"]).FirstOrDefault()
                ?? Composition["encounter"]?["identifier"] as JsonObject
                ?? Objects(Resource("Provenance")?["entity"]).Select(e => e["what"]?["identifier"] as JsonObject).FirstOrDefault();
            return Text(named, "value") is { } value ? ResourceIds.For("SenderReference", Text(named, "system") ?? "", value) : "None";
        }
    }

    /// <summary>The trust that the message is from; null where it has no code.</summary>
    public OdsCode? Sender => Text(Header["source"] as JsonObject, "endpoint") is { } endpoint && endpoint.StartsWith(Addressed, StringComparison.Ordinal)
        && OdsCode.TryParse(endpoint[Addressed.Length..], out var code) ? code : null;

    /// <summary>The person's practice, where the message names one.</summary>
    public OdsCode? Practice => Objects(ResourceAt(Text(Composition["subject"] as JsonObject, "reference"))?["generalPractitioner"])
        .SelectMany(p => Objects(ResourceAt(Text(p, "reference"))?["identifier"]))
        .Where(i => Text(i, "system") == CodeSystems.OdsOrganization)
        .Select(i => OdsCode.TryParse(Text(i, "value"), out var code) ? code : null)
        .FirstOrDefault(c => c is not null);

    /// <exception cref="ArgumentException">It is no message of the hub.</exception>
    public static R4Message Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            var bundle = JsonNode.Parse(json.Span)?.AsObject();
            return Text(bundle, "resourceType") == "Bundle" && Text(bundle, "type") == "message"
                ? new R4Message(bundle!, [.. Objects(bundle!["entry"])])
                : throw new ArgumentException("Not a message Bundle.", nameof(json));
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            throw new ArgumentException("Not a message Bundle.", nameof(json)); // the reader's words quote the text
        }
    }

    public JsonObject? Resource(string type) => Entries.Select(e => e["resource"] as JsonObject).FirstOrDefault(r => Text(r, "resourceType") == type);

    public JsonObject? ResourceAt(string? url) => Entries.FirstOrDefault(e => url is not null && Text(e, "fullUrl") == url)?["resource"] as JsonObject;

    /// <summary>ITK3 PDS-02: without a verified NHS number the person must be found by everything else.</summary>
    public IReadOnlyList<string> MissingDemographics()
    {
        var patient = ResourceAt(Text(Composition["subject"] as JsonObject, "reference")) ?? Resource("Patient");
        var number = Objects(patient?["identifier"]).FirstOrDefault(i => Text(i, "system") == CodeSystems.NhsNumber);
        if (patient is null || (number is not null && IsVerified(number) && IsValid(number)))
        {
            return [];
        }

        var name = Objects(patient["name"]).FirstOrDefault();
        var address = Objects(patient["address"]).FirstOrDefault();
        return
        [
            .. new (string Element, bool There)[]
            {
                ("given name", name?["given"] is JsonArray { Count: > 0 }), ("surname", name?["family"] is not null), ("gender", patient["gender"] is not null),
                ("date of birth", patient["birthDate"] is not null), ("address", address?["line"] is JsonArray { Count: > 0 }), ("postcode", address?["postalCode"] is not null),
            }.Where(e => !e.There).Select(e => e.Element),
        ];
    }

    public static bool IsValid(JsonObject nhsNumber) => NhsNumber.TryParse(Text(nhsNumber, "value"), out _);

    private static bool IsVerified(JsonObject number) => Objects(number["extension"])
        .SelectMany(e => Objects(e["valueCodeableConcept"]?["coding"]))
        .Any(c => Text(c, "system") == CodeSystems.NhsNumberVerification && Text(c, "code") == "01");

    private HashSet<string> Headings() =>
        [.. Objects(Composition["section"]).SelectMany(s => Objects(s["code"]?["coding"])).Where(c => Text(c, "system") == CodeSystems.Snomed).Select(c => Text(c, "code") ?? "")];

    [GeneratedRegex("(^|\\. )ACTION [1-9][0-9]*: ", RegexOptions.CultureInvariant)]
    private static partial Regex Action();
}
