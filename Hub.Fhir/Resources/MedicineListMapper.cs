using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>The list of current medicines and the list of what is no longer taken at all.</summary>
internal static class MedicineListMapper
{
    public static List ToActive(string id, string title, string patientUrl, ClinicalTime asOf, string? sourceUrl, IReadOnlyList<string> statements, string note) =>
        ToList(id, "1102411000000102", "Active medications", title, patientUrl, asOf, sourceUrl, statements, note);

    public static List ToDiscontinued(string id, string title, string patientUrl, ClinicalTime asOf, string? sourceUrl, IReadOnlyList<string> statements) =>
        ToList(id, "1102191000000100", "Discontinued medications", title, patientUrl, asOf, sourceUrl, statements, null);

    private static List ToList(
        string id, string code, string display, string title, string patientUrl, ClinicalTime asOf, string? sourceUrl, IReadOnlyList<string> statements, string? note) =>
        ProfileClaims.Claim(new List
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Status = List.ListStatus.Current,
            Mode = ListMode.Snapshot,
            Title = title,
            Code = Datatypes.Concept(CodeSystems.Snomed, code, display),
            Subject = new ResourceReference(patientUrl),
            DateElement = ((ClinicalTime?)asOf).ToFhir(),
            Source = sourceUrl is null ? null : new ResourceReference(sourceUrl),
            Note = note is null ? [] : [new Annotation { Text = new Markdown(note) }],
            Entry = [.. statements.Select(s => new List.EntryComponent { Item = new ResourceReference(s) })],
            // Never nilknown (clinical rule 6): an empty list of ours means that nothing was reported to us.
            EmptyReason = statements.Count == 0 ? Datatypes.Concept(CodeSystems.ListEmptyReason, "unavailable", "Unavailable") : null,
        });
}
