using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Proxy.Access;

/// <summary>
/// Judges the signed statement by which a partner asks for a token (SMART Backend Services): its own key, our address, at most five minutes, once.
/// </summary>
internal sealed class ClientAssertions(IMessageStore store, IPartnerDirectory partners, AccessAddress address, TimeProvider time)
{
    private const int MaxLength = 16 * 1024;
    private const int MaxJti = 255;

    /// <summary>How far two clocks may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    /// <summary>The partner and the key it signed with, or why not: in words for its engineer, which say nothing that the statement did not.</summary>
    public async Task<(PartnerFile? Partner, string? Kid, string? Why)> JudgeAsync(string assertion, CancellationToken cancellationToken)
    {
        if (assertion.Length > MaxLength || !handler.CanReadToken(assertion) || Read(assertion) is not { } read)
        {
            return (null, null, "client_assertion is no JWT.");
        }

        // An unknown client, a partner that does not sign in and a wrong key are answered alike: nobody finds out here who is a partner.
        var partner = partners.Find(read.Subject ?? "");
        if (partner is null || AccessCheck.Key(partner, read.Kid) is not { } key)
        {
            return (null, null, "No key of this client has this kid.");
        }

        var result = await handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = partner.Id,
            ValidAudience = address.Token,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha384, SecurityAlgorithms.EcdsaSha384],
            IssuerSigningKey = key,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires),
        });
        if (!result.IsValid)
        {
            return (null, null, Why(result.Exception));
        }

        if (read.Id is not { Length: > 0 and <= MaxJti } jti)
        {
            return (null, null, $"jti is missing or longer than {MaxJti} characters.");
        }

        var used = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"assertion\n{partner.Id}\n{jti}")));
        return await store.UseOnceAsync(used, new DateTimeOffset(read.ValidTo, TimeSpan.Zero) + Skew, cancellationToken)
            ? (partner, read.Kid, null) : (null, null, "This jti has been used before: each request signs a statement of its own.");
    }

    private bool IsNow(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow();
        return expires is { } end && end > (now - Skew).UtcDateTime && end <= (now + Longest + Skew).UtcDateTime && (notBefore is null || notBefore <= (now + Skew).UtcDateTime);
    }

    private static JsonWebToken? Read(string assertion)
    {
        try
        {
            return new JsonWebToken(assertion);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private string Why(Exception? fault) => fault switch
    {
        SecurityTokenInvalidAudienceException => $"aud is not {address.Token}.",
        SecurityTokenInvalidIssuerException => "iss and sub are not the same client.",
        SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => "exp is missing, past, or more than five minutes ahead; or nbf is in the future. Compare the clocks.",
        SecurityTokenInvalidAlgorithmException => "The algorithm is neither RS384 nor ES384.",
        _ => "The signature is not that of this key.",
    };
}
