using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance;

/// <summary>The resource in which the walk stands, and the one that contains it.</summary>
internal sealed class ResourceScope
{
    private readonly HashSet<string> localReferences = new(StringComparer.Ordinal);

    private ResourceScope(Resource? resource, ResourceScope? container, string? fullUrl)
    {
        Resource = resource;
        Container = container;
        FullUrl = fullUrl ?? container?.FullUrl;
    }

    public static ResourceScope None { get; } = new(null, null, null);

    public Resource? Resource { get; }

    public string? FullUrl { get; }

    public bool IsContained => Container is not null;

    private ResourceScope? Container { get; }

    /// <summary>The contained resources that "#id" may name here.</summary>
    public IReadOnlyList<Resource> Contained => (Container ?? this).Resource is DomainResource holder ? holder.Contained : [];

    /// <summary>Every "#id" that was met in this resource and in what it contains.</summary>
    public IReadOnlySet<string> LocalReferences => localReferences;

    public ResourceScope Enter(Resource next, string? fullUrl) =>
        Resource is DomainResource ? new ResourceScope(next, Container ?? this, fullUrl) : new ResourceScope(next, null, fullUrl);

    public void NoteLocalReference(string id) => (Container?.localReferences ?? localReferences).Add(id);
}
