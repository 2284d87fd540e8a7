using System.Net.Http.Headers;
using System.Text;

namespace Hub.Adapters.Recipients.Http;

/// <summary>Writes one token request as the partner file says (RFC 6749, 4.4.2).</summary>
internal static class TokenRequest
{
    /// <summary>Null with a fault where our own secret is not there or not usable.</summary>
    public static HttpRequestMessage? Write(AuthSettings auth, TimeProvider time, out CredentialFault? fault)
    {
        var place = auth.Method == AuthMethod.PrivateKeyJwt ? auth.Key : auth.Secret;
        if (place is null || !place.TryRead(out var secret, out var why))
        {
            fault = new CredentialFault($"our secret for this partner: {place} is missing or empty; whoever runs the hub puts it there");
            return null;
        }

        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (auth.Scope is { } scope)
        {
            form.Add(new("scope", scope));
        }

        var assertion = auth.Method == AuthMethod.PrivateKeyJwt ? ClientAssertion.Write(auth, secret, time, out why) : null;
        if (why is not null)
        {
            fault = new CredentialFault(why);
            return null;
        }

        if (assertion is not null)
        {
            form.Add(new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            form.Add(new("client_assertion", assertion));
        }
        else if (auth.Method == AuthMethod.ClientSecretPost)
        {
            form.Add(new("client_id", auth.ClientId));
            form.Add(new("client_secret", secret));
        }

        fault = null;
        var request = new HttpRequestMessage(HttpMethod.Post, auth.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.ParseAdd("application/json");
        if (auth.Method == AuthMethod.ClientSecretBasic)
        {
            // RFC 6749, 2.3.1: both halves form-encoded before they are joined.
            request.Headers.Authorization = Basic(FormEncoded(auth.ClientId), FormEncoded(secret));
        }

        return request;
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private static string FormEncoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
