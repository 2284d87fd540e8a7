using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;

namespace Hub.Proxy.Gateway;

/// <summary>The hub's own credentials at each target, made from its partner file and made anew when that changes.</summary>
internal sealed class TargetCredentials(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> current = new(StringComparer.Ordinal);

    /// <summary>Null where the request bears what the target asks for, else what the caller is told.</summary>
    public async ValueTask<GatewayRefusal?> AuthorizeAsync(PartnerFile target, HttpRequestMessage request, CancellationToken cancellationToken) =>
        await Of(target).AuthorizeAsync(request, cancellationToken) is { } fault
            ? (fault.RefusesUs ? GatewayRefusal.RefusesUs : GatewayRefusal.NotReached) with { RetryAfter = fault.RetryAfter }
            : null;

    /// <summary>A token that the target does not take is not shown again. The call itself is not repeated: its body is gone.</summary>
    public void Refused(PartnerFile target, HttpResponseMessage answer)
    {
        if (answer is { StatusCode: System.Net.HttpStatusCode.Unauthorized, RequestMessage: { } request })
        {
            Of(target).MayRenewAfter401(request);
        }
    }

    private PartnerCredentials Of(PartnerFile target) => current.AddOrUpdate(
        target.Id, _ => New(target), (_, standing) => standing.Hash == target.Hash ? standing : New(target)).Credentials;

    private Entry New(PartnerFile target)
    {
        var access = GatewaySettings.Of(target)!.Access;
        return new Entry(target.Hash, new PartnerCredentials(access.Auth, new PartnerConnections(access.Tls), time));
    }

    private sealed record Entry(string Hash, PartnerCredentials Credentials);
}
