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
        var values = Values(parent, rule.Name, out var isList);
        CheckCount(values.Count, rule, rule.Name);
        var inSlice = rule.Slices.Count > 0 ? new int[rule.Slices.Count] : [];
        for (var i = 0; i < values.Count; i++)
        {
            findings.Enter(rule.Name, isList ? i : -1);
            Check(values[i], rule);
            var slice = rule.Slices.FindIndex(s => Matches(values[i], rule, s));
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

    private static bool Matches(Base value, ElementRule element, ElementRule slice)
    {
        if (slice.ExtensionUrl is { } url)
        {
            return value is Extension extension && extension.Url == url;
        }

        return element.Discriminators.Count > 0 && element.Discriminators.All(d => Matches(value, d, slice));
    }

    private static bool Matches(Base value, Discriminator discriminator, ElementRule slice)
    {
        if (discriminator.Type == ElementDefinition.DiscriminatorType.Type)
        {
            return slice.Types.Contains(value.TypeName);
        }

        var (values, rule) = (new List<Base> { value }, (ElementRule?)slice);
        foreach (var step in discriminator.Path == "$this" ? [] : discriminator.Path.Split('.'))
        {
            values = [.. values.SelectMany(v => Values(v, step, out _))];
            rule = rule?.Child(step);
        }

        if (discriminator.Type == ElementDefinition.DiscriminatorType.Exists)
        {
            return values.Count > 0 == (rule?.Max != 0);
        }

        return rule switch
        {
            { Fixed: { } value1 } => values.Exists(v => v.IsExactly(value1)),
            { Pattern: { } pattern } => values.Exists(v => v.Matches(pattern)),
            _ => false,
        };
    }

    private static IReadOnlyList<Base> Values(Base parent, string name, out bool isList)
    {
        isList = false;
        if (!parent.TryGetValue(name, out var found))
        {
            return [];
        }

        switch (found)
        {
            case Base one:
                return [one];
            case IEnumerable<Base> many:
                isList = true;
                return many as IReadOnlyList<Base> ?? [.. many];
            default:
                // Extension.url and Element.id are bare strings in the model.
                return [new FhirString(found.ToString())];
        }
    }
}
