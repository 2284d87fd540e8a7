using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of R4 for what we publish ourselves: profiles, value sets, maps, capability statements.</summary>
internal static class DefinitionRules
{
    public static void Check(Resource resource, Findings findings)
    {
        switch (resource)
        {
            case StructureDefinition definition:
                CheckStructure(definition, findings);
                break;
            case CodeSystem system:
                findings.Require(system.Concept.Select(c => c.Code).Distinct().Count() == system.Concept.Count, "csd-1", "A code defined twice.", "concept");
                CheckName(system.Name, "csd-0", findings);
                break;
            case ValueSet set:
                CheckName(set.Name, "vsd-0", findings);
                break;
            case ConceptMap map:
                CheckName(map.Name, "cmd-0", findings);
                break;
            case CapabilityStatement statement:
                findings.Require(statement.Rest.Count + statement.Messaging.Count + statement.Document.Count > 0, "cpb-1", "A capability statement without rest, messaging and document.");
                findings.Require(statement.Description is not null || statement.Software is not null || statement.Implementation is not null,
                    "cpb-2", "A capability statement without description, software and implementation.");
                findings.Require(Literal.Code(statement.KindElement) != "instance" || statement.Implementation is not null, "cpb-15", "A running instance without its implementation.");
                CheckName(statement.Name, "cpb-0", findings);
                break;
            case ImplementationGuide guide:
                CheckName(guide.Name, "ig-0", findings);
                break;
            case MessageDefinition message:
                CheckName(message.Name, "md-0", findings);
                break;
        }
    }

    public static void CheckPart(BackboneElement part, Base parent, Findings findings)
    {
        switch (part)
        {
            case ValueSet.ConceptSetComponent include:
                findings.Require(include.ValueSet.Any() || include.System is not null, "vsd-1", "An include without system and value set.");
                findings.Require((include.Concept.Count == 0 && include.Filter.Count == 0) || include.System is not null, "vsd-2", "Concepts or filters without a system.");
                findings.Require(include.Concept.Count == 0 || include.Filter.Count == 0, "vsd-3", "Both concepts and filters.");
                break;
            case ConceptMap.TargetElementComponent target:
                findings.Require(target.Comment is not null || Literal.Code(target.EquivalenceElement) is not ("narrower" or "inexact"), "cmd-1", "A narrower or inexact target without comment.");
                break;
            case ConceptMap.UnmappedComponent unmapped:
                findings.Require(Literal.Code(unmapped.ModeElement) != "fixed" || unmapped.CodeElement is not null, "cmd-2", "A fixed target without code.");
                findings.Require(Literal.Code(unmapped.ModeElement) != "other-map" || unmapped.UrlElement is not null, "cmd-3", "Another map without its address.");
                break;
            case MessageDefinition.FocusComponent focus:
                findings.Require(focus.Max == "*" || (int.TryParse(focus.Max, out var max) && max > 0), "md-1", "A highest number that is no number.");
                break;
        }
    }

    private static void CheckStructure(StructureDefinition definition, Findings findings)
    {
        var elements = definition.Differential?.Element ?? [];
        findings.Require(definition.Abstract == true || definition.BaseDefinition is not null, "sdf-4", "A definition that rests on nothing.", "baseDefinition");
        findings.Require(definition.Context.Count == 0 || definition.Type == "Extension", "sdf-5", "A context on what is no extension.", "context");
        findings.Require(definition.Snapshot is not null || definition.Differential is not null, "sdf-6", "A definition that defines nothing.");
        findings.Require(elements.Count == 0 || elements[0].Path?.Split('.')[0] == definition.Type, "sdf-8a", "The first element is not of the defined type.", "differential");
        findings.Require(elements.TrueForAll(e => e.ElementId is { Length: > 0 }), "sdf-14", "An element without id.", "differential");
        findings.Require(elements.Select(e => e.ElementId).Distinct(StringComparer.Ordinal).Count() == elements.Count, "sdf-16", "Two elements with one id.", "differential");
        for (var i = 0; i < elements.Count; i++)
        {
            var isInOrder = elements[i] is not { Min: { } min, Max: { } max } || max == "*" || (int.TryParse(max, out var most) && min <= most);
            findings.Require(isInOrder, "eld-2", "A least number above the highest.", $"differential.element[{i}]");
        }

        CheckName(definition.Name, "sdf-0", findings);
    }

    // "Name should be usable as an identifier": R4 makes these a warning.
    private static void CheckName(string? name, string rule, Findings findings)
    {
        if (name is not null && (name.Length == 0 || !char.IsAsciiLetterUpper(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            findings.Warning(rule, "A name that no program could use as an identifier.", "name");
        }
    }
}
