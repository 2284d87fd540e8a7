using System.Net;

namespace Hub.Proxy.OperatorConsole;

/// <summary>
/// Stands before every page of the console. Until there is sign-in the hub listens on loopback only, and a page of another site must not get in by a name
/// that it lets point here (DNS rebinding): the name asked for must be a loopback one. What a page may load is what this server has.
/// </summary>
internal static class ConsoleGate
{
    public const string Root = "/console";

    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseConsoleGate(this WebApplication app) => app.UseWhen(
        context => context.Request.Path == "/" || context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase),
        console => console.Use(async (context, next) =>
        {
            if (!IsLoopback(context.Request.Host.Host))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return;
            }

            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.CacheControl = "no-cache, no-store";
            await next(context);
        }));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
