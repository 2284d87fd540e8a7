using System.Security.Cryptography;
using System.Text.Json;
using Hub.Proxy.OperatorConsole;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Proxy.Access.People;

/// <summary>
/// The conversation with the trust's provider: authorization code with PKCE, state and nonce; and the session that comes of it. What the provider says of a
/// person is turned into roles and teams of this hub once, at sign-in, and forgotten.
/// </summary>
internal sealed partial class PeopleSignIn(IOptions<HubOptions> options, AccessAddress address, AccessRecord record, PersonSessions sessions, TimeProvider time, ILogger<PeopleSignIn> logger)
    : IConfigureNamedOptions<OpenIdConnectOptions>, IConfigureNamedOptions<CookieAuthenticationOptions>
{
    /// <summary>Where the provider sends a browser back to.</summary>
    public const string CallbackPath = ConsoleGate.Root + "/signed-in";

    private const string Said = "said";

    // Who the person is may come by either way: what the user information endpoint says is added.
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private PeopleOptions People => options.Value.People;

    private bool IsSecure => new Uri(address.Base).Scheme == Uri.UriSchemeHttps;

    public void Configure(CookieAuthenticationOptions options) => Configure(SignedInPerson.Scheme, options);

    public void Configure(OpenIdConnectOptions options) => Configure(OpenIdConnectDefaults.AuthenticationScheme, options);

    public void Configure(string? name, CookieAuthenticationOptions cookie)
    {
        Guard(cookie.Cookie, IsSecure ? "__Host-hub-session" : "hub-session");
        cookie.ExpireTimeSpan = People.Idle;
        cookie.SlidingExpiration = true;
        cookie.Events.OnValidatePrincipal = async context =>
        {
            if (SignedInPerson.Read(context.Principal) is not { } person || !await sessions.GoesOnAsync(person, context.HttpContext.RequestAborted))
            {
                context.RejectPrincipal();
            }
        };

        // A page that renews itself is no sign that somebody is there.
        cookie.Events.OnCheckSlidingExpiration = context =>
        {
            // Renewed in the first half too: a minute of idling is a minute, whenever it comes.
            context.ShouldRenew = context.ElapsedTime > TimeSpan.FromSeconds(30) && context.Request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
            return Task.CompletedTask;
        };
    }

    public void Configure(string? name, OpenIdConnectOptions oidc)
    {
        if (name != OpenIdConnectDefaults.AuthenticationScheme)
        {
            return;
        }

        oidc.Authority = People.Authority;
        oidc.RequireHttpsMetadata = !new Uri(People.Authority!).IsLoopback;
        oidc.ClientId = People.ClientId;
        oidc.SignInScheme = SignedInPerson.Scheme;
        oidc.CallbackPath = CallbackPath;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        oidc.MapInboundClaims = false;
        oidc.SaveTokens = false;
        oidc.UseTokenLifetime = false;
        oidc.GetClaimsFromUserInfoEndpoint = true; // where there is one; NHS CIS2 tells roles there
        oidc.BackchannelTimeout = TimeSpan.FromSeconds(15);
        oidc.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(10);
        oidc.Scope.Clear();
        foreach (var scope in People.Scopes.DefaultIfEmpty("profile").Prepend("openid").Distinct())
        {
            oidc.Scope.Add(scope);
        }

        oidc.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = People.Audience ?? People.ClientId, ValidAlgorithms = Algorithms, RequireSignedTokens = true, RequireExpirationTime = true, ClockSkew = TimeSpan.FromMinutes(1),
            NameClaimType = "name",
        };
        Guard(oidc.CorrelationCookie, "hub-sign-in-");
        Guard(oidc.NonceCookie, "hub-nonce-");
        oidc.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = AskAsync, OnAuthorizationCodeReceived = ProveAsync, OnTokenValidated = JudgeAsync, OnUserInformationReceived = AddAsync,
            OnTicketReceived = AdmitAsync, OnRemoteFailure = FailAsync,
        };
    }

    private void Guard(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax; // the provider's answer comes from another site, as a navigation; no form of another site is sent with it
        cookie.SecurePolicy = IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Path = "/";
    }

    // Where the provider sends people back to is what the settings say, never what a request says of its host.
    private Task AskAsync(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = address.Base + CallbackPath;
        if (People.Acr.Count > 0)
        {
            context.ProtocolMessage.AcrValues = string.Join(' ', People.Acr);
        }

        return Task.CompletedTask;
    }

    private async Task ProveAsync(AuthorizationCodeReceivedContext context)
    {
        var request = context.TokenEndpointRequest!;
        if (People.ClientSecret is { } secret)
        {
            request.ClientSecret = secret.TryRead(out var value, out var why) ? value : throw new AuthenticationFailureException($"Hub:People:ClientSecret: {why}.");
            return;
        }

        var provider = await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        request.ClientSecret = null;
        request.ClientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        request.ClientAssertion = Statement(provider.TokenEndpoint);
    }

    private string Statement(string audience)
    {
        if (!People.ClientKey!.TryRead(out var pem, out var why))
        {
            throw new AuthenticationFailureException($"Hub:People:ClientKey: {why}.");
        }

        using var rsa = RSA.Create();
        using var curve = ECDsa.Create();
        var isRsa = TryImport(rsa, pem);
        if (!isRsa)
        {
            curve.ImportFromPem(pem);
        }

        SecurityKey key = isRsa ? new RsaSecurityKey(rsa) { KeyId = People.ClientKeyId } : new ECDsaSecurityKey(curve) { KeyId = People.ClientKeyId };
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        var now = time.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = People.ClientId, Audience = audience, IssuedAt = now.UtcDateTime, Expires = now.AddMinutes(4).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = People.ClientId!, ["jti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(18)) },
            SigningCredentials = new SigningCredentials(key, isRsa ? "RS512" : "ES384"),
        });
    }

    private static bool TryImport(RSA rsa, string pem)
    {
        try
        {
            rsa.ImportFromPem(pem);
            return true;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private Task JudgeAsync(TokenValidatedContext context)
    {
        // The framework takes an unsigned token from a token endpoint, as the standard permits where its TLS is trusted; this hub does not.
        if (context.SecurityToken.RawSignature.Length == 0 || !Algorithms.Contains(context.SecurityToken.SignatureAlgorithm))
        {
            context.Fail("unsigned");
            return Task.CompletedTask;
        }

        var claims = JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.DecodeBytes(context.SecurityToken.RawPayload));
        if (People.Acr.Count > 0 && !(claims.TryGetProperty("acr", out var acr) && acr.ValueKind == JsonValueKind.String && People.Acr.Contains(acr.GetString()!)))
        {
            context.Fail("acr");
            return Task.CompletedTask;
        }

        context.HttpContext.Items[Said] = new List<JsonElement> { claims };
        return Task.CompletedTask;
    }

    private static Task AddAsync(UserInformationReceivedContext context)
    {
        ((List<JsonElement>)context.HttpContext.Items[Said]!).Add(context.User.RootElement.Clone());
        return Task.CompletedTask;
    }

    private async Task AdmitAsync(TicketReceivedContext context)
    {
        var said = (List<JsonElement>)context.HttpContext.Items[Said]!;
        var selected = said.Select(ClaimReading.SelectedRole).FirstOrDefault(s => s is not null);
        IEnumerable<string> Texts(string path) => said.SelectMany(s => ClaimReading.Texts(s, path, selected)).Distinct(StringComparer.Ordinal);
        var (roleTexts, teamTexts) = (Texts(People.RoleClaim).ToHashSet(StringComparer.Ordinal), Texts(People.TeamClaim).ToHashSet(StringComparer.Ordinal));
        var subject = ClaimReading.Texts(said[0], "sub", null)[0];
        var person = new SignedInPerson
        {
            Subject = subject,
            Name = Texts(People.NameClaim).FirstOrDefault(n => n.Length > 0) ?? subject,
            Roles = [.. People.Roles.Where(r => roleTexts.Contains(r.Claim)).Select(r => r.Role!.Value).Distinct()],
            Teams = [.. People.Teams.Where(t => teamTexts.Contains(t.Claim)).Select(t => t.Team).Distinct(StringComparer.Ordinal)],
            SessionId = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(18)),
            SignedInAt = time.GetUtcNow(),
        };
        if (person.Roles.Count == 0)
        {
            LogRefused("no-role");
            await record.RefusedAsync(person.Actor, "sign-in", "no-role", context.HttpContext.RequestAborted);
            context.Response.Redirect(SignInModelPath + "?refused=role");
            context.HandleResponse();
            return;
        }

        await record.PersonSignedInAsync(person, context.HttpContext.RequestAborted);
        context.Principal = person.ToPrincipal();
    }

    private async Task FailAsync(RemoteFailureContext context)
    {
        // What exactly was wrong is for the trail and the log, and no text of the provider's is in either.
        var code = context.Failure?.Message == "acr" || context.Failure?.InnerException?.Message == "acr" ? "acr" : (context.Failure?.InnerException ?? context.Failure)?.GetType().Name ?? "failed";
        LogRefused(code);
        await record.RefusedAsync("nobody known", "sign-in", code, context.HttpContext.RequestAborted);
        context.Response.Redirect(SignInModelPath + (code == "acr" ? "?refused=acr" : "?refused=failed"));
        context.HandleResponse();
    }

    /// <summary>Where somebody is told why they are not in.</summary>
    public const string SignInModelPath = ConsoleGate.Root + "/sign-in";

    [LoggerMessage(8106, LogLevel.Warning, "Somebody could not sign in ({Why})")]
    private partial void LogRefused(string why);
}
