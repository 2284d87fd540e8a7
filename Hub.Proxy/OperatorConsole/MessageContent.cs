using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;

namespace Hub.Proxy.OperatorConsole;

/// <summary>What came, what was read from it and what was sent, as text for a person.</summary>
internal sealed record MessageContent
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of HL7 v2: every value by its place.</summary>
    public IReadOnlyList<SourceLeaf> Fields { get; private init; } = [];

    /// <summary>The same, segment by segment in the order of the message.</summary>
    public IEnumerable<IGrouping<string, SourceLeaf>> Segments => Fields.GroupBy(f => f.Path[..f.Path.IndexOf('-', StringComparison.Ordinal)]);
    public required string Original { get; init; }
    public IReadOnlyList<(string Name, string Json)> Events { get; private init; } = [];
    public IReadOnlyList<(string Recipient, string Bytes)> Sent { get; private init; } = [];

    public static async Task<MessageContent> ReadAsync(StoredMessages stored, Guid receivedId, CancellationToken cancellationToken)
    {
        var message = await stored.ReadAsync(receivedId, cancellationToken);
        var sent = new List<(string, string)>();
        foreach (var delivery in message?.Events.SelectMany(e => e.Deliveries) ?? [])
        {
            if (delivery.FrozenPayloadId is { } frozen)
            {
                sent.Add((delivery.RecipientName, await stored.ContentAsync(frozen, cancellationToken) is { } bytes ? Text(bytes) : "Its content was emptied when its time was over."));
            }
        }

        return new MessageContent
        {
            Fields = message is { Original: { } hl7, Received.Protocol: Hl7v2SourceSettingsReader.Protocol } ? Hl7Leaves.Of(hl7) : [],
            Original = message?.Original is { } original ? Text(original) : "The bytes were not kept, or no longer are.",
            Events = [.. message?.Events.Select(e => (e.Row.Type, Text(CareEventJson.Write(e.Event)))) ?? []],
            Sent = sent,
        };
    }

    private static string Text(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes.Span)!.ToJsonString(Indented);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(bytes.Span).Replace('\r', '\n');
        }
    }
}
