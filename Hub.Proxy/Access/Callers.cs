using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Access;

/// <summary>
/// Who calls: the one place that every room asks. A partner that signed in (<see cref="AccessGate"/>) is that partner. A name in a header is believed only
/// where the partner's file has no <c>access</c> and <c>Hub:Access:Required</c> is off: **that is no authentication**, which is why such a hub listens on loopback only.
/// </summary>
internal sealed class Callers(IPartnerDirectory partners, IOptions<HubOptions> options) : ICallers
{
    /// <summary>The id of the caller's partner file, as for JSON events.</summary>
    public const string SourceHeader = "X-Source";

    /// <summary>Base64 of a FHIR Organization with its ODS code (Booking and Referral Standard).</summary>
    public const string OrganisationHeader = "NHSD-End-User-Organisation";

    private const int MaxLength = 8192;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public bool IsNamed(HttpRequest request) => SignedIn(request) is not null || IsStated(request);

    /// <summary>The partner that signed in, or the one that a header names where that is believed.</summary>
    public PartnerFile? Find(HttpRequest request) => SignedIn(request)?.Partner ?? (FindStated(request) is { } stated && IsBelieved(stated) ? stated : null);

    public bool MaySpeakFor(HttpRequest request, PartnerFile partner) => SignedIn(request) is { } signedIn ? signedIn.Partner.Id == partner.Id : IsBelieved(partner);

    /// <summary>Whether who asks may see what became of a source's message: that source; or nobody named, where that source need not sign in.</summary>
    public bool MaySee(HttpRequest request, string sourceId) =>
        IsNamed(request) ? Find(request)?.Id == sourceId : partners.Find(sourceId) is { } source ? IsBelieved(source) : !options.Value.Access.Required;

    /// <summary>Null where nobody signed in.</summary>
    public static SignedIn? SignedIn(HttpRequest request) => request.HttpContext.Features.Get<SignedIn>();

    /// <summary>True where a name in a header is enough for a partner.</summary>
    public bool IsBelieved(PartnerFile partner) => !options.Value.Access.Required && partner.Access is null;

    public static bool IsStated(HttpRequest request) => request.Headers.ContainsKey(SourceHeader) || request.Headers.ContainsKey(OrganisationHeader);

    /// <summary>
    /// The partner that <c>X-Source</c> names, or the only one of the organisation in <c>NHSD-End-User-Organisation</c>. Null where nobody is named,
    /// a name is unknown or stands twice, several partner files are of that organisation, or the two headers disagree.
    /// </summary>
    public PartnerFile? FindStated(HttpRequest request)
    {
        var (named, organisation) = (request.Headers[SourceHeader], request.Headers[OrganisationHeader]);
        if (named.Count > 1 || organisation.Count > 1)
        {
            return null;
        }

        var code = organisation.Count == 0 ? null : OdsCodeOf(organisation.ToString());
        if (organisation.Count == 1 && code is null)
        {
            return null;
        }

        var found = partners.All
            .Where(p => (named.Count == 0 || p.Id == named.ToString()) && (code is null || string.Equals(p.Organisation?.Value, code, StringComparison.OrdinalIgnoreCase)))
            .Take(2).ToList();
        return named.Count + organisation.Count > 0 && found.Count == 1 ? found[0] : null;
    }

    private static string? OdsCodeOf(string header)
    {
        var bytes = new byte[header.Length];
        if (header.Length is 0 or > MaxLength || !Convert.TryFromBase64String(header, bytes, out var length))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("identifier", out var identifiers) && identifiers.ValueKind == JsonValueKind.Array
                ? identifiers.EnumerateArray().Where(IsOds).Select(i => i.GetProperty("value").GetString()).FirstOrDefault()
                : null;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsOds(JsonElement identifier) =>
        identifier.ValueKind == JsonValueKind.Object && identifier.TryGetProperty("system", out var system) && system.ValueKind == JsonValueKind.String
        && system.GetString() == Hub.Fhir.Resources.CodeSystems.OdsOrganization && identifier.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String;
}
