using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>What a document says only in words, by its sections' PRSB codes (Composition), and why something was withdrawn (Provenance).</summary>
internal static class DocumentReader
{
    private const string Summary = "887181000000106";
    private const string Procedure = "887171000000109";
    private const string Social = "887051000000101";
    private const string Details = "886811000000106";

    public static string? ClinicalSummary(ReadMessage message) => Words(message, Summary) is { } text && text != "Not sent." ? text : null;

    public static string? SocialContext(ReadMessage message) => Words(message, Social);

    public static IReadOnlyList<string> Procedures(ReadMessage message) => Lines(message, Procedure);

    /// <summary>True where the discharge details say that nobody but the GP takes over.</summary>
    public static bool IsGpAlone(ReadMessage message) => Lines(message, Details).Any(l => l.StartsWith("Passed to", StringComparison.Ordinal) && l.EndsWith("the GP alone", StringComparison.Ordinal));

    public static string? WithdrawnBecause(ReadMessage message) => message.Parts.All<R4.Provenance>()
        .SelectMany(p => p.Reason).Select(Values.Concept).FirstOrDefault(c => c is not null)?.Text;

    private static string? Words(ReadMessage message, string code) => string.Join(" ", Lines(message, code)) is { Length: > 0 } text ? text : null;

    private static IReadOnlyList<string> Lines(ReadMessage message, string code) =>
        Values.Lines(Find(message.Composition?.Section ?? [], code, 4)?.Text);

    private static R4.Composition.SectionComponent? Find(List<R4.Composition.SectionComponent> sections, string code, int levels) =>
        sections.Find(s => Values.Code(s.Code, CodeSystems.Snomed) == code)
        ?? (levels == 0 ? null : sections.Select(s => Find(s.Section, code, levels - 1)).FirstOrDefault(s => s is not null));
}
