using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>ORC-1 read with ORC-5 (clinical rule 7; HL7 tables 0119 and 0038).</summary>
internal static class OrderControl
{
    /// <returns>Null where nothing about the medicine changes: the line is dropped.</returns>
    public static MedicineAction? Read(string? control, string? status) => control switch
    {
        "OK" or "PR" or "SN" or "RR" or "NA" => null,

        // "Unable to ...": the order stands as it did.
        "UA" or "UC" or "UD" or "UF" or "UH" or "UM" or "UR" or "UX" => null,
        "CA" or "OC" or "CR" => MedicineAction.Cancelled,
        "DC" or "OD" or "DR" => MedicineAction.Stop,
        "HD" or "OH" or "HR" => MedicineAction.Hold,
        "RL" or "OE" or "OR" => MedicineAction.Resume,
        "CM" => MedicineAction.CourseFinished,

        // A new or changed order whose status already says that it ended is read by its status.
        "NW" => ByStatus(status) ?? MedicineAction.Start,
        "XO" or "XX" or "RP" or "RO" => ByStatus(status) ?? MedicineAction.Amend,
        "RF" => ByStatus(status) ?? MedicineAction.Continue,
        "SC" => ByStatus(status) ?? (status is "IP" or "SC" ? MedicineAction.Continue : MedicineAction.NotUnderstood),
        _ => MedicineAction.NotUnderstood,
    };

    /// <summary>The control as sent, for a person to read.</summary>
    public static string Words(string? control, string? status) => $"ORC-1 {control ?? "empty"}, ORC-5 {status ?? "empty"}";

    private static MedicineAction? ByStatus(string? status) => status switch
    {
        "CA" => MedicineAction.Cancelled,
        "CM" => MedicineAction.CourseFinished,
        "DC" => MedicineAction.Stop,
        "HD" => MedicineAction.Hold,
        _ => null,
    };
}
