using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Hub.Adapters.Contract;

/// <summary>Who may call an endpoint. Every endpoint says it; one that does not answers nobody.</summary>
public enum AccessRule
{
    /// <summary>Anybody who reaches the port: it says nothing of a person, a partner or a message.</summary>
    Public,

    /// <summary>A partner, for what is its own.</summary>
    Partner,

    /// <summary>People: whoever signed in and has the role, or, where people do not sign in, whoever is at the machine itself.</summary>
    Operator,
}

/// <summary>Stands on each endpoint.</summary>
/// <param name="Rule">Who may call it.</param>
/// <param name="Scope">What a partner's token must hold, such as <c>system/Task.read</c>; null where signing in is enough.</param>
public sealed record EndpointAccess(AccessRule Rule, string? Scope);

/// <summary>How endpoints say who may call them.</summary>
public static class EndpointAccessExtensions
{
    /// <summary>Says who may call what the builder builds; said again further in, that counts.</summary>
    public static T Needs<T>(this T builder, AccessRule rule, string? scope = null)
        where T : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new EndpointAccess(rule, scope)));
        return builder;
    }
}

/// <summary>How a partner proves who it is when it calls the hub over HTTP. Where it stands in a file, a header alone is not believed any more.</summary>
public sealed record AccessSettings
{
    /// <summary>Public keys as JWK, each with a <c>kid</c>: RSA of 2048 bits or more (RS384), or P-384 (ES384).</summary>
    public IReadOnlyList<JsonElement> Keys { get; init; } = [];

    /// <summary>Client certificates that are this partner, by SHA-256 thumbprint in hex.</summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    /// <summary>Where it calls from, as addresses or networks (<c>10.1.2.0/24</c>); left out, from anywhere. Beside a key or certificate; alone only for HL7 v2 over MLLP.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>What its tokens may hold at most; left out, whatever the hub knows.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Whether it may call from an address.</summary>
    public bool Admits(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Addresses.Count == 0 || Addresses.Any(a => Network(a) is { } network && network.Contains(plain));
    }

    /// <summary>Whether a certificate is this partner's, by its SHA-256 thumbprint in upper-case hex.</summary>
    public bool Names(string thumbprint) => Certificates.Any(c => Thumbprint(c) == thumbprint);

    /// <summary>64 upper-case hexadecimal digits; null where it is something else.</summary>
    public static string? Thumbprint(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits : null;
    }

    /// <summary>The network that a text names, one address being a network of its own; null where it names none.</summary>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network : IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8) : null;
}
