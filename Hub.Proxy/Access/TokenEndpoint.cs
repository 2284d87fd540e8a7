using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Access;

/// <summary><c>POST /oauth2/token</c>: client credentials by <c>private_key_jwt</c>, and <c>/.well-known/smart-configuration</c>, which says how.</summary>
internal sealed partial class TokenEndpoint(ClientAssertions assertions, AccessTokens tokens, AccessAddress address, AccessRecord record, ILogger<TokenEndpoint> logger)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int MaxBody = 32 * 1024;
    private static readonly string[] Grants = ["client_credentials"];
    private static readonly string[] Methods = ["private_key_jwt"];
    private static readonly string[] Algorithms = ["RS384", "ES384"];
    private static readonly string[] Capabilities = ["client-confidential-asymmetric"];

    public async Task<IResult> PostAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > MaxBody)
        {
            return Error(400, "invalid_request", "A form (application/x-www-form-urlencoded) with its length is expected.");
        }

        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception fault) when (fault is InvalidDataException or BadHttpRequestException)
        {
            return Error(400, "invalid_request", "The form cannot be read.");
        }

        if (form.Any(f => f.Value.Count > 1))
        {
            return Error(400, "invalid_request", "A parameter stands twice.");
        }

        if (form["grant_type"] != "client_credentials")
        {
            return Error(400, "unsupported_grant_type", "grant_type is client_credentials.");
        }

        if (form["client_assertion_type"] != AssertionType || form["client_assertion"].ToString() is not { Length: > 0 } assertion)
        {
            return Error(401, "invalid_client", $"client_assertion with client_assertion_type {AssertionType} is expected.");
        }

        return await GrantAsync(assertion, form["client_id"].ToString(), form["scope"].ToString(), context.RequestAborted);
    }

    public IResult Configuration() => Results.Json(new
    {
        token_endpoint = address.Token,
        grant_types_supported = Grants,
        token_endpoint_auth_methods_supported = Methods,
        token_endpoint_auth_signing_alg_values_supported = Algorithms,
        scopes_supported = AccessScopes.All,
        capabilities = Capabilities,
    });

    private async Task<IResult> GrantAsync(string assertion, string clientId, string scope, CancellationToken cancellationToken)
    {
        try
        {
            var (partner, kid, why) = await assertions.JudgeAsync(assertion, cancellationToken);
            if (partner is null || (clientId.Length > 0 && clientId != partner.Id))
            {
                LogRefused(why ?? "client_id is another client's.");
                await record.RefusedAsync("nobody known", "token", "invalid_client", cancellationToken);
                return Error(401, "invalid_client", why ?? "client_id is not the client that signed.");
            }

            var granted = AccessTokens.Within(partner, scope.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (granted.Count == 0)
            {
                return Error(400, "invalid_scope", $"scope names nothing that this client may have. The hub knows {string.Join(' ', AccessScopes.All)}.");
            }

            var token = tokens.Issue(partner, kid!, granted);
            await record.SignedInAsync(partner.Id, kid!, cancellationToken);
            return Results.Json(new { access_token = token, token_type = "bearer", expires_in = (int)AccessTokens.Life.TotalSeconds, scope = string.Join(' ', granted) });
        }
        catch (StorageUnavailableException)
        {
            return Error(503, "temporarily_unavailable", "Nothing can be stored now, so that nobody can tell whether this statement was used before. Try again.");
        }
    }

    private static IResult Error(int status, string error, string description) => Results.Json(new { error, error_description = description }, statusCode: status);

    [LoggerMessage(8101, LogLevel.Warning, "A token was refused: {Why}")]
    private partial void LogRefused(string why);
}
