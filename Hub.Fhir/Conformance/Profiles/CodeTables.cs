using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>One row of a code table: which code became which, and by which version of the table.</summary>
public sealed record CodeTableRow(string Table, string Version, string Source, string Target);

/// <summary>The ConceptMaps of the package, row by row.</summary>
public static class CodeTables
{
    private static readonly Lazy<ILookup<string, CodeTableRow>> Rows = new(() => EmbeddedDefinitions.Resources()
        .Select(d => d.Resource).OfType<ConceptMap>()
        .SelectMany(map => map.Group.SelectMany(g => g.Element).SelectMany(e => e.Target.Select(t => new CodeTableRow(map.Id!, map.Version!, e.Code ?? "", t.Code ?? ""))))
        .ToLookup(row => row.Table, StringComparer.Ordinal));

    public static IEnumerable<string> Tables => Rows.Value.Select(t => t.Key);

    /// <summary>The rows of a table for one code; none where the table does not have it.</summary>
    public static IEnumerable<CodeTableRow> Find(string table, string source) => Rows.Value[table].Where(r => r.Source == source);
}
