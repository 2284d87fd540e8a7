using System.Net;
using Hub.Proxy.Access;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.OperatorConsole;

/// <summary>
/// Stands before every page of the console. A page of another site must not get in by a name that it lets point here (DNS rebinding): the name asked for must be
/// a loopback one, or, where people sign in, the one that the settings give this hub and no other. What a page may load is what this server has.
/// </summary>
internal static class ConsoleGate
{
    public const string Root = "/console";

    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseConsoleGate(this WebApplication app)
    {
        var address = app.Services.GetRequiredService<AccessAddress>();
        var people = app.Services.GetRequiredService<IOptions<HubOptions>>().Value.People.IsOn;
        app.UseWhen(
            context => context.Request.Path == "/" || context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase),
            console => console.Use(async (context, next) =>
            {
                if (people ? !IsOurs(context.Request.Host, address) : !IsLoopback(context.Request.Host.Host))
                {
                    if (people && IsLoopback(context.Request.Host.Host) && HttpMethods.IsGet(context.Request.Method))
                    {
                        context.Response.Redirect(address.Base + Root); // by another of its names a browser would keep another session
                        return;
                    }

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
    }

    private static bool IsOurs(HostString asked, AccessAddress address) => string.Equals(asked.Host.Trim('[', ']'), new Uri(address.Base).Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
