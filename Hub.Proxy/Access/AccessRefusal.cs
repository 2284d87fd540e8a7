using Hub.Adapters.Sources.FhirMessages;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.Access;

/// <summary>Why a call is not let in, in the caller's own form: OperationOutcome where FHIR is spoken, problem details elsewhere.</summary>
internal sealed record AccessRefusal(int Status, string Error, string Text)
{
    public static AccessRefusal BadToken { get; } = new(401, "invalid_token", "The token is not one of this hub's, or it has ended. Ask for another at the token endpoint.");
    public static AccessRefusal BadHeader { get; } = new(401, "invalid_request", "One Authorization header with a Bearer token is expected.");
    public static AccessRefusal SignIn { get; } = new(401, "invalid_token", "This caller signs in: send a token from the token endpoint, or use its client certificate. A name in a header is not believed.");
    public static AccessRefusal Another { get; } = new(403, "invalid_request", "The headers name another caller than the one that signed in.");
    public static AccessRefusal TooMany { get; } = new(429, "too_many_requests", "More calls than this hub takes from one caller in a minute. Wait as long as Retry-After says.");
    public static AccessRefusal Elsewhere { get; } = new(403, "forbidden", "This partner does not call from this address.");
    public static AccessRefusal NotHere { get; } = new(403, "forbidden", "This is for whoever runs the hub, from its own machine.");

    public static AccessRefusal Scope(string needed) => new(403, "insufficient_scope", $"The token does not hold {needed}.");

    public async Task WriteAsync(HttpContext context)
    {
        if (Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"crt-hub\", error=\"{Error}\"";
        }

        if (context.Request.Path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase) || context.Request.Path.StartsWithSegments("/gateway", StringComparison.OrdinalIgnoreCase))
        {
            await FhirHttp.Answer(context, FhirHttp.Outcome(
                Status, Status switch { 401 => "SEND_UNAUTHORIZED", 429 => "SEND_TOO_MANY_REQUESTS", _ => "SEND_FORBIDDEN" },
                Status switch { 401 => R4.OperationOutcome.IssueType.Login, 429 => R4.OperationOutcome.IssueType.Throttled, _ => R4.OperationOutcome.IssueType.Forbidden }, Status == 429 ? "Retry-After" : "Authorization", Text)).ExecuteAsync(context);
            return;
        }

        await Results.Problem(statusCode: Status, title: Error, detail: Text).ExecuteAsync(context);
    }
}
