using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Proxy.Access.People;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access;

/// <summary>
/// Finds out who calls, before anything else looks at the request: a token of ours, or a client certificate that a partner file names. What claims to be
/// somebody and is not, is refused here, whatever it asks for.
/// </summary>
internal sealed partial class AccessGate(RequestDelegate next, Callers callers, AccessTokens tokens, IPartnerDirectory partners, CallRates rates, AccessRecord record, ILogger<AccessGate> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var (signedIn, refusal) = await FindAsync(context);
        if (refusal is null && signedIn is not null)
        {
            context.Features.Set(signedIn);
            refusal = context.Connection.RemoteIpAddress is not { } from || !signedIn.Partner.Access!.Admits(from) ? AccessRefusal.Elsewhere
                : Callers.IsStated(context.Request) && callers.FindStated(context.Request)?.Id != signedIn.Partner.Id ? AccessRefusal.Another : null;
        }
        else if (refusal is null && callers.FindStated(context.Request) is { } stated && !callers.IsBelieved(stated))
        {
            refusal = AccessRefusal.SignIn;
        }

        if (rates.WaitFor(context) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            refusal = AccessRefusal.TooMany;
        }

        if (refusal is null)
        {
            await next(context);
            return;
        }

        LogRefused(refusal.Error, signedIn?.Partner.Id ?? "nobody known");
        await record.RefusedAsync(signedIn?.Partner.Id ?? "nobody known", "call", refusal.Error, context.RequestAborted);
        await refusal.WriteAsync(context);
    }

    private async Task<(SignedIn? Caller, AccessRefusal? Refusal)> FindAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count > 0)
        {
            return header.Count != 1 || !AuthenticationHeaderValue.TryParse(header.ToString(), out var sent) || !sent.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(sent.Parameter)
                ? (null, AccessRefusal.BadHeader)
                : await tokens.ReadAsync(sent.Parameter) is { } signedIn ? (signedIn, null) : (null, AccessRefusal.BadToken);
        }

        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return (null, null);
        }

        var thumbprint = Convert.ToHexString(SHA256.HashData(certificate.RawData));
        return partners.All.FirstOrDefault(p => p.Access?.Names(thumbprint) == true) is { } partner
            ? (new SignedIn(partner, AccessTokens.Within(partner, AccessScopes.All)), null) : (null, null);
    }

    [LoggerMessage(8102, LogLevel.Warning, "A call was refused ({Error}); caller: {Caller}")]
    private partial void LogRefused(string error, string caller);
}

/// <summary>Holds each endpoint to what it says of who may call it. After routing; what says nothing answers nobody.</summary>
internal sealed partial class AccessPolicy(RequestDelegate next, IOptions<HubOptions> options, BoundPorts ports, PersonPolicy people, AccessRecord record, ILogger<AccessPolicy> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (options.Value.People.IsOn && context.GetEndpoint() is { } forPeople && IsForPeople(context, forPeople))
        {
            await people.InvokeAsync(context, next);
            return;
        }

        if (context.GetEndpoint() is not { } endpoint || Judge(context, endpoint) is not { } refusal)
        {
            await next(context);
            return;
        }

        var caller = Callers.SignedIn(context.Request)?.Partner.Id ?? "nobody known";
        LogRefused(endpoint.DisplayName ?? "", refusal.Error, caller);
        await record.RefusedAsync(caller, "call", refusal.Error, context.RequestAborted);
        await refusal.WriteAsync(context);
    }

    private bool IsForPeople(HttpContext context, Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<EndpointAccess>() is { Rule: AccessRule.Operator } && Callers.SignedIn(context.Request) is null
        && !(endpoint.Metadata.GetMetadata<PersonNeed>() is { AlsoForMachinesHere: true } && IsHere(context));

    private AccessRefusal? Judge(HttpContext context, Endpoint endpoint) => (endpoint.Metadata.GetMetadata<EndpointAccess>(), Callers.SignedIn(context.Request)) switch
    {
        (null, _) => AccessRefusal.NotHere,
        ({ Rule: AccessRule.Public }, _) => null,
        ({ Rule: AccessRule.Operator }, null) when IsHere(context) => null,
        ({ Rule: AccessRule.Operator }, _) => AccessRefusal.NotHere, // a partner is no operator, wherever it calls from
        ({ Scope: { } needed }, { } signedIn) => signedIn.May(needed) ? null : AccessRefusal.Scope(needed),
        (_, null) when options.Value.Access.Required => AccessRefusal.SignIn,
        _ => null,
    };

    // What watches has a listener of its own, on which there is nothing else (ManagementGate). Else by the connection and not by any header; and not where something in between says that it speaks for somebody else.
    private bool IsHere(HttpContext context) =>
        (ports.Management != 0 && context.Connection.LocalPort == ports.Management)
        || (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded"));

    [LoggerMessage(8103, LogLevel.Warning, "{Endpoint} refused a call ({Error}); caller: {Caller}")]
    private partial void LogRefused(string endpoint, string error, string caller);
}
