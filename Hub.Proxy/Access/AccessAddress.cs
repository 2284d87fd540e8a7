using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access;

/// <summary>
/// Where partners reach this hub: from the settings, never from what a request says of its host. On loopback, where nothing is set, the listener's own address.
/// </summary>
internal sealed class AccessAddress(IOptions<HubOptions> options, BoundPorts ports)
{
    public const string TokenPath = "/oauth2/token";

    public string Base => options.Value.Access.BaseUrl?.TrimEnd('/') ?? $"{options.Value.Http.Scheme}://{options.Value.Http.Address}:{ports.Http}";

    /// <summary>What a partner writes into <c>aud</c>.</summary>
    public string Token => Base + TokenPath;
}
