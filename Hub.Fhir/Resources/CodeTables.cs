using Hl7.Fhir.Model;
using Hub.Fhir.Conformance.Profiles;

namespace Hub.Fhir.Resources;

/// <summary>The code tables that senders' codes are read by: the published ConceptMaps of <c>profiles/concept-maps/</c>, by their id.</summary>
public static class CodeTables
{
    public const string AdmissionMethod = "v2uk-0007-to-admission-method";
    public const string SourceOfAdmission = "v2uk-0023-to-source-of-admission";
    public const string DischargeMethod = "v2uk-0112-to-discharge-method";
    public const string DischargeDestination = "v2uk-0113-to-discharge-destination";

    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> Maps = new(Read);

    /// <summary>The tables that a partner file may add rows to or replace rows of.</summary>
    public static IReadOnlyList<string> Names { get; } = [AdmissionMethod, SourceOfAdmission, DischargeMethod, DischargeDestination];

    /// <summary>What each source code of a table means.</summary>
    /// <exception cref="KeyNotFoundException">There is no such table.</exception>
    public static IReadOnlyDictionary<string, string> Find(string name) => Maps.Value[name];

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Read() => EmbeddedDefinitions.Files()
        .Where(f => Names.Contains(Path.GetFileNameWithoutExtension(f.Path)) && f.Path.StartsWith("concept-maps/", StringComparison.Ordinal))
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f.Path), f => (IReadOnlyDictionary<string, string>)Rows(EmbeddedDefinitions.Read<ConceptMap>(f.Content)), StringComparer.Ordinal);

    private static Dictionary<string, string> Rows(ConceptMap map)
    {
        var rows = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in map.Group.SelectMany(g => g.Element))
        {
            if (element is { Code: { } code, Target: [{ Code: { } means }, ..] })
            {
                rows.TryAdd(code, means);
            }
        }

        return rows;
    }
}
