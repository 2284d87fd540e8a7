using System.Collections.Concurrent;
using System.Reflection;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;
using Hl7.Fhir.Validation;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>Where references may point: to what is contained, to another entry, or out of the bundle by an absolute address.</summary>
internal static class ReferenceRules
{
    private static readonly ConcurrentDictionary<(Type Parent, string Element), HashSet<string>?> Targets = new();

    public static void Check(ResourceReference reference, Base parent, string element, ResourceScope scope, BundleIndex? bundle, Findings findings)
    {
        var text = Literal.Text(reference.ReferenceElement);
        var stated = Literal.Text(reference.TypeElement);
        var target = text is null ? null : Resolve(text, scope, bundle, findings)?.TypeName ?? TypeIn(text);

        if (stated is not null && !ModelInfo.IsKnownResource(stated))
        {
            findings.Error("ref-type", "The stated type of a reference is no resource type.", "type");
        }
        else if (stated is not null && target is not null && stated != target)
        {
            findings.Error("ref-type", "A reference names another type than it points to.", "type");
        }

        if ((target ?? stated) is { } type && AllowedTargets(parent.GetType(), element) is { } allowed && !allowed.Contains(type))
        {
            findings.Error("ref-target", "A reference to a type of resource that this element may not point to.");
        }
    }

    private static Resource? Resolve(string text, ResourceScope scope, BundleIndex? bundle, Findings findings)
    {
        if (text.StartsWith('#'))
        {
            scope.NoteLocalReference(text[1..]);
            if (bundle is not null)
            {
                bundle.WentOutside = true; // noted in the resource around: it must be noted again in the next bundle
            }

            var local = scope.Contained.FirstOrDefault(c => Literal.Text(c.IdElement) == text[1..]);
            findings.Require(local is not null || text.Length == 1, "ref-1", "A reference to a contained resource that is not there.", "reference");
            return local;
        }

        var found = bundle?.Find(text, scope.FullUrl);
        if (found is null && bundle is { MustBeWhole: true })
        {
            // An address of its own can be looked up elsewhere; a urn or a relative one means something only in here.
            var isOutside = text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal);
            findings.Require(isOutside, "bundle-reference", "A reference that no entry of the bundle answers to.", "reference");
        }

        return found;
    }

    // The last two steps of https://server/fhir/Patient/1 or Patient/1/_history/2, if they name a type and an id.
    private static string? TypeIn(string reference)
    {
        if (reference.StartsWith("urn:", StringComparison.Ordinal) || reference.StartsWith('#'))
        {
            return null;
        }

        var steps = reference.Split('/');
        var at = Array.IndexOf(steps, "_history");
        var id = (at > 0 ? at : steps.Length) - 1;
        return id > 0 && ModelInfo.IsKnownResource(steps[id - 1]) ? steps[id - 1] : null;
    }

    private static HashSet<string>? AllowedTargets(Type parent, string element) => Targets.GetOrAdd((parent, element), static key =>
    {
        foreach (var property in key.Parent.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<FhirElementAttribute>()?.Name == key.Element
                && property.GetCustomAttribute<ReferencesAttribute>() is { Resources: { Length: > 0 } names })
            {
                return names.Contains("Resource") ? null : names.ToHashSet(StringComparer.Ordinal);
            }
        }

        return null;
    });
}
