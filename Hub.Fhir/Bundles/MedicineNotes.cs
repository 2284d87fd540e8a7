using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles;

/// <summary>What the hub noticed about one line of medicine, with the medicine's name: a note itself holds no patient data and so cannot name it.</summary>
internal static class MedicineNotes
{
    private const string OnLine = "line ";

    public static IEnumerable<string> Of(CaseFile file) => file.Event.DataQuality.Select(n => (Note: n, Line: Line(n))).Where(n => n.Line is not null)
        .Select(n => Name(file, n.Line!) is { } name ? $"{name}: {n.Note.Text}" : n.Note.Text);

    /// <summary>The line id that a note is about; null for every other note.</summary>
    public static string? Line(DataQualityNote note) =>
        note.Code.StartsWith("medicine-", StringComparison.Ordinal) && note.Field.StartsWith(OnLine, StringComparison.Ordinal) ? note.Field[OnLine.Length..] : null;

    private static string? Name(CaseFile file, string lineId) =>
        (CaseFileReader.LinesOf(file.Event).FirstOrDefault(l => l.LineId == lineId) ?? file.Episode?.Medicines.FirstOrDefault(m => m.Line.LineId == lineId)?.Line)?.Medicine.Text;
}
