using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance;

/// <summary>The resources of a bundle by the addresses under which references may name them.</summary>
internal sealed class BundleIndex
{
    private readonly Dictionary<string, Resource> byFullUrl;

    private readonly SharedParts? shared;

    private BundleIndex(Bundle.BundleType? type, SharedParts? shared, int count) =>
        (Type, this.shared, byFullUrl) = (type, shared, new(count, StringComparer.Ordinal));

    public Bundle.BundleType? Type { get; }

    /// <summary>A message or a document must carry what it refers to (R4 Bundle, "Resolving references in Bundles").</summary>
    public bool MustBeWhole => Type is Bundle.BundleType.Message or Bundle.BundleType.Document;

    /// <summary>True where two entries have one address: what a reference means then depends on their order.</summary>
    public bool HasDoubles { get; private set; }

    /// <summary>True once something was looked for, since this was last set to false, that is not among the shared parts: another bundle may answer otherwise.</summary>
    public bool WentOutside { get; set; }

    public static BundleIndex Of(Bundle bundle, SharedParts? shared = null)
    {
        var index = new BundleIndex(Literal.Code(bundle.TypeElement) switch
        {
            "message" => Bundle.BundleType.Message,
            "document" => Bundle.BundleType.Document,
            _ => null,
        }, shared, bundle.Entry.Count);
        foreach (var entry in bundle.Entry)
        {
            if (Literal.Text(entry.FullUrlElement) is { Length: > 0 } fullUrl && entry.Resource is { } resource)
            {
                index.HasDoubles |= !index.byFullUrl.TryAdd(fullUrl, resource);
            }
        }

        return index;
    }

    /// <summary>The resource that a reference names, or null. A relative reference is read against the base of the holder's fullUrl.</summary>
    public Resource? Find(string reference, string? holderFullUrl)
    {
        var found = Look(reference, holderFullUrl);
        WentOutside |= found is null || shared?.IsShared(found) != true;
        return found;
    }

    private Resource? Look(string reference, string? holderFullUrl)
    {
        var target = WithoutVersion(reference);
        if (byFullUrl.TryGetValue(target, out var resource))
        {
            return resource;
        }

        return !target.Contains(':', StringComparison.Ordinal) && BaseOf(holderFullUrl) is { } root
            && byFullUrl.TryGetValue(root + target, out resource) ? resource : null;
    }

    private static string WithoutVersion(string reference)
    {
        var at = reference.IndexOf("/_history/", StringComparison.Ordinal);
        return at < 0 ? reference : reference[..at];
    }

    // https://server/fhir/Patient/1 has the base https://server/fhir/ ; a urn:uuid has none.
    private static string? BaseOf(string? fullUrl)
    {
        if (fullUrl is null || !fullUrl.StartsWith("http", StringComparison.Ordinal))
        {
            return null;
        }

        var id = fullUrl.LastIndexOf('/');
        var type = id > 0 ? fullUrl.LastIndexOf('/', id - 1) : -1;
        return type > 0 ? fullUrl[..(type + 1)] : null;
    }
}
