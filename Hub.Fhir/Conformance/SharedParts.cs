using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance;

/// <summary>
/// Entries and sections that several bundles hold as the very same objects, so that each is judged once. Only what was found without any
/// fault, and refers to nothing but shared entries, is passed over in the next bundle; everything else is judged again where it stands.
/// One composition, one instance: not for several threads.
/// </summary>
internal sealed class SharedParts
{
    private readonly HashSet<Base> parts;
    private readonly HashSet<Base> judged = new(ReferenceEqualityComparer.Instance);
    private Bundle.BundleType? judgedIn;

    public SharedParts(IEnumerable<Bundle.EntryComponent> entries, IEnumerable<Composition.SectionComponent> sections)
    {
        parts = new HashSet<Base>(ReferenceEqualityComparer.Instance);
        foreach (var entry in entries)
        {
            parts.Add(entry);
            if (entry.Resource is { } resource)
            {
                parts.Add(resource);
            }
        }

        parts.UnionWith(sections);
    }

    public bool IsShared(Base part) => parts.Contains(part);

    /// <summary>True where the part was found without fault in a bundle of this type.</summary>
    public bool IsJudged(Base part, BundleIndex bundle) => judgedIn == bundle.Type && !bundle.HasDoubles && judged.Contains(part);

    public void NoteJudged(Base part, BundleIndex bundle)
    {
        if (!bundle.HasDoubles && (judged.Count == 0 || judgedIn == bundle.Type))
        {
            judgedIn = bundle.Type;
            judged.Add(part);
        }
    }
}
