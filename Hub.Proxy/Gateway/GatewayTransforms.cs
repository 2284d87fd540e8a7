using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Hub.Proxy.Gateway;

/// <summary>
/// What passes from caller to target and back: the headers listed here and no others, so that no credential, cookie, forwarding or connection header
/// crosses, known or yet to be thought of.
/// </summary>
internal sealed partial class GatewayTransforms(TargetCredentials credentials, TimeProvider time) : ITransformProvider
{
    private const int MostToMap = 4 * 1024 * 1024;

    private static readonly string[] ToTarget =
    [
        "Accept", "Accept-Language", "Content-Type", "Content-Length", "Content-Encoding", "If-Match", "If-None-Match", "If-Modified-Since", "If-None-Exist", "Prefer", "tracestate", "use-context",
        "NHSD-Target-Identifier", "NHSD-End-User-Organisation", "NHSD-Requesting-Practitioner", "NHSD-Requesting-Software",
    ];

    private static readonly string[] Passed =
        ["Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "ETag", "Last-Modified", "Cache-Control", "Expires", "Vary", "Retry-After", "Allow", "Preference-Applied"];

    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void Apply(TransformBuilderContext context)
    {
        context.CopyRequestHeaders = false;
        context.CopyResponseHeaders = false;
        context.CopyResponseTrailers = false;
        context.UseDefaultForwarders = false;
        context.AddPathRemovePrefix($"{GatewayRequest.Prefix}/{context.Route.RouteId}");
        context.AddRequestTransform(ToTargetAsync);
        context.AddResponseTransform(ToCallerAsync);
    }

    private async ValueTask ToTargetAsync(RequestTransformContext context)
    {
        var pass = context.HttpContext.Features.Get<GatewayPass>()!;
        var (from, to) = (context.HttpContext.Request.Headers, context.ProxyRequest);
        var ofThisHop = from.Connection.SelectMany(c => c?.Split(',', StringSplitOptions.TrimEntries) ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase); // RFC 9110, 7.6.1
        foreach (var name in ToTarget.Where(n => !ofThisHop.Contains(n)))
        {
            if (from.TryGetValue(name, out var values) && !to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        to.Headers.TryAddWithoutValidation("X-Request-Id", pass.RequestId.ToString("D"));
        to.Headers.TryAddWithoutValidation("X-Correlation-Id", pass.CorrelationId.ToString("D"));
        to.Headers.TryAddWithoutValidation("traceparent", TraceParent(from["traceparent"], pass.RequestId));
        if (await credentials.AuthorizeAsync(pass.Target!, to, context.CancellationToken) is { } refusal)
        {
            pass.Refusal = refusal;
            context.HttpContext.Response.StatusCode = refusal.Status; // tells the forwarder that there is an answer already
        }
    }

    private async ValueTask ToCallerAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is { } answer)
        {
            ToCaller(context, answer);
            if (MayBePage(context, answer))
            {
                await MapLinksAsync(context, answer);
            }
        }
    }

    // Whatever names no single resource may be answered by a page of several; other forms than plain JSON pass as they are.
    private static bool MayBePage(ResponseTransformContext context, HttpResponseMessage answer) =>
        context.HttpContext.Features.Get<GatewayPass>() is { Refusal: null, Request: { IsMetadata: false } request } && !SingleResource().IsMatch(request.Path)
        && answer is { StatusCode: System.Net.HttpStatusCode.OK, Content.Headers: { ContentType.MediaType: "application/fhir+json" or "application/json", ContentEncoding.Count: 0 } }
        && answer.Content.Headers.ContentLength is null or <= MostToMap;

    private static async Task MapLinksAsync(ResponseTransformContext context, HttpResponseMessage answer)
    {
        var (pass, http) = (context.HttpContext.Features.Get<GatewayPass>()!, context.HttpContext);
        context.SuppressResponseBody = true; // written here instead
        await using var from = await answer.Content.ReadAsStreamAsync(context.CancellationToken);
        using var begin = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (begin.Length <= MostToMap && (read = await from.ReadAsync(buffer, context.CancellationToken)) > 0)
        {
            begin.Write(buffer, 0, read);
        }

        ReadOnlyMemory<byte> body = begin.GetBuffer().AsMemory(0, (int)begin.Length);
        if (body.Length > MostToMap)
        {
            await http.Response.Body.WriteAsync(body, context.CancellationToken); // longer than anything that is paged well
            await from.CopyToAsync(http.Response.Body, context.CancellationToken);
            return;
        }

        body = BundleLinks.Map(body, BaseOf(pass), $"{http.Request.Scheme}://{http.Request.Host}{GatewayRequest.Prefix}/{pass.Target!.Id}/");
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, context.CancellationToken);
    }

    private static string BaseOf(GatewayPass pass) => pass.Settings!.Address.AbsoluteUri.TrimEnd('/') + "/";

    private void ToCaller(ResponseTransformContext context, HttpResponseMessage answer)
    {
        var pass = context.HttpContext.Features.Get<GatewayPass>()!;
        var status = (int)answer.StatusCode;
        pass.Refusal = status == StatusCodes.Status401Unauthorized ? GatewayRefusal.RefusesUs : status is >= 300 and < 400 and not 304 ? GatewayRefusal.Redirected : null;
        if (pass.Refusal is not null)
        {
            context.SuppressResponseBody = true; // a challenge or an address that is none of the caller's
            credentials.Refused(pass.Target!, answer);
            return;
        }

        var to = context.HttpContext.Response.Headers;
        foreach (var name in Passed)
        {
            if (answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                to[name] = new StringValues([.. values]);
            }
        }

        MapAddress(answer.Headers.Location, "Location", to, pass);
        MapAddress(answer.Content.Headers.ContentLocation, "Content-Location", to, pass);
    }

    /// <summary>An address below the target's base becomes the gateway's; any other is not the caller's to know.</summary>
    private static void MapAddress(Uri? address, string name, IHeaderDictionary to, GatewayPass pass)
    {
        var below = BaseOf(pass);
        var whole = address is null ? null : address.IsAbsoluteUri ? address : new Uri(new Uri(below), address);
        if (whole is not null && whole.AbsoluteUri.StartsWith(below, StringComparison.Ordinal))
        {
            to[name] = string.Create(CultureInfo.InvariantCulture, $"{GatewayRequest.Prefix}/{pass.Target!.Id}/{whole.AbsoluteUri[below.Length..]}");
        }
    }

    private string TraceParent(StringValues sent, Guid requestId) => sent is [{ } one] && TraceContext().IsMatch(one)
        ? one
        : $"00-{requestId:N}-{Guid.CreateVersion7(time.GetUtcNow()).ToString("N")[16..]}-00";

    [GeneratedRegex(@"^[A-Z][A-Za-z]{1,60}/(?!_)[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex SingleResource();

    // W3C Trace Context, 3.2: version 00; an id of nothing but zeros is invalid.
    [GeneratedRegex(@"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\z")]
    private static partial Regex TraceContext();
}
