using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Proxy.Notices;

/// <summary>Sends signed JSON: <c>X-Hub-Signature: sha256=HEX</c> over <c>X-Hub-Timestamp</c>, a full stop and the body; <c>Idempotency-Key</c> names it.</summary>
internal sealed class SignedPost(IHttpClientFactory clients, TimeProvider time)
{
    public const string Client = "notices";

    /// <summary>Null where it was taken (2xx); else why not.</summary>
    public async Task<string?> SendAsync(WebhookSettings settings, string key, byte[] body, CancellationToken cancellationToken)
    {
        if (settings.Secret is not { } reference || !reference.TryRead(out var secret, out _))
        {
            return settings.Secret is null ? "no secret is set" : $"{settings.Secret} is missing or empty";
        }

        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("X-Hub-Timestamp", at);
        request.Headers.Add("X-Hub-Signature", "sha256=" + Sign(secret, at, body));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(TimeSpan.FromSeconds(settings.TimeoutSeconds));
        try
        {
            using var client = clients.CreateClient(Client);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, enough.Token);
            return answer.IsSuccessStatusCode ? null : $"the receiver answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException fault)
        {
            return $"the receiver was not reached ({fault.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the receiver did not answer within {settings.TimeoutSeconds} seconds";
        }
    }

    internal static string Sign(string secret, string at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(at + "."), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }
}
