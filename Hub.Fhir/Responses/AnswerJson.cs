using System.Text.Json;
using System.Text.Unicode;

namespace Hub.Fhir.Responses;

/// <summary>Looks into JSON that a peer sent, trusting nothing: bounded size and depth, no duplicate names, no exception for a wrong type.</summary>
internal static class AnswerJson
{
    /// <summary>No honest answer is longer: an acknowledgement carries a header and an outcome.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxDepth = 32;

    // Two "code" members mean two answers, and picking one would be a guess: no duplicate names.
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body) => Parse(body, MaxBytes, MaxDepth);

    public static JsonDocument? Parse(ReadOnlyMemory<byte> body, int maxBytes, int maxDepth)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (body.Length == 0 || body.Length > maxBytes || !Utf8.IsValid(body.Span))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? ResourceType(this JsonElement element) => element.Text("resourceType");

    public static string? Text(this JsonElement element, string name)
    {
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.AsText() : null;
    }

    /// <summary>Null for anything but a string that is text.</summary>
    public static string? AsText(this JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate is no text
        }
    }

    public static JsonElement? Object(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];
}
