using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Access;

/// <summary>
/// Who calls, as the caller says itself. **This is no authentication**: anybody who reaches the port can say anything, which is why the hub listens for
/// HTTP on loopback only, behind something that authenticates. Rooms that must know their caller ask here, so that sign-in
/// has a place to go; JSON events still read their header themselves.
/// </summary>
internal sealed class StatedCaller(IPartnerDirectory partners) : ICallers
{
    /// <summary>The id of the caller's partner file, as for JSON events.</summary>
    public const string SourceHeader = "X-Source";

    /// <summary>Base64 of a FHIR Organization with its ODS code (Booking and Referral Standard).</summary>
    public const string OrganisationHeader = "NHSD-End-User-Organisation";

    private const int MaxLength = 8192;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public bool IsNamed(HttpRequest request) => request.Headers.ContainsKey(SourceHeader) || request.Headers.ContainsKey(OrganisationHeader);

    /// <summary>
    /// The partner that <c>X-Source</c> names, or the only one of the organisation in <c>NHSD-End-User-Organisation</c>. Null where nobody is named,
    /// a name is unknown or stands twice, several partner files are of that organisation, or the two headers disagree.
    /// </summary>
    public PartnerFile? Find(HttpRequest request)
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
