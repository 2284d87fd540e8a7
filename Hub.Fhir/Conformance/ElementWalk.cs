using System.Collections;
using Hl7.Fhir.Model;
using Hl7.Fhir.Validation;
using Hub.Fhir.Conformance.Profiles;
using Hub.Fhir.Conformance.Rules;

namespace Hub.Fhir.Conformance;

/// <summary>Goes once through every element of a resource and puts each to the rules of its type, and to the screen of the attribute rules.</summary>
internal sealed class ElementWalk(Findings findings, BundleIndex? bundle, ProfileCatalogue catalogue, SharedParts? shared = null)
{
    // Deeper than any message; the JSON reader stops at 64 as well.
    private const int MaxDepth = 64;

    private ResourceScope scope = ResourceScope.None;
    private PocoValidationContext? context;

    /// <summary>True when the walk saw everything and the attribute rules would find nothing in it.</summary>
    public bool IsScreened { get; private set; }

    public void Visit(Resource resource)
    {
        context = AttributeScreen.Context(resource);
        IsScreened = true;
        try
        {
            findings.Enter(resource.TypeName);
            VisitResource(resource, null);
            findings.Leave();
        }
        catch (CodedValidationException)
        {
            IsScreened = false;
            throw;
        }
    }

    private void VisitResource(Resource resource, string? fullUrl)
    {
        var outer = scope;
        scope = outer.Enter(resource, fullUrl);
        Guarded(resource);
        Children(resource, AttributeScreen.Of(resource));
        if (!scope.IsContained)
        {
            DomainResourceRules.CheckContained(resource, scope, findings);
        }

        scope = outer;
    }

    private void Guarded(Resource resource)
    {
        var depth = findings.Depth;
        try
        {
            DomainResourceRules.Check(resource, scope, bundle, findings);
            ResourceRules.Check(resource, bundle, findings);
            CodedRules.Check(resource, findings);
            catalogue.CheckClaims(resource, findings);
        }
        catch (CodedValidationException)
        {
            // A typed getter met a wrong literal. The attribute rules name it; the rest of this resource's own rules cannot be read.
            findings.LeaveTo(depth);
            findings.Error("r4-unreadable", "A wrong value keeps the rules of this resource from being applied.");
        }
    }

    private void Children(Base parent, AttributeScreen screen)
    {
        var (present, any) = (0, false);
        foreach (var (name, value) in parent.EnumerateElements())
        {
            any = true;
            IsScreened = IsScreened && screen.Admits(name, value, context!, ref present);
            switch (value)
            {
                case Base child:
                    VisitChild(parent, name, -1, child);
                    break;
                case IList list: // of elements: the interface of lists of Base is dear to ask for
                    for (var i = 0; i < list.Count; i++)
                    {
                        VisitItem(parent, name, i, list[i] as Base);
                    }

                    break;
            }
        }

        IsScreened = IsScreened && screen.Admits(parent, present, any, context!);
    }

    /// <summary>An item that other bundles hold too is passed over once it was found faultless.</summary>
    private void VisitItem(Base parent, string name, int index, Base? item)
    {
        if (item is null)
        {
            IsScreened = false; // the attribute rules name it
            return;
        }

        if (shared is null || bundle is null || item is not BackboneElement || !shared.IsShared(item))
        {
            VisitChild(parent, name, index, item);
            return;
        }

        if (shared.IsJudged(item, bundle))
        {
            return;
        }

        var (found, outside) = (findings.Issues.Count, bundle.WentOutside);
        bundle.WentOutside = false;
        VisitChild(parent, name, index, item);
        if (IsScreened && findings.Issues.Count == found && !findings.IsFull && !findings.IsSpent && !bundle.WentOutside)
        {
            shared.NoteJudged(item, bundle);
        }

        bundle.WentOutside |= outside;
    }

    private void VisitChild(Base parent, string name, int index, Base child)
    {
        if (!findings.MayGoOn())
        {
            IsScreened = false;
            return;
        }

        if (child is PrimitiveType literal)
        {
            IsScreened = IsScreened && AttributeScreen.IsGood(name, literal);
            if (findings.Depth < MaxDepth && AttributeScreen.IsBare(literal))
            {
                return; // no rule but that of its literal is about a primitive, and it holds nothing
            }
        }

        findings.Enter(name, index);
        Inside(parent, name, child);
        findings.Leave();
    }

    private void Inside(Base parent, string name, Base child)
    {
        if (findings.Depth > MaxDepth)
        {
            IsScreened = false;
            findings.Error("check-incomplete", "Nested too deeply to be judged.");
        }
        else if (child is Resource resource)
        {
            VisitResource(resource, parent is Bundle.EntryComponent entry ? Literal.Text(entry.FullUrlElement) : null);
        }
        else if (child is PrimitiveType primitive)
        {
            // What stands in it beside id and extensions is no part of R4: for the SDK to name.
            IsScreened = IsScreened && !primitive.HasOverflow;
            if (primitive.HasElements)
            {
                Children(child, AttributeScreen.Of(child));
            }
        }
        else
        {
            var screen = AttributeScreen.Of(child);
            if (screen.HasRules)
            {
                Element(parent, name, child);
            }

            Children(child, screen);
        }
    }

    /// <summary>True for a type that some rule below speaks of; most elements have none but those of their definition.</summary>
    internal static bool HasRules(Type type) => DatatypeRules.Concern(type)
        || new[] { typeof(ResourceReference), typeof(Extension), typeof(Coding), typeof(Identifier), typeof(BackboneElement) }.Any(t => t.IsAssignableFrom(type));

    private void Element(Base parent, string name, Base child)
    {
        var depth = findings.Depth;
        try
        {
            DatatypeRules.Check(child, findings);
            switch (child)
            {
                case ResourceReference reference:
                    ReferenceRules.Check(reference, parent, name, scope, bundle, findings);
                    break;
                case Extension extension:
                    catalogue.CheckExtension(extension, parent, findings);
                    break;
                case Coding coding:
                    CodingRules.Check(coding, catalogue, findings);
                    break;
                case Identifier identifier:
                    IdentifierRules.Check(identifier, findings);
                    break;
                case BackboneElement backbone:
                    BackboneRules.Check(backbone, parent, findings);
                    break;
            }
        }
        catch (CodedValidationException)
        {
            findings.LeaveTo(depth);
            findings.Error("r4-unreadable", "A wrong value keeps the rules of this element from being applied.");
        }
    }
}
