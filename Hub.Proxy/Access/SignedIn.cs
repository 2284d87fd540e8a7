using Hub.Adapters.Contract;

namespace Hub.Proxy.Access;

/// <summary>A partner that proved who it is, on the request.</summary>
/// <param name="Partner">Its file as it was when the request came.</param>
/// <param name="Scopes">What it may do.</param>
internal sealed record SignedIn(PartnerFile Partner, IReadOnlyCollection<string> Scopes)
{
    public bool May(string scope) => AccessScopes.Allow(Scopes, scope);
}
