using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Tests.Support;

/// <summary>
/// An OAuth2 token endpoint that takes nothing on trust: it checks an assertion's signature and claims with the framework's cryptography and none of the hub's code,
/// remembers every jti, and knows which of its tokens still stand.
/// </summary>
internal sealed class ScriptedTokenEndpoint
{
    public const string ClientId = "crt-hub";
    public const string Secret = "s3cr3t/with+odd=signs";
    public const string Scope = "system/Bundle.c";

    private readonly ConcurrentDictionary<string, bool> tokens = new();
    private readonly ConcurrentDictionary<string, bool> seen = new();
    private int requests;

    /// <summary>Public keys in PEM by kid; an algorithm is the key's own.</summary>
    public ConcurrentDictionary<string, string> Keys { get; } = new();

    /// <summary>What aud must be.</summary>
    public string Audience { get; set; } = "";

    /// <summary>expires_in of what is issued.</summary>
    public int Life { get; set; } = 300;

    /// <summary>In place of an honest answer.</summary>
    public RequestDelegate? Instead { get; set; }

    public int Requests => Volatile.Read(ref requests);

    /// <summary>Why assertions were refused, in order.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    public ConcurrentQueue<JsonElement> Claims { get; } = new();

    public IReadOnlyCollection<string> Issued => [.. tokens.Keys];

    public void RevokeAll()
    {
        foreach (var token in tokens.Keys)
        {
            tokens[token] = false;
        }
    }

    public bool Admits(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && tokens.GetValueOrDefault(header[7..]);

    public async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        if (Instead is { } scripted)
        {
            await scripted(context);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var refusal = form["grant_type"] != "client_credentials" ? "unsupported_grant_type"
            : form["scope"] != Scope ? "invalid_scope"
            : Judge(context, form);
        if (refusal is not null)
        {
            Refusals.Enqueue(refusal);
            await WriteAsync(context, 400, new { error = refusal == "invalid_scope" ? refusal : "invalid_client", error_description = $"{refusal}: {form["client_secret"]}{form["client_assertion"]}" });
            return;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        tokens[token] = true;
        await WriteAsync(context, 200, new { access_token = token, token_type = "bearer", expires_in = Life, scope = Scope });
    }

    public static async Task WriteAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(body), context.RequestAborted);
    }

    private string? Judge(HttpContext context, IFormCollection form)
    {
        if (form["client_assertion"].ToString() is { Length: > 0 } assertion)
        {
            return form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" ? "assertion type" : JudgeAssertion(assertion);
        }

        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(Secret)}"));
        return context.Request.Headers.Authorization == basic || (form["client_id"] == ClientId && form["client_secret"] == Secret) ? null : "secret";
    }

    // SMART App Launch 2.2, "Client Authentication: Asymmetric": what the server validates.
    private string? JudgeAssertion(string assertion)
    {
        var parts = assertion.Split('.');
        var header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0]));
        var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
        Claims.Enqueue(claims);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return header.GetProperty("typ").GetString() != "JWT" ? "typ"
            : !Keys.TryGetValue(header.GetProperty("kid").GetString()!, out var key) ? "kid"
            : !IsSigned(key, header.GetProperty("alg").GetString(), $"{parts[0]}.{parts[1]}", Base64Url.DecodeFromChars(parts[2])) ? "signature"
            : claims.GetProperty("iss").GetString() != ClientId || claims.GetProperty("sub").GetString() != ClientId ? "iss or sub"
            : claims.GetProperty("aud").GetString() != Audience ? "aud"
            : claims.GetProperty("exp").GetInt64() - now is <= 0 or > 300 ? "exp"
            : !seen.TryAdd(claims.GetProperty("jti").GetString()!, true) ? "jti"
            : null;
    }

    private static bool IsSigned(string key, string? algorithm, string signed, byte[] signature)
    {
        if (algorithm == "RS384")
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            return rsa.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
        }

        using var curve = ECDsa.Create();
        curve.ImportFromPem(key);
        return algorithm == "ES384" && curve.KeySize == 384
            && curve.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
