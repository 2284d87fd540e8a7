using Hub.Adapters.Contract;
using Hub.Proxy.Access;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Proxy.Gateway;

/// <summary>Whether a call may go: a request that is one, a caller and a target that partner files name, a rule that allows it, within size and rate.</summary>
internal sealed class GatewayDecision(IPartnerDirectory partners, Callers callers, GatewayRates rates, GatewayAudit audit)
{
    /// <summary>Fills the pass as far as it can; a refusal stands in it where the call may not go.</summary>
    public void Decide(HttpContext context, GatewayPass pass) => pass.Refusal = ReadRequest(context, pass)
        ?? FindCaller(context.Request, pass)
        ?? FindTarget(context.Request, pass)
        ?? Allowed(pass.Settings!, pass.Caller!.Id, pass.Request!, context.Request.Method)
        ?? Sized(context, pass.Settings!)
        ?? (audit.IsFull ? GatewayRefusal.NotAudited : null)
        ?? (rates.TryTake(pass, out var wait) ? null : GatewayRefusal.TooOften(wait));

    private static GatewayRefusal? ReadRequest(HttpContext context, GatewayPass pass)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget; // as it came: the path that ASP.NET Core shows is tidied already
        pass.Request = GatewayRequest.Read(target, context.Request.Method, out var why);
        return pass.Request is null ? GatewayRefusal.BadRequest(why)
            : context.Request.Headers.ContainsKey("Upgrade") || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true
                ? GatewayRefusal.BadRequest("The gateway forwards requests and opens no other protocol. Send it without Upgrade.")
            : null;
    }

    private GatewayRefusal? FindCaller(HttpRequest request, GatewayPass pass)
    {
        pass.Caller = callers.Find(request);
        return pass.Caller is null
            ? GatewayRefusal.Forbidden($"Nobody can tell who calls. Name your partner file in {Callers.SourceHeader}, or your organisation in {Callers.OrganisationHeader} where it has one partner file only.")
            : null;
    }

    private GatewayRefusal? FindTarget(HttpRequest request, GatewayPass pass)
    {
        var header = request.Headers[TargetIdentifier.Header];
        var identifier = header.Count == 1 ? TargetIdentifier.Read(header.ToString()) : null;
        if (header.Count > 0 && identifier is null)
        {
            return GatewayRefusal.BadRequest($"{TargetIdentifier.Header} is not, once, the base64 of {{\"system\":\"...\",\"value\":\"...\"}}. Correct it, or leave it out and name the partner in the path.");
        }

        var named = identifier is null ? [] : TargetIdentifier.Find(partners, identifier);
        if (pass.Request!.Partner != GatewayRequest.ByHeader)
        {
            pass.Target = partners.Find(pass.Request.Partner);
            if (identifier is not null && named.All(p => p.Id != pass.Request.Partner))
            {
                return GatewayRefusal.BadRequest($"The path and {TargetIdentifier.Header} name two different targets. Send one of them.");
            }
        }
        else if (identifier is null)
        {
            return GatewayRefusal.BadRequest($"No target is named: send {TargetIdentifier.Header}, or put the partner into the path.");
        }
        else if (named.Count > 1)
        {
            return GatewayRefusal.BadRequest($"{TargetIdentifier.Header} names an organisation of several partners. Send a service's identifier, or put the partner into the path.");
        }
        else
        {
            pass.Target = named.Count == 1 ? named[0] : null;
        }

        pass.Settings = pass.Target is null ? null : GatewaySettings.Of(pass.Target);
        return pass.Settings is null ? GatewayRefusal.NoSuchPartner : null;
    }

    internal static GatewayRefusal? Allowed(GatewaySettings settings, string caller, GatewayRequest request, string method)
    {
        var mine = settings.Allow.Where(r => r.Callers.Contains(caller)).ToList();
        if (mine.Count == 0)
        {
            return GatewayRefusal.Forbidden("The target's partner file does not let this caller call. Whoever runs the hub and the target agree on it first.");
        }

        // A search posted as a form is a read; HEAD is GET without its body (RFC 9110, 9.3.2).
        var asks = method == "HEAD" || (method == "POST" && request.Path.EndsWith("/_search", StringComparison.Ordinal)) ? "GET" : method;
        if (request.IsMetadata)
        {
            return asks == "GET" ? null : GatewayRefusal.WrongMethod(["GET"]);
        }

        var fitting = mine.Where(r => request.Types.All(r.Resources.Contains) && (request.Operation is null || r.Operations.Contains(request.Operation))).ToList();
        if (fitting.Count == 0)
        {
            return GatewayRefusal.Forbidden("The target's partner file does not let this caller use this type of resource or this operation.");
        }

        if (request.Includes && !fitting.Any(r => r.Includes))
        {
            return GatewayRefusal.Forbidden("The target's partner file does not let this caller search across types: no _include, _revinclude, _has or _contained, and no search whose parameters stand in the body.");
        }

        var methods = fitting.Where(r => !request.Includes || r.Includes).SelectMany(r => r.Methods).ToHashSet(StringComparer.Ordinal);
        return methods.Contains(asks) ? null : GatewayRefusal.WrongMethod(methods);
    }

    private static GatewayRefusal? Sized(HttpContext context, GatewaySettings settings)
    {
        if (context.Request.ContentLength > settings.MaxBodyBytes)
        {
            return GatewayRefusal.TooLarge(settings.MaxBodyBytes);
        }

        // For a body that does not say how long it is.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = settings.MaxBodyBytes;
        }

        return null;
    }
}
