using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Tests.Support;

/// <summary>
/// An OpenID Connect provider on a real socket that lets in whoever is next, by the book: codes count once, PKCE and the client's proof are checked. A test may have
/// it lie in one way at a time.
/// </summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    public const string Client = "crt-hub";
    public const string Secret = "the-trust-gave-this";

    private static readonly JsonWebTokenHandler Writer = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly RSA pair = RSA.Create(2048);
    private readonly RSA stranger = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge, string RedirectUri)> codes = new(StringComparer.Ordinal);
    private ScriptedHttpServer server = null!;

    /// <summary>By a name under which a browser takes it for another site than the hub.</summary>
    public string Address => $"http://localhost:{server.Address.Port}";

    /// <summary>Who signs in next: the claims that the user information endpoint tells, with <c>sub</c>.</summary>
    public JsonObject Who { get; set; } = [];

    /// <summary>What is changed of an id_token before it is signed.</summary>
    public Action<SecurityTokenDescriptor>? Lie { get; set; }

    /// <summary>What becomes of a signed id_token.</summary>
    public Func<string, string>? Forge { get; set; }

    /// <summary>What becomes of the address that a browser is sent back to.</summary>
    public Func<string, string>? Lead { get; set; }

    /// <summary>Signed by somebody else under the provider's own name of key.</summary>
    public bool WrongKey { get; set; }

    /// <summary>How the hub proved who it is, the last time.</summary>
    public string? ProvedBy { get; private set; }

    /// <summary>What the hub asked for, the last time.</summary>
    public IReadOnlyDictionary<string, string> Asked { get; private set; } = new Dictionary<string, string>();

    public int CodesRedeemed { get; private set; }

    /// <summary>The public half of the key by which the hub may prove itself.</summary>
    public SecurityKey? ClientKey { get; set; }

    public static async Task<ScriptedProvider> StartAsync()
    {
        var provider = new ScriptedProvider();
        provider.server = await ScriptedHttpServer.StartAsync(provider.AnswerAsync);
        return provider;
    }

    /// <summary>A hub's settings that name this provider, with the rules of an invented trust.</summary>
    public Dictionary<string, string?> Settings(params (string Name, string? Value)[] more)
    {
        Environment.SetEnvironmentVariable("HUB_TEST_PROVIDER_SECRET", Secret);
        var settings = new Dictionary<string, string?>
        {
            ["Hub:People:Authority"] = Address, ["Hub:People:ClientId"] = Client, ["Hub:People:ClientSecret:FromEnv"] = "HUB_TEST_PROVIDER_SECRET",
            ["Hub:People:RoleClaim"] = "nhsid_nrbac_roles.role_code", ["Hub:People:TeamClaim"] = "nhsid_nrbac_roles.workgroups",
            ["Hub:People:Teams:0:Claim"] = "North crisis", ["Hub:People:Teams:0:Team"] = "RXN01", ["Hub:People:Teams:1:Claim"] = "South community", ["Hub:People:Teams:1:Team"] = "south-cmht",
            ["Hub:People:Teams:2:Claim"] = "East crisis", ["Hub:People:Teams:2:Team"] = "RXN09",
        };
        foreach (var (role, i) in ((string[])["Viewer", "Clinician", "Operator", "Engineer", "Administrator", "Auditor"]).Select((r, i) => (r, i)))
        {
            settings[$"Hub:People:Roles:{i}:Claim"] = $"S0:G0:{role}";
            settings[$"Hub:People:Roles:{i}:Role"] = role;
        }

        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>Claims in the shape of NHS CIS2.</summary>
    public static JsonObject Person(string name, string? role, params string[] workgroups) => new()
    {
        ["sub"] = "5550" + name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(), ["name"] = name, ["nhsid_useruid"] = "555000000001",
        ["nhsid_nrbac_roles"] = new JsonArray(new JsonObject
        {
            ["person_orgid"] = "1", ["person_roleid"] = "10", ["org_code"] = "RXN", ["role_code"] = role is null ? "S9:G9:None" : $"S0:G0:{role}", ["workgroups"] = new JsonArray([.. workgroups.Select(w => JsonValue.Create(w))]),
        }),
    };

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        pair.Dispose();
        stranger.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => context.Response.WriteAsJsonAsync(new
        {
            issuer = Address, authorization_endpoint = Address + "/authorize", token_endpoint = Address + "/token", userinfo_endpoint = Address + "/userinfo", jwks_uri = Address + "/jwks",
            response_types_supported = new[] { "code" }, subject_types_supported = new[] { "public" }, id_token_signing_alg_values_supported = new[] { "RS256" },
        }),
        "/jwks" => context.Response.WriteAsJsonAsync(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "p1", n = Base64UrlEncoder.Encode(pair.ExportParameters(false).Modulus), e = Base64UrlEncoder.Encode(pair.ExportParameters(false).Exponent) } } }),
        "/authorize" => AuthorizeAsync(context),
        "/token" => TokenAsync(context),
        "/userinfo" => context.Request.Headers.Authorization == "Bearer opaque" ? context.Response.WriteAsJsonAsync(Who) : Task.Run(() => context.Response.StatusCode = 401),
        _ => Task.Run(() => context.Response.StatusCode = 404),
    };

    private Task AuthorizeAsync(HttpContext context)
    {
        Asked = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16));
        codes[code] = (Asked["nonce"], Asked["code_challenge"], Asked["redirect_uri"]);
        var back = QueryHelpers.AddQueryString(Asked["redirect_uri"], new Dictionary<string, string?> { ["code"] = code, ["state"] = Asked["state"] });
        context.Response.Redirect(Lead?.Invoke(back) ?? back);
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!await IsClientAsync(form) || !codes.TryRemove(form["code"].ToString(), out var asked) || asked.RedirectUri != form["redirect_uri"]
            || asked.Challenge != Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(new { error = "invalid_grant" });
            return;
        }

        CodesRedeemed++;
        await context.Response.WriteAsJsonAsync(new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = IdToken(asked.Nonce) });
    }

    private async Task<bool> IsClientAsync(IFormCollection form)
    {
        if (form["client_secret"].ToString() == Secret)
        {
            ProvedBy = "secret";
            return true;
        }

        var statement = form["client_assertion"].ToString();
        if (ClientKey is null || statement.Length == 0)
        {
            return false;
        }

        ProvedBy = "key";
        return (await Writer.ValidateTokenAsync(statement, new TokenValidationParameters { ValidIssuer = Client, ValidAudience = Address + "/token", IssuerSigningKey = ClientKey })).IsValid;
    }

    private string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Address, Audience = Client, IssuedAt = now, Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = (string)Who["sub"]!, ["nonce"] = nonce, ["acr"] = "AAL3_ANY" },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(WrongKey ? stranger : pair) { KeyId = "p1", CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } }, "RS256"),
        };
        Lie?.Invoke(descriptor);
        var token = Writer.CreateToken(descriptor);
        return Forge?.Invoke(token) ?? token;
    }
}
