using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Who the person is was corrected. Nothing clinical is told again here: it may belong to somebody else.</summary>
internal static class IdentityBundle
{
    public static Story Tell(CaseFile file, PartSet parts, PatientMerged merged) => new()
    {
        Subject = "Identity corrected: two records are one person",
        News =
        [
            "Two records held by the sender were found to be one person.",
            "Use the identifiers in this message from now on.",
            "If you hold two records, join them by your own procedure; this message does not do it.",
        ],
        Asks = [Confirm("confirm-merge", "Confirm that your record is for the person named here. If it is not, tell us: not our patient.")],
        NewsEntries = [parts.Add(PatientMapper.ToRetired(merged.Retired, RetiredId(merged.Retired, file), file.PatientUrl))],
        TellsWholeCase = false,
        TriggerEvent = "A40",
    };

    public static Story Tell(CaseFile file, PartSet parts, PatientUnmerged unmerged) => new()
    {
        Subject = "Identity corrected: two records are two people",
        News =
        [
            "An earlier message joined two records. That was wrong: they are two people.",
            "What was sent about the other person under this identity is withdrawn; do not act on it.",
        ],
        Asks = [Confirm("confirm-unmerge", "Check your record for anything that belongs to the other person, and tell the crisis team what you found.")],
        NewsEntries = [parts.Add(PatientMapper.ToPatient(
            // Another person: this reader is told by which ids, and nothing more.
            new PatientRef { LocalIds = unmerged.Separated.LocalIds }, RetiredId(unmerged.Separated, file), null, null))],
        TellsWholeCase = false,
        NotOnline = true,
        Status = Hl7.Fhir.Model.CompositionStatus.Amended,
        TriggerEvent = "A37",
    };

    public static Story Tell(PatientLinkReported reported) => new()
    {
        Subject = "Identity: a link was reported",
        News =
        [
            reported.Kind == PatientLinkKind.Linked
                ? "The sender reports that two records may be the same person. Nothing has been joined."
                : "The sender reports that an identifier was changed. Nothing has been changed here.",
            "A person at the trust decides.",
        ],
        TellsWholeCase = false,
        TriggerEvent = reported.Kind == PatientLinkKind.Linked ? "A24" : "A47",
    };

    private static string RetiredId(PatientRef other, CaseFile file) =>
        ResourceIds.Patient(other, file.Event.Source, new SourceMessageId(file.Event.SourceMessageId.Value + "/other"));

    private static Ask Confirm(string id, string text) => new() { Id = id, Owner = CareParty.Gp, Text = text };
}
