using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Hub.Adapters.Recipients.Http;

/// <summary>What asking for a token came to.</summary>
internal abstract record TokenAnswer
{
    /// <summary>A token, and how long it lives.</summary>
    public sealed record Granted(string Token, TimeSpan Life) : TokenAnswer
    {
        // Masked, so that no log line or exception message can leak it by accident.
        public override string ToString() => "a token";
    }

    public sealed record Failed(CredentialFault Fault) : TokenAnswer;

    // RFC 6749, 5.1: expires_in is recommended. Where a server leaves it out, this long and no longer.
    private static readonly TimeSpan AssumedLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private const int LongestToken = 16 * 1024;

    // RFC 6749, 5.2. Another word than these is not repeated: it could be anything, our secret included.
    private static readonly string[] Errors = ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];

    /// <summary>Reads one whole answer of a token endpoint. Pure; its words never reach a reason.</summary>
    public static TokenAnswer Read(HttpStatusCode status, TimeSpan? retryAfter, ReadOnlyMemory<byte> body)
    {
        var number = ((int)status).ToString(CultureInfo.InvariantCulture);
        return (int)status switch
        {
            200 or 201 => (TokenAnswer?)Grant(body) ?? Down($"the token endpoint answered HTTP {number} without a bearer token", retryAfter),
            408 or 429 or >= 500 => Down($"the token endpoint answered HTTP {number}", retryAfter),
            < 300 => Down($"the token endpoint answered HTTP {number} without a bearer token", retryAfter),
            _ => new Failed(new CredentialFault($"the token endpoint refuses the hub: HTTP {number}{ErrorOf(body)}") { RefusesUs = true }),
        };
    }

    public static Failed Down(string reason, TimeSpan? retryAfter = null) => new(new CredentialFault(reason) { RetryAfter = retryAfter });

    private static Granted? Grant(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        if (json is null
            || Text(json.RootElement, "access_token") is not { Length: > 0 and <= LongestToken } token
            || !token.All(c => c is > ' ' and < '\x7f')
            || !"bearer".Equals(Text(json.RootElement, "token_type"), StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return LifeOf(json.RootElement) is { } life && life > TimeSpan.Zero ? new Granted(token, life < LongestLife ? life : LongestLife) : null;
    }

    // A number by the standard; some servers write it as a string.
    private static TimeSpan? LifeOf(JsonElement answer)
    {
        if (!answer.TryGetProperty("expires_in", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return AssumedLife;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds((double)Math.Min(seconds, (decimal)LongestLife.TotalSeconds))
            : null;
    }

    private static string ErrorOf(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        var error = json is null ? null : Text(json.RootElement, "error");
        return Errors.Contains(error) ? $" {error}" : "";
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate is no text
        }
    }
}
