using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Documents;
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
    public required ShownBytes Original { get; init; }
    public IReadOnlyList<(string Name, ShownBytes Event)> Events { get; private init; } = [];
    public IReadOnlyList<(string Recipient, ShownBytes Message, ReaderPage? Page)> Sent { get; private init; } = [];

    public static async Task<MessageContent> ReadAsync(StoredMessages stored, Guid receivedId, CancellationToken cancellationToken)
    {
        var message = await stored.ReadAsync(receivedId, cancellationToken);
        var sent = new List<(string, ShownBytes, ReaderPage?)>();
        foreach (var delivery in message?.Events.SelectMany(e => e.Deliveries) ?? [])
        {
            if (delivery.FrozenPayloadId is { } frozen)
            {
                var label = $"What was sent to {delivery.RecipientName}";
                sent.Add(await stored.ContentAsync(frozen, cancellationToken) is { } bytes ? (delivery.RecipientName, Shown(label, bytes), ReaderPage.Of(bytes))
                    : (delivery.RecipientName, new ShownBytes(label, "Its content was emptied when its time was over.", null), null));
            }
        }

        return new MessageContent
        {
            Fields = message is { Original: { } hl7, Received.Protocol: Hl7v2SourceSettingsReader.Protocol } ? Hl7Leaves.Of(hl7) : [],
            Original = message?.Original is { } original ? Shown("The message as it came", original) : new ShownBytes("The message as it came", "The bytes were not kept, or no longer are.", null),
            Events = [.. message?.Events.Select(e => (e.Row.Type, Shown("The event that was read", CareEventJson.Write(e.Event)))) ?? []],
            Sent = sent,
        };
    }

    private static ShownBytes Shown(string label, ReadOnlyMemory<byte> bytes) => new(label, Text(bytes), JsonBranch.Of(bytes));

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

/// <summary>Bytes as a person reads them.</summary>
/// <param name="Label">What they are, for readers who do not see the page.</param>
/// <param name="Text">As text.</param>
/// <param name="Tree">Element by element; null for what is no JSON.</param>
internal sealed record ShownBytes(string Label, string Text, JsonBranch? Tree);
