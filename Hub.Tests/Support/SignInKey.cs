using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Tests.Support;

/// <summary>A partner's key pair, and what it signs with it: right, or wrong in one way.</summary>
internal sealed class SignInKey : IDisposable
{
    private static readonly JsonWebTokenHandler Writer = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly AsymmetricAlgorithm pair;
    private readonly AsymmetricSecurityKey key;
    private readonly string algorithm;

    private SignInKey(AsymmetricAlgorithm pair, AsymmetricSecurityKey key, string algorithm, string kid)
    {
        (this.pair, this.key, this.algorithm) = (pair, key, algorithm);
        key.KeyId = Kid = kid;
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
    }

    public string Kid { get; }

    public static SignInKey P384(string kid)
    {
        var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return new SignInKey(curve, new ECDsaSecurityKey(curve), "ES384", kid);
    }

    public static SignInKey Rsa(string kid, int bits = 2048)
    {
        var rsa = RSA.Create(bits);
        return new SignInKey(rsa, new RsaSecurityKey(rsa), "RS384", kid);
    }

    /// <summary>The public key for a partner file.</summary>
    public JsonObject Jwk()
    {
        var jwk = key is RsaSecurityKey ? JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(((RSA)pair).ExportParameters(false))) : JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(((ECDsa)pair).ExportParameters(false))));
        var shown = new JsonObject { ["kty"] = jwk.Kty, ["kid"] = Kid };
        foreach (var (name, value) in new[] { ("crv", jwk.Crv), ("x", jwk.X), ("y", jwk.Y), ("n", jwk.N), ("e", jwk.E) })
        {
            if (value is not null)
            {
                shown[name] = value;
            }
        }

        return shown;
    }

    public string PublicPem() => pair.ExportSubjectPublicKeyInfoPem();

    /// <summary>What SMART wants signed; each part may be given otherwise.</summary>
    public string Assert(string client, string audience, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = client,
            Audience = audience,
            Expires = now.AddMinutes(4),
            Claims = new Dictionary<string, object> { ["sub"] = client, ["jti"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString() },
            SigningCredentials = new SigningCredentials(key, algorithm),
        };
        change?.Invoke(descriptor);
        return Writer.CreateToken(descriptor);
    }

    /// <summary>Asks for a token; status and body.</summary>
    public static async Task<(int Status, JsonElement Body)> AskAsync(HttpClient http, string assertion, string scope = "system/*.*", params (string Name, string Value)[] more)
    {
        using var form = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("grant_type", "client_credentials"), KeyValuePair.Create("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            KeyValuePair.Create("client_assertion", assertion), KeyValuePair.Create("scope", scope), .. more.Select(m => KeyValuePair.Create(m.Name, m.Value)),
        ]);
        using var answer = await http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), form, Xunit.TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Xunit.TestContext.Current.CancellationToken)).RootElement);
    }

    public void Dispose() => pair.Dispose();
}
