using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Proxy.Commands.Try;

/// <summary>One message of a tried file, as its source read it.</summary>
internal sealed record TriedMessage(ReceivedMessage Received, IReadOnlyList<CareEvent> Events, Refusal? Refusal)
{
    /// <summary>What of the message is in no event.</summary>
    public IReadOnlyList<string> NotMapped { get; init; } = [];

    public static TriedMessage OfHl7(Hl7v2Received message) => message.Reading switch
    {
        EventsRead read => new(message.Received, read.Events, null),
        SetAside aside => new(message.Received with { SetAsideBecause = aside.Because }, [], null),
        Unreadable unreadable => new(message.Received, [], unreadable.Refusal),
        _ => throw new InvalidOperationException("a reading that is not known"),
    };

    /// <param name="source">Id of the source partner to read it as, whatever its MessageHeader says.</param>
    public static TriedMessage OfFhir(byte[] content, string? source, IPartnerDirectory partners, DateTimeOffset now)
    {
        var isXml = content.AsSpan() is [(byte)'<', ..];
        var reading = FhirMessageReader.Read(content, isXml, partners.All);
        if (source is not null && partners.Find(source) is { Protocol: FhirMessageReader.Protocol } named && reading.Head?.SourceEndpoint is { } endpoint)
        {
            reading = FhirMessageReader.Read(content, isXml, [Claiming(named, endpoint)]);
        }

        var received = new ReceivedMessage
        {
            SourceId = reading.Partner?.Id ?? ReceivedMessage.UnknownSource, Protocol = FhirMessageReader.Protocol, MessageKey = reading.Head?.MessageId ?? "tried", ContentHash = reading.ContentHash, Bytes = content,
            MediaType = isXml ? FhirHttp.XmlMedia : FhirHttp.JsonMedia, ReceivedAt = now, Kind = reading.Kind, Subject = reading.Subject, SetAsideBecause = reading.SetAsideBecause,
        };
        return new(received, reading.Events, reading.Problems.Count > 0 ? new Refusal(reading.NeverTaken, reading.Problems) : null) { NotMapped = reading.NotMapped };
    }

    /// <summary>The file made to claim the sender of these bytes.</summary>
    public static PartnerFile ClaimingAny(PartnerFile source, ReadOnlySpan<byte> content) =>
        FhirMessageReader.Read(content.ToArray(), content is [(byte)'<', ..], []).Head?.SourceEndpoint is { } endpoint ? Claiming(source, endpoint) : source;

    private static PartnerFile Claiming(PartnerFile source, string endpoint)
    {
        var settings = JsonObject.Create(source.Settings)!;
        settings["match"] = new JsonObject { ["endpoints"] = new JsonArray(endpoint) };
        return source with { Settings = JsonSerializer.SerializeToElement(settings) };
    }

    /// <summary>A JSON event names no sender: it is read as the source asked for, else as the first that posts events.</summary>
    public static TriedMessage OfJson(byte[] content, TriedAs asked, IPartnerDirectory partners, DateTimeOffset now)
    {
        var name = TypeIn(content) ?? asked.Type ?? "";
        var posting = partners.All.Where(p => p is { Role: PartnerRole.Source, Protocol: EventApiReader.Protocol }).ToList();
        var source = posting.Find(p => p.Id == (asked.Source ?? asked.Posting)) ?? posting.FirstOrDefault()
            ?? new PartnerFile { Id = ReceivedMessage.UnknownSource, Name = "No JSON source", Role = PartnerRole.Source, Protocol = EventApiReader.Protocol };
        var reading = EventApiReader.Read(content, name, asked.Key, source);
        var received = new ReceivedMessage
        {
            SourceId = source.Id, Protocol = EventApiReader.Protocol, MessageKey = asked.Key, ContentHash = reading.ContentHash, Bytes = content,
            MediaType = "application/json", ReceivedAt = now, Kind = name,
        };
        return reading.Event is { } read ? new(received, [read], null) : new(received, [], new Refusal(false, reading.Problems));
    }

    private static string? TypeIn(byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                ? type.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null; // the reader says what is wrong with it, and where
        }
    }
}
