using System.Collections;
using Hl7.Fhir.Model;
using Hl7.FhirPath;
using Hub.Fhir.Conformance.Rules;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>Applies a compiled profile to an element.</summary>
internal sealed class ProfileWalk(Findings findings, CodeCatalogue codes)
{
    public void Check(Base element, ElementRule rule)
    {
        CheckValue(element, rule);
        foreach (var child in rule.Children)
        {
            CheckChild(element, child);
        }
    }

    private void CheckChild(Base parent, ElementRule rule)
    {
        var values = Held.By(parent, rule.Name);
        CheckCount(values.Count, rule, rule.Name);
        var inSlice = rule.Slices.Count > 0 ? new int[rule.Slices.Count] : [];
        for (var i = 0; i < values.Count; i++)
        {
            findings.Enter(rule.Name, values.IsList ? i : -1);
            Check(values[i], rule);
            var slice = SliceOf(values[i], rule);
            if (slice >= 0)
            {
                inSlice[slice]++;
                Check(values[i], rule.Slices[slice]);
            }
            else if (rule.IsClosed)
            {
                findings.Error("profile-slice", "An item that fits none of the profile's slices, which are closed.");
            }

            findings.Leave();
        }

        for (var s = 0; s < rule.Slices.Count; s++)
        {
            CheckCount(inSlice[s], rule.Slices[s], rule.Slices[s].Path ??= $"{rule.Name}:{rule.Slices[s].Name}");
        }
    }

    private void CheckCount(int count, ElementRule rule, string member)
    {
        findings.Require(count >= rule.Min, "profile-min", "Fewer than the profile demands.", member);
        findings.Require(rule.Max is null || count <= rule.Max, "profile-max", "More than the profile allows.", member);
    }

    private void CheckValue(Base value, ElementRule rule)
    {
        findings.Require(rule.Fixed is null || value.IsExactly(rule.Fixed), "profile-fixed", "Not the value that the profile fixes.");
        findings.Require(rule.Pattern is null || value.Matches(rule.Pattern), "profile-pattern", "Not the pattern that the profile demands.");
        findings.Require(rule.Types.Count == 0 || value is Resource or BackboneElement || rule.Types.Contains(value.TypeName), "profile-type", "A type that the profile does not allow.");
        findings.Require(rule.RequiredSet is null || IsInSet(value, rule.RequiredSet), "profile-binding", "No code of the value set that the profile requires.");
        foreach (var invariant in rule.Invariants)
        {
            if (Holds(value, invariant))
            {
                continue;
            }

            findings.AddAt(invariant.IsError ? IssueSeverity.Error : IssueSeverity.Warning, invariant.Key, findings.Path(), invariant.Human);
        }
    }

    // An empty answer is no violation: R4 tests invariants for false.
    private static bool Holds(Base value, Invariant invariant)
    {
        var node = PocoNodeOrList.Root(value, value.TypeName);
        var result = invariant.Expression([node], new EvaluationContext()).FirstOrDefault();
        return result?.Poco is not PrimitiveType { JsonValue: false };
    }

    private bool IsInSet(Base value, string set) => value switch
    {
        CodeableConcept concept => concept.Coding.Exists(c => codes.IsInSet(set, Literal.Text(c.SystemElement), Literal.Text(c.CodeElement))),
        Coding coding => codes.IsInSet(set, Literal.Text(coding.SystemElement), Literal.Text(coding.CodeElement)),
        PrimitiveType primitive => codes.HasCodeInSet(set, Literal.Code(primitive)),
        _ => true,
    };

    private static int SliceOf(Base value, ElementRule rule)
    {
        for (var i = 0; i < rule.Slices.Count; i++)
        {
            if (Matches(value, rule, rule.Slices[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Matches(Base value, ElementRule element, ElementRule slice)
    {
        if (slice.ExtensionUrl is { } url)
        {
            return value is Extension extension && extension.Url == url;
        }

        for (var i = 0; i < element.Discriminators.Count; i++)
        {
            if (!Matches(value, element.Discriminators[i], slice))
            {
                return false;
            }
        }

        return element.Discriminators.Count > 0;
    }

    private static bool Matches(Base value, Discriminator discriminator, ElementRule slice) => discriminator.Type switch
    {
        ElementDefinition.DiscriminatorType.Type => slice.Types.Contains(value.TypeName),
        ElementDefinition.DiscriminatorType.Exists => Reaches(value, discriminator, 0, null) == (discriminator.Steps.Aggregate((ElementRule?)slice, (r, step) => r?.Child(step))?.Max != 0),
        _ => Reaches(value, discriminator, 0, slice),
    };

    /// <summary>True where the discriminator's path leads to a value that is as the slice has it; without a slice, to any value.</summary>
    private static bool Reaches(Base value, Discriminator discriminator, int step, ElementRule? rule)
    {
        if (step == discriminator.Steps.Count)
        {
            return rule switch
            {
                null => discriminator.Type == ElementDefinition.DiscriminatorType.Exists,
                { Fixed: { } fixedValue } => value.IsExactly(fixedValue),
                { Pattern: { } pattern } => value.Matches(pattern),
                _ => false,
            };
        }

        var (name, next) = (discriminator.Steps[step], rule?.Child(discriminator.Steps[step]));
        var values = Held.By(value, name);
        for (var i = 0; i < values.Count; i++)
        {
            if (Reaches(values[i], discriminator, step + 1, next))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What an element holds under a name: nothing, one value or a list.</summary>
    private readonly struct Held(Base? one, IList? many)
    {
        public bool IsList => many is not null;

        public int Count => many?.Count ?? (one is null ? 0 : 1);

        public Base this[int index] => many is null ? one! : (Base)many[index]!;

        public static Held By(Base parent, string name) => !parent.TryGetValue(name, out var found) ? default : found switch
        {
            Base one => new Held(one, null),
            IList many => new Held(null, many),
            _ => new Held(new FhirString(found.ToString()), null), // Extension.url and Element.id are bare strings in the model
        };
    }
}
