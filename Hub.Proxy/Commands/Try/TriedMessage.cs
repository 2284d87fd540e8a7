using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Proxy.Commands.Try;

/// <summary>One message of a tried file, as its source read it.</summary>
internal sealed record TriedMessage(ReceivedMessage Received, IReadOnlyList<CareEvent> Events, Refusal? Refusal)
{
    public static TriedMessage OfHl7(Hl7v2Received message) => message.Reading switch
    {
        EventsRead read => new(message.Received, read.Events, null),
        SetAside aside => new(message.Received with { SetAsideBecause = aside.Because }, [], null),
        Unreadable unreadable => new(message.Received, [], unreadable.Refusal),
        _ => throw new InvalidOperationException("a reading that is not known"),
    };

    public static TriedMessage OfJson(byte[] content, string? type, IPartnerDirectory partners, DateTimeOffset now)
    {
        var name = TypeIn(content) ?? type ?? "";
        var source = partners.All.FirstOrDefault(p => p is { Role: PartnerRole.Source, Protocol: EventApiReader.Protocol })
            ?? new PartnerFile { Id = ReceivedMessage.UnknownSource, Name = "No JSON source", Role = PartnerRole.Source, Protocol = EventApiReader.Protocol };
        var reading = EventApiReader.Read(content, name, "tried", source);
        var received = new ReceivedMessage
        {
            SourceId = source.Id, Protocol = EventApiReader.Protocol, MessageKey = "tried", ContentHash = reading.ContentHash, Bytes = content,
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
