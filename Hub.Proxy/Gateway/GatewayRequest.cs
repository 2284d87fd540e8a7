using System.Text.RegularExpressions;

namespace Hub.Proxy.Gateway;

/// <summary>
/// A request line that the gateway understands, read from the bytes as they came and not from what a server made of them. FHIR's own grammar of
/// addresses needs neither escapes nor dots, so a path that has any, or a doubled or encoded slash, is no FHIR request (FHIR R4, 3.1.0.1.2 and 2.24.0.1.id).
/// </summary>
internal sealed partial record GatewayRequest
{
    public const string Prefix = "/gateway";

    /// <summary>In place of a partner: the header NHSD-Target-Identifier says which.</summary>
    public const string ByHeader = "-";

    private const int MaxLength = 4096;
    private const string Metadata = "metadata";

    /// <summary>Parameters by which a search brings in, or looks through, resources of other types.</summary>
    private static readonly string[] Including = ["_include", "_revinclude", "_has", "_contained"];

    /// <summary>A credential or another method in the query would pass by what is looked at here (RFC 6750, 2.3).</summary>
    private static readonly string[] Smuggled = ["access_token", "_method"];

    public required string Partner { get; init; }

    /// <summary>What follows the partner, without a slash before it.</summary>
    public required string Path { get; init; }

    /// <summary>Resource types that the path names: one, or two for a compartment (<c>Patient/1/Observation</c>).</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public string? Operation { get; init; }

    public required bool IsMetadata { get; init; }

    /// <summary>True where the answer may hold resources of other types than the path names, or nobody can tell.</summary>
    public required bool Includes { get; init; }

    /// <summary>For the audit: the operation or the type, never an id or a parameter.</summary>
    public string Kind => Operation ?? (IsMetadata ? Metadata : Types[^1]);

    /// <summary>Null where the target is no request that the gateway takes; <paramref name="why"/> then quotes none of it.</summary>
    public static GatewayRequest? Read(string target, string method, out string why)
    {
        why = "";
        var cut = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = cut < 0 ? (target, "") : (target[..cut], target[(cut + 1)..]);
        if (target.Length > MaxLength || Form().Match(path) is not { Success: true } match)
        {
            why = "The address is no FHIR request: /gateway/PARTNER/Type, /Type/id, /Type/id/Type, /Type/$operation, /$operation or /metadata, without escapes, dots, doubled slashes or a host.";
            return null;
        }

        if (!Query().IsMatch(query) || Names(query).FirstOrDefault(n => Smuggled.Contains(n, StringComparer.OrdinalIgnoreCase)) is not null)
        {
            why = "The query holds a character that must be escaped, an escaped control character, a credential or another method.";
            return null;
        }

        var operation = match.Groups["operation"] is { Success: true } named ? named.Value : null;
        var searchInBody = match.Groups["search"].Success;
        return new GatewayRequest
        {
            Partner = match.Groups["partner"].Value,
            Path = match.Groups["rest"].Value,
            Types = [.. match.Groups["type"].Captures.Select(c => c.Value)],
            Operation = operation,
            IsMetadata = match.Groups["rest"].Value == Metadata,
            Includes = searchInBody || Names(query).Any(n => Including.Contains(n.Split(':')[0], StringComparer.OrdinalIgnoreCase)),
        };
    }

    // Names are compared unescaped: %5finclude is _include to every server.
    private static IEnumerable<string> Names(string query) => query.Split('&').Select(p => Uri.UnescapeDataString(p.Split('=')[0].Replace('+', ' ')).Trim());

    [GeneratedRegex(
        @"^/gateway/(?<partner>-|[a-z0-9][a-z0-9-]{0,62})/(?<rest>metadata|(?<operation>\$[a-z][A-Za-z0-9-]{1,60})"
        + @"|(?<type>[A-Z][A-Za-z]{1,60})(/(?<operation>\$[a-z][A-Za-z0-9-]{1,60})|/(?<search>_search)|/_history"
        + @"|/[A-Za-z0-9-]{1,64}(/(?<operation>\$[a-z][A-Za-z0-9-]{1,60})|/_history(/[A-Za-z0-9-]{1,64})?|/(?<type>[A-Z][A-Za-z]{1,60}))?)?)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    // RFC 3986, 3.4, and the bar, which FHIR clients send as it is; a semicolon is not a separator to us and may be to others.
    [GeneratedRegex(@"^([A-Za-z0-9._~!$'()*+,=:@/?&|-]|%(?![01][0-9A-Fa-f]|7[Ff])[0-9A-Fa-f]{2})*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Query();
}
