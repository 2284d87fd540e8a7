using System.Collections.Frozen;
using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>The codes that we hold in full: of our own code systems, and of the value sets that we ship.</summary>
internal sealed class CodeCatalogue
{
    private readonly FrozenDictionary<string, FrozenSet<string>> systems;
    private readonly FrozenDictionary<string, FrozenSet<string>> lists;
    private readonly FrozenDictionary<string, FrozenSet<(string System, string Code)>> sets;

    public CodeCatalogue(IReadOnlyCollection<Resource> definitions)
    {
        systems = definitions.OfType<CodeSystem>()
            .Where(s => s.Content == CodeSystemContentMode.Complete)
            .ToFrozenDictionary(s => s.Url!, s => Flatten(s.Concept).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        lists = definitions.OfType<ValueSet>()
            .SelectMany(s => s.Compose?.Include ?? [])
            .Where(i => i.System?.StartsWith("https://fhir.hl7.org.uk/CodeSystem/", StringComparison.Ordinal) == true && i.Concept.Count > 0)
            .ToFrozenDictionary(i => i.System!, i => i.Concept.Select(c => c.Code!).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        sets = definitions.OfType<ValueSet>().ToFrozenDictionary(s => s.Url!, s => Expand(s).ToFrozenSet(), StringComparer.Ordinal);
    }

    public bool Knows(string system) => systems.ContainsKey(system);

    public bool Contains(string system, string code) => systems.TryGetValue(system, out var codes) && codes.Contains(code);

    /// <summary>True for a code of somebody else's system of which we ship a list, when the list does not have it. Our list may be the older.</summary>
    public bool IsMissingFromList(string system, string code) => lists.TryGetValue(system, out var codes) && !codes.Contains(code);

    public bool KnowsSet(string valueSet) => sets.ContainsKey(valueSet);

    /// <summary>True when the set, which must be known, holds the code.</summary>
    public bool IsInSet(string valueSet, string? system, string? code) =>
        system is not null && code is not null && sets[valueSet].Contains((system, code));

    /// <summary>True when the set, which must be known, holds the code under any system: for elements of type code.</summary>
    public bool HasCodeInSet(string valueSet, string? code) => sets[valueSet].Any(c => c.Code == code);

    private static IEnumerable<string> Flatten(IEnumerable<CodeSystem.ConceptDefinitionComponent> concepts) =>
        concepts.SelectMany(c => Flatten(c.Concept).Prepend(c.Code!));

    // Ours are lists: whole systems of ours, or codes one by one. No filter needs a terminology server.
    private IEnumerable<(string System, string Code)> Expand(ValueSet set) =>
        (set.Compose?.Include ?? []).SelectMany(i => i.Concept.Count > 0
            ? i.Concept.Select(c => (i.System!, c.Code!))
            : systems.TryGetValue(i.System ?? "", out var codes) ? codes.Select(c => (i.System!, c)) : []);
}
