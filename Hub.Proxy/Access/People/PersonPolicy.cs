using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access.People;

/// <summary>
/// Holds whoever signed in to what their roles allow and to whom they may see, at every endpoint that is for people, before the endpoint looks at anything. What
/// somebody may not know of is asked for under an id that nobody has: the answer is the very one for what is not there.
/// </summary>
internal sealed partial class PersonPolicy(PersonSight sight, AccessRecord record, AccessAddress address, IOptions<HubOptions> options, ILogger<PersonPolicy> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (SignedInPerson.Read(context.User) is not { } person)
        {
            await AskAsync(context);
            return;
        }

        context.Features.Set(person);
        var need = context.GetEndpoint()?.Metadata.GetMetadata<PersonNeed>();
        if (IsFromElsewhere(context.Request))
        {
            await RefuseAsync(context, person, "from-elsewhere", "This did not come from one of the hub's own pages.");
        }
        else if (need is null || !person.May(need.Right))
        {
            await RefuseAsync(context, person, "role", need is null ? "This is for nobody." : $"This needs the role {PersonRoles.Having(need.Right)}.");
        }
        else if (need.About == About.Nobody)
        {
            await next(context);
        }
        else
        {
            await AboutSomebodyAsync(context, person, need, next);
        }
    }

    private async Task AboutSomebodyAsync(HttpContext context, SignedInPerson person, PersonNeed need, RequestDelegate next)
    {
        var seen = await sight.OfAsync(person, need.About, context.Request.RouteValues[need.Key]?.ToString(), context.RequestAborted);
        if (seen == Sight.Nothing)
        {
            // Whether it is somebody else's or nobody's is told to nobody, not even on record.
            await record.RefusedAsync(person.Actor, "page", "not-theirs-or-not-there", context.RequestAborted);
            context.Request.RouteValues[need.Key] = need.About == About.Episode ? "0" : Guid.Empty.ToString();
            await next(context);
        }
        else if (seen < need.Least)
        {
            await RefuseAsync(context, person, "not-theirs", BreakGlassWords);
        }
        else
        {
            context.Features.Set(new SeenSubject(seen));
            await next(context);
        }
    }

    public const string BreakGlassWords = "What is known of this person is for the teams that care for them. If you need it all the same, say why at /console/break-glass.";

    /// <summary>Says no to somebody who signed in, and writes it down.</summary>
    public async Task RefuseAsync(HttpContext context, SignedInPerson person, string code, string text)
    {
        LogRefused(context.GetEndpoint()?.DisplayName ?? "", code);
        await record.RefusedAsync(person.Actor, "page", code, context.RequestAborted);
        await WriteAsync(context, StatusCodes.Status403Forbidden, "Not for you", text);
    }

    /// <summary>A page of the console, or a problem for what is no browser.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string title, string text)
    {
        if (!IsForBrowser(context.Request))
        {
            await Results.Problem(statusCode: status, title: title, detail: text).ExecuteAsync(context);
            return;
        }

        var html = HtmlEncoder.Default;
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $"<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{html.Encode(title)} - CRT Hub</title></head><body><main><h1>{html.Encode(title)}</h1><p>{html.Encode(text)}</p><p><a href=\"/console\">CRT Hub</a> <a href=\"/console/sign-in\">Sign in or out</a></p></main></body></html>",
            context.RequestAborted);
    }

    // Somebody who opens a page is sent to the provider and comes back to it; whatever else was asked is told to sign in.
    private async Task AskAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !IsForBrowser(context.Request) || context.Request.Headers["Sec-Fetch-Mode"].ToString() is not ("" or "navigate"))
        {
            await record.RefusedAsync("nobody known", "page", "sign-in", context.RequestAborted);
            context.Response.Headers.WWWAuthenticate = "Cookie";
            await WriteAsync(context, StatusCodes.Status401Unauthorized, "Sign in", "Nobody is signed in here, or the session has ended. What you sent was not done.");
            return;
        }

        await ChallengeAsync(context, context.Request.Path + context.Request.QueryString);
    }

    /// <summary>Sends a browser to the provider, to come back to a page of the console.</summary>
    public async Task ChallengeAsync(HttpContext context, string comeBackTo)
    {
        if (options.Value.People.Authority is null)
        {
            context.Response.Redirect(PeopleSignIn.SignInModelPath);
            return;
        }

        try
        {
            await context.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = comeBackTo });
        }
        catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or IOException && !context.Response.HasStarted)
        {
            LogProviderAway(fault.GetType().Name);
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Sign-in is not possible now", "The sign-in provider does not answer. Messages go on as ever; try again in a while.");
        }
    }

    private static bool IsForBrowser(HttpRequest request) => request.Path == "/" || request.Path.StartsWithSegments(OperatorConsole.ConsoleGate.Root, StringComparison.OrdinalIgnoreCase);

    // Beside the form's own token, and for what is sent as JSON: a browser says where a request comes from. Its Origin is "null" on the console's own forms, whose
    // pages send no referrer; then Sec-Fetch-Site says it, which no page can set.
    private bool IsFromElsewhere(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString()) switch
        {
            ("same-origin", "null" or "") or ("none" or "", "") => false,
            ("same-origin" or "", var origin) => !string.Equals(origin, new Uri(address.Base).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase),
            _ => true,
        };

    [LoggerMessage(8104, LogLevel.Warning, "{Endpoint} refused a person ({Error})")]
    private partial void LogRefused(string endpoint, string error);

    [LoggerMessage(8105, LogLevel.Error, "The sign-in provider for people does not answer ({Fault})")]
    private partial void LogProviderAway(string fault);
}

/// <summary>How much of the one that the address names is seen; on the request.</summary>
internal sealed record SeenSubject(Sight Sight)
{
    /// <summary>Everything, where nobody signs in.</summary>
    public static Sight Of(HttpContext context) => SignedInPerson.Of(context) is null ? Sight.Content : context.Features.Get<SeenSubject>()?.Sight ?? Sight.Nothing;
}
