using System.Text.Json;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>Reads the bodies of the MESH API, in the form of version 2 and of version 1. Pure; no bytes an exception.</summary>
public static class MeshJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The id that MESH gave a message that it took; null where the body has none.</summary>
    public static string? MessageId(ReadOnlyMemory<byte> body) =>
        Read(body, root => Text(root, "message_id") ?? Text(root, "messageID") ?? Text(root, "messageId")) is { } id && MeshId.IsValid(id) ? id : null;

    public static MeshError? Error(ReadOnlyMemory<byte> body) => Read(body, root =>
    {
        if (root.TryGetProperty("detail", out var detail))
        {
            var first = detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() > 0 ? detail[0] : detail;
            return first.ValueKind switch
            {
                JsonValueKind.Object => new MeshError(Text(first, "code") ?? Text(first, "errorCode"), Text(first, "event") ?? Text(first, "errorEvent"), Text(first, "msg") ?? Text(first, "errorDescription")),
                JsonValueKind.String => new MeshError(null, null, first.GetString()),
                _ => null,
            };
        }

        return Text(root, "errorCode") is null && Text(root, "errorDescription") is null ? null : new MeshError(Text(root, "errorCode"), Text(root, "errorEvent"), Text(root, "errorDescription"));
    });

    /// <summary>Null where the body is no list of messages.</summary>
    public static MeshPage? Page(ReadOnlyMemory<byte> body) => Read(body, root =>
    {
        if (!root.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var ids = messages.EnumerateArray().Select(m => m.ValueKind == JsonValueKind.String ? m.GetString() : null).OfType<string>().Where(MeshId.IsValid).ToList();
        var next = root.TryGetProperty("links", out var links) && links.ValueKind == JsonValueKind.Object ? Text(links, "next") : null;
        var count = root.TryGetProperty("approx_inbox_count", out var approx) && approx.ValueKind == JsonValueKind.Number && approx.TryGetInt64(out var number) ? number : (long?)null;
        return new MeshPage { MessageIds = ids, ContinueFrom = next is null ? null : ContinueFromOf(next), ApproximateCount = count, HasLinks = links.ValueKind == JsonValueKind.Object };
    });

    public static MeshTracking? Tracking(ReadOnlyMemory<byte> body) => Read(body, root =>
        (Text(root, "message_id") ?? Text(root, "messageId") ?? Text(root, "dtsId")) is { } id && Text(root, "status") is { } status && MeshId.IsValid(id)
            ? new MeshTracking
            {
                MessageId = id,
                LocalId = Text(root, "local_id") ?? Text(root, "localId"),
                Status = status.ToLowerInvariant(),
                Code = Text(root, "status_code") ?? Text(root, "statusCode"),
                Description = Text(root, "status_description") ?? Text(root, "statusDescription") ?? Text(root, "failureDiagnostic"),
            }
            : null);

    public static IReadOnlyList<MeshAddress>? Addresses(ReadOnlyMemory<byte> body) => Read<IReadOnlyList<MeshAddress>>(body, root =>
        !root.TryGetProperty("results", out var results) || results.ValueKind != JsonValueKind.Array ? null
        :
        [
            .. results.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object)
                .Select(r => ((Text(r, "mailbox_id") ?? Text(r, "address")), (Text(r, "mailbox_name") ?? Text(r, "description"))))
                .Where(r => r.Item1 is not null).Select(r => new MeshAddress(r.Item1!, r.Item2 ?? "")),
        ]);

    // Only where to go on is taken from the link, never an address: the hub calls what its own file names.
    private static string? ContinueFromOf(string link)
    {
        const string Name = "continue_from=";
        var at = link.IndexOf(Name, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var value = link[(at + Name.Length)..];
        var end = value.IndexOf('&', StringComparison.Ordinal);
        return Uri.UnescapeDataString((end < 0 ? value : value[..end]).Replace('+', ' '));
    }

    private static T? Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or UriFormatException)
        {
            return null; // an escaped lone surrogate is no text either
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
