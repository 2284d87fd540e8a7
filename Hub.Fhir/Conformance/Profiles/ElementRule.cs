using Hl7.Fhir.Model;
using Hl7.FhirPath;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>What a profile says of one element, ready to be applied.</summary>
internal sealed class ElementRule(string name)
{
    /// <summary>The element's name without "[x]".</summary>
    public string Name { get; } = name;

    /// <summary>How findings about a slice name it, once it was needed.</summary>
    public string? Path { get; set; }

    public int Min { get; set; }

    /// <summary>Null for as many as the base allows.</summary>
    public int? Max { get; set; }

    public Base? Fixed { get; set; }

    public Base? Pattern { get; set; }

    /// <summary>FHIR type names; empty where the profile does not narrow them.</summary>
    public IReadOnlyList<string> Types { get; set; } = [];

    /// <summary>The extension's canonical, where the element is an extension slice.</summary>
    public string? ExtensionUrl { get; set; }

    /// <summary>A value set whose codes we hold and that is required.</summary>
    public string? RequiredSet { get; set; }

    public List<Invariant> Invariants { get; } = [];

    public List<ElementRule> Children { get; } = [];

    public List<ElementRule> Slices { get; } = [];

    public IReadOnlyList<Discriminator> Discriminators { get; set; } = [];

    public bool IsClosed { get; set; }

    public ElementRule? Child(string childName)
    {
        foreach (var child in Children)
        {
            if (child.Name == childName)
            {
                return child;
            }
        }

        return null;
    }
}

/// <summary>Tells the slices of an element apart.</summary>
internal sealed record Discriminator(ElementDefinition.DiscriminatorType Type, string Path)
{
    /// <summary>The path by member; none for the element itself.</summary>
    public IReadOnlyList<string> Steps { get; } = Path == "$this" ? [] : Path.Split('.');
}

/// <summary>A FHIRPath constraint, compiled once.</summary>
internal sealed record Invariant(string Key, string Human, bool IsError, CompiledExpression Expression);
