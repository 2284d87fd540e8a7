using System.Globalization;
using Hl7.Fhir.Model;
using Hl7.Fhir.FhirPath;
using Hl7.FhirPath;
using Hl7.FhirPath.Expressions;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>Turns the differential of a StructureDefinition into a tree of rules. Snapshots are not needed, and not made.</summary>
internal static class ProfileCompiler
{
    private static readonly FhirPathCompiler FhirPath = new(new SymbolTable(FhirPathCompiler.DefaultSymbolTable).AddFhirExtensions());

    public static ElementRule Compile(StructureDefinition definition, CodeCatalogue codes)
    {
        var root = new ElementRule(definition.Type!);
        foreach (var element in definition.Differential!.Element)
        {
            Fill(Locate(root, element.ElementId!), element, codes);
        }

        return root;
    }

    // Ids are Patient.identifier:nhsNumber.value : a step a level, with the slice after a colon.
    private static ElementRule Locate(ElementRule root, string id)
    {
        var current = root;
        foreach (var step in id.Split('.').Skip(1))
        {
            var colon = step.IndexOf(':', StringComparison.Ordinal);
            var name = (colon < 0 ? step : step[..colon]).Replace("[x]", "", StringComparison.Ordinal);
            var child = current.Child(name);
            if (child is null)
            {
                current.Children.Add(child = new ElementRule(name));
            }

            current = colon < 0 ? child : Slice(child, step[(colon + 1)..]);
        }

        return current;
    }

    private static ElementRule Slice(ElementRule element, string sliceName)
    {
        var slice = element.Slices.Find(s => s.Name == sliceName);
        if (slice is null)
        {
            element.Slices.Add(slice = new ElementRule(sliceName));
        }

        return slice;
    }

    private static void Fill(ElementRule rule, ElementDefinition element, CodeCatalogue codes)
    {
        rule.Min = element.Min ?? rule.Min;
        rule.Max = element.Max is null or "*" ? rule.Max : int.Parse(element.Max, CultureInfo.InvariantCulture);
        rule.Fixed = element.Fixed;
        rule.Pattern = element.Pattern;
        rule.Types = [.. element.Type.Select(t => t.Code!)];
        rule.ExtensionUrl = element.Type.Where(t => t.Code == "Extension").SelectMany(t => t.Profile).FirstOrDefault();
        if (element.Slicing is { } slicing)
        {
            rule.Discriminators = [.. slicing.Discriminator.Select(d => new Discriminator(d.Type!.Value, d.Path!))];
            rule.IsClosed = slicing.Rules == ElementDefinition.SlicingRules.Closed;
        }

        if (element.Binding is { Strength: BindingStrength.Required, ValueSet: { } set } && codes.KnowsSet(set))
        {
            rule.RequiredSet = set;
        }

        foreach (var constraint in element.Constraint.Where(c => c.Expression is not null))
        {
            rule.Invariants.Add(new Invariant(constraint.Key!, constraint.Human!, constraint.Severity == ConstraintSeverity.Error, FhirPath.Compile(constraint.Expression)));
        }
    }
}
