using System.Text.Json;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Gateway;

/// <summary>Reads <c>NHSD-Target-Identifier</c>: base64 of <c>{"system":"...","value":"..."}</c> (Booking and Referral Standard).</summary>
internal static class TargetIdentifier
{
    public const string Header = "NHSD-Target-Identifier";

    private const int MaxLength = 2048;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <returns>As <c>system|value</c>; null for anything that is not one such identifier.</returns>
    public static string? Read(string header)
    {
        var bytes = new byte[header.Length];
        if (header.Length is 0 or > MaxLength || !Convert.TryFromBase64String(header, bytes, out var length))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object && Text(document.RootElement, "system") is { } system && Text(document.RootElement, "value") is { } value
                ? $"{system}|{value}"
                : null;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperation: an escaped lone surrogate is no text
        }
    }

    /// <summary>The partners that go by an identifier: a service's, or an organisation's ODS code.</summary>
    public static IReadOnlyList<PartnerFile> Find(IPartnerDirectory partners, string identifier) =>
        [.. partners.All.Where(p => GatewaySettings.Of(p)?.Identifiers.Contains(identifier) == true)];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 200 } text ? text : null;
}
