using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Http;

/// <summary>How the hub proves to a partner who it is.</summary>
public enum AuthMethod
{
    /// <summary>Not at all, or by its client certificate alone.</summary>
    None,

    /// <summary>A name and a password with every request (RFC 7617), where a partner has no better.</summary>
    Basic,

    /// <summary>OAuth2 client credentials; the client's secret in the token request's Authorization header (RFC 6749, 2.3.1).</summary>
    ClientSecretBasic,

    /// <summary>OAuth2 client credentials; the client's secret in the token request's form (RFC 6749, 2.3.1).</summary>
    ClientSecretPost,

    /// <summary>OAuth2 client credentials; the client signs an assertion with its own key (SMART Backend Services, RFC 7523).</summary>
    PrivateKeyJwt,
}

/// <summary>The <c>auth</c> part of an HTTP partner's settings. Secrets stand here by reference only.</summary>
public sealed record AuthSettings
{
    public static AuthSettings None { get; } = new() { Method = AuthMethod.None };

    public required AuthMethod Method { get; init; }

    /// <summary>Where tokens are asked for.</summary>
    public Uri? TokenEndpoint { get; init; }

    public string ClientId { get; init; } = "";

    /// <summary>The client's secret, or the password.</summary>
    public SecretRef? Secret { get; init; }

    /// <summary>The client's private key as PEM, PKCS#8 or the older forms, not encrypted.</summary>
    public SecretRef? Key { get; init; }

    /// <summary>The <c>kid</c> under which the partner knows the public key.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>RS384 or ES384: what SMART Backend Services asks both sides to know.</summary>
    public string Algorithm { get; init; } = "RS384";

    /// <summary>The assertion's <c>aud</c>; the token endpoint where the file says nothing.</summary>
    public string Audience { get; init; } = "";

    public string? Scope { get; init; }

    private static readonly Dictionary<string, AuthMethod> Methods = new()
    {
        ["none"] = AuthMethod.None,
        ["basic"] = AuthMethod.Basic,
        ["client-secret-basic"] = AuthMethod.ClientSecretBasic,
        ["client-secret-post"] = AuthMethod.ClientSecretPost,
        ["private-key-jwt"] = AuthMethod.PrivateKeyJwt,
    };

    private static readonly Dictionary<string, string> Algorithms = new() { ["RS384"] = "RS384", ["ES384"] = "ES384" };

    internal static AuthSettings Read(PartnerSettings? auth, bool plainHttpAllowed)
    {
        if (auth is null)
        {
            return None;
        }

        if (auth.Text("method") is null)
        {
            auth.Wrong("method", "is missing", string.Join(" | ", Methods.Keys));
        }

        return auth.Choice("method", AuthMethod.None, Methods) switch
        {
            AuthMethod.Basic => new AuthSettings { Method = AuthMethod.Basic, ClientId = UserName(auth), Secret = Required(auth, "password") },
            AuthMethod.None => None,
            var method => OAuth(auth, method, plainHttpAllowed),
        };
    }

    private static AuthSettings OAuth(PartnerSettings auth, AuthMethod method, bool plainHttpAllowed)
    {
        var endpoint = auth.RequiredEndpoint("tokenEndpoint", "https://host/token");
        if (endpoint is { Scheme: "http", IsLoopback: false } && !plainHttpAllowed)
        {
            auth.Wrong("tokenEndpoint", "is plain http to another machine", "https");
        }

        var settings = new AuthSettings { Method = method, TokenEndpoint = endpoint, ClientId = auth.RequiredText("clientId"), Scope = auth.Text("scope", 1000) };
        return method == AuthMethod.PrivateKeyJwt
            ? settings with
            {
                Key = Required(auth, "key"),
                KeyId = auth.RequiredText("keyId"),
                Algorithm = auth.Choice("algorithm", "RS384", Algorithms),
                Audience = auth.Text("audience", 1000) ?? endpoint?.OriginalString ?? "",
            }
            : settings with { Secret = Required(auth, "clientSecret") };
    }

    // RFC 7617, 2: a user-id with a colon cannot be told from its password.
    private static string UserName(PartnerSettings auth)
    {
        var name = auth.RequiredText("username");
        if (name.Contains(':', StringComparison.Ordinal))
        {
            auth.Wrong("username", "holds a colon", "a name without one (RFC 7617)");
        }

        return name;
    }

    private static SecretRef? Required(PartnerSettings auth, string name)
    {
        var secret = auth.Secret(name);
        if (secret is null && !auth.Has(name))
        {
            auth.Wrong(name, "is missing", "{ \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }");
        }

        return secret;
    }
}
