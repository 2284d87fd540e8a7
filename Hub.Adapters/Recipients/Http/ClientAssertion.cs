using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Adapters.Recipients.Http;

/// <summary>
/// The signed statement by which the hub asks for a token (SMART Backend Services, "Authentication JSON Web Token"): iss and sub are the client,
/// aud the token endpoint, a jti of its own, and a life of less than five minutes.
/// </summary>
internal static class ClientAssertion
{
    // Half of the five minutes that SMART allows: it stands although one of the two clocks is two minutes wrong, in either direction.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(150);

    private static readonly JsonWebTokenHandler Writer = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Null with a reason where the key is not one for the algorithm. The reason never holds the key.</summary>
    public static string? Write(AuthSettings auth, string keyPem, TimeProvider time, out string? why)
    {
        try
        {
            using var rsa = auth.Algorithm == "RS384" ? RSA.Create() : null;
            using var curve = auth.Algorithm == "ES384" ? ECDsa.Create() : null;
            rsa?.ImportFromPem(keyPem);
            curve?.ImportFromPem(keyPem);
            if (rsa?.KeySize < 2048 || (curve is not null && curve.KeySize != 384))
            {
                why = $"our key ({auth.Key}) is not one for {auth.Algorithm}: RSA of 2048 bits or more, or the curve P-384, is needed";
                return null;
            }

            why = null;
            return Sign(auth, rsa is not null ? new RsaSecurityKey(rsa) : new ECDsaSecurityKey(curve), time);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            why = $"our key ({auth.Key}) cannot be read as a {(auth.Algorithm == "RS384" ? "RSA" : "P-384")} key in PEM";
            return null;
        }
    }

    private static string Sign(AuthSettings auth, AsymmetricSecurityKey key, TimeProvider time)
    {
        key.KeyId = auth.KeyId;
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false }; // the key is gone after this call
        var now = time.GetUtcNow();
        return Writer.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = auth.ClientId,
            Audience = auth.Audience,
            Expires = (now + Life).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = auth.ClientId,
                [JwtRegisteredClaimNames.Jti] = Guid.CreateVersion7(now).ToString(),
            },
            SigningCredentials = new SigningCredentials(key, auth.Algorithm),
        });
    }
}
