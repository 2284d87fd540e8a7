using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Proxy.Access;

/// <summary>
/// The tokens that the hub gives out: five minutes, signed with a key that all nodes derive from the one they share, so that a token of one node is good at
/// another and nothing is stored. It names the key by which it was asked for: take that key out of the partner's file, and its tokens end at once.
/// </summary>
internal sealed class AccessTokens(StoreOptions store, IPartnerDirectory partners, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const string Type = "at+jwt";
    private const string KeyClaim = "key";
    private const string ScopeClaim = "scope";
    private readonly SymmetricSecurityKey key = new(store.KeyFor("crt-hub access tokens")) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };

    private string Name => $"crt-hub/{store.Organisation}";

    public string Issue(PartnerFile partner, string kid, IReadOnlyCollection<string> scopes)
    {
        var now = time.GetUtcNow();
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Name,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Life).UtcDateTime,
            TokenType = Type,
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = partner.Id, [KeyClaim] = kid, [ScopeClaim] = string.Join(' ', scopes) },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Whose token it is; null where it is none of ours, has ended, or was asked for with a key that the partner's file no longer has.</summary>
    public async Task<SignedIn?> ReadAsync(string token)
    {
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Name,
            ValidAudience = Name,
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = key,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (_, expires, _, _) => expires is { } end && time.GetUtcNow() < new DateTimeOffset(end, TimeSpan.Zero),
        });
        return result.IsValid && result.SecurityToken is JsonWebToken read && partners.Find(read.Subject) is { Access: not null } partner
            && read.TryGetPayloadValue<string>(KeyClaim, out var kid) && AccessCheck.Key(partner, kid) is not null && read.TryGetPayloadValue<string>(ScopeClaim, out var scopes)
            ? new SignedIn(partner, Within(partner, scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))) : null;
    }

    /// <summary>Of the scopes asked for, those that the partner's file allows.</summary>
    public static IReadOnlyCollection<string> Within(PartnerFile partner, IEnumerable<string> scopes)
    {
        var allowed = partner.Access?.Scopes is { Count: > 0 } some ? some : AccessScopes.All;
        return [.. AccessScopes.All.Where(known => AccessScopes.Allow(allowed, known) && AccessScopes.Allow(scopes, known))];
    }
}
