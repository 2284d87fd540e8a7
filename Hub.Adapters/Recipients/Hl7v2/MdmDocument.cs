using Hl7.Fhir.Model;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>TXA of MDM^T02, original document notification and content (HL7 v2.4, 9.6.2): which document, and which one it replaces.</summary>
internal static class MdmDocument
{
    public static string[] Fields(MessageDraft draft, Bundle bundle, Composition composition, SegmentWriter message, DocumentForm form)
    {
        var written = SegmentWriter.FhirTime(composition.Date);
        var replaces = composition.RelatesTo.FirstOrDefault(related => related.Code == DocumentRelationshipType.Replaces)?.Target as Identifier;
        var fields = new string[19];
        Array.Fill(fields, "");
        fields[0] = "1";
        fields[1] = OutgoingMessage.EventCode(bundle) == "discharge" ? "DS" : "PN"; // table 0270: discharge summary, else progress note
        fields[2] = form == DocumentForm.Text ? "FT" : form == DocumentForm.Html ? "TX" : "AP";
        fields[3] = written;
        fields[5] = written;
        fields[11] = message.Fit(DocumentId(composition.Identifier) ?? draft.MessageId.ToString());
        fields[12] = DocumentId(replaces) is { } parent ? message.Fit(parent) : "";
        fields[16] = "AU"; // table 0271: authenticated, by the sender whose event it tells
        fields[17] = composition.Confidentiality is Composition.V3ConfidentialityClassification.R or Composition.V3ConfidentialityClassification.V ? "R" : "U";
        fields[18] = "AV";
        return fields;
    }

    private static string? DocumentId(Identifier? identifier) =>
        identifier?.Value is { Length: > 0 } value
            ? value.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? value["urn:uuid:".Length..] : value
            : null;
}
