using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>
/// Writes a composed message as MDM^T02, original document notification and content (HL7 v2.4, 9.6.2): who, which visit, which document, and the
/// words that people read. Information, not an order: clinical rule 8.
/// </summary>
internal static class MdmDocument
{
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));

    /// <summary>MSH-10 holds 20 characters: the first 20 hexadecimal digits of the message id, 76 bits of a hash.</summary>
    public static string ControlId(Guid messageId) => messageId.ToString("N")[..20];

    /// <summary>Pure: the only time of the hub's own that it prints is <see cref="MessageDraft.ReceivedAt"/>.</summary>
    /// <exception cref="InvalidDataException">The body is no composed message.</exception>
    public static byte[] Write(MessageDraft draft, Hl7v2MllpSettings settings)
    {
        var bundle = Read(draft.Body);
        var composition = First<Composition>(bundle) ?? throw new InvalidDataException("The composed message has no Composition");
        var patient = Subject(bundle, composition) ?? throw new InvalidDataException("The composed message has no Patient");
        var message = new SegmentWriter(settings.Encoding);

        message.Add("MSH", Header(draft, settings));
        message.Add("EVN", ["T02", SegmentWriter.Time(draft.ReceivedAt)]);
        message.Add("PID", MdmPatient.Fields(patient, message));
        message.Add("PV1", MdmPatient.VisitFields(First<Encounter>(bundle), First<EpisodeOfCare>(bundle), message));
        message.Add("TXA", DocumentFields(draft, bundle, composition, message, settings.Form));
        AddContent(draft, settings, composition, message);
        return message.ToBytes();
    }

    private static string[] Header(MessageDraft draft, Hl7v2MllpSettings settings) =>
    [
        "^~\\&",
        SegmentWriter.Escape(settings.SendingApplication), SegmentWriter.Escape(settings.SendingFacility),
        SegmentWriter.Escape(settings.ReceivingApplication), SegmentWriter.Escape(settings.ReceivingFacility),
        SegmentWriter.Time(draft.ReceivedAt), "",
        "MDM^T02^MDM_T02", ControlId(draft.MessageId), settings.ProcessingId, settings.Version, "", "",

        // Valued only in enhanced mode: an original-mode receiver may refuse what it does not know (UK HL7 v2: "not supported").
        settings.Enhanced ? "AL" : "", settings.Enhanced ? settings.Commit == CommitMeaning.AwaitApplication ? "AL" : "NE" : "",
        "", settings.CharsetName, "", "", SegmentWriter.Escape(settings.MessageProfile),
    ];

    private static string[] DocumentFields(MessageDraft draft, Bundle bundle, Composition composition, SegmentWriter message, DocumentForm form)
    {
        var code = (First<MessageHeader>(bundle)?.Event as Coding)?.Code ?? "";
        var written = SegmentWriter.FhirTime(composition.Date);
        var replaces = composition.RelatesTo.FirstOrDefault(related => related.Code == DocumentRelationshipType.Replaces)?.Target as Identifier;
        var fields = new string[19];
        Array.Fill(fields, "");
        fields[0] = "1";
        fields[1] = code == "discharge" ? "DS" : "PN"; // table 0270: discharge summary, else progress note
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

    private static void AddContent(MessageDraft draft, Hl7v2MllpSettings settings, Composition composition, SegmentWriter message)
    {
        switch (settings.Form)
        {
            case DocumentForm.Text:
                var number = 0;
                foreach (var part in CompositionText.FormattedParts(composition, message))
                {
                    number++;
                    var set = number.ToString(CultureInfo.InvariantCulture);
                    message.Add("OBX", Observation(set, "FT", composition, message, part));
                }

                break;
            case DocumentForm.Html:
                var page = Convert.ToBase64String(Encoding.UTF8.GetBytes(CompositionText.HtmlPage(composition)));
                message.Add("OBX", Observation("1", "ED", composition, message, $"^TEXT^HTML^Base64^{page}"));
                break;
            default:
                var bound = MessageEnvelope.Bind(draft.Body, new MessageIds
                {
                    MessageId = draft.MessageId,
                    DestinationEndpoint = settings.EndpointName,
                    RecipientName = draft.Partner.Name,
                    RecipientOrganisation = draft.Partner.Organisation,
                });
                message.Add("OBX", Observation("1", "ED", composition, message, $"^Application^fhir+json^Base64^{Convert.ToBase64String(bound.Span)}"));
                break;
        }
    }

    private static string[] Observation(string set, string type, Composition composition, SegmentWriter message, string value) =>
        [set, type, message.Concept(composition.Type, composition.Title), set, value, "", "", "", "", "", "F"];

    private static Bundle Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Reader.DeserializeResource(Encoding.UTF8.GetString(body.Span)) as Bundle
                ?? throw new InvalidDataException("The composed message is no Bundle");
        }
        catch (DeserializationFailedException)
        {
            throw new InvalidDataException("The composed message is no readable FHIR"); // without the inner text: it quotes content
        }
    }

    private static T? First<T>(Bundle bundle) where T : Resource => bundle.Entry.Select(entry => entry.Resource).OfType<T>().FirstOrDefault();

    private static Patient? Subject(Bundle bundle, Composition composition)
    {
        var url = composition.Subject?.Reference;
        return bundle.Entry.FirstOrDefault(entry => url is not null && entry.FullUrl == url)?.Resource as Patient
            ?? bundle.Entry.Select(entry => entry.Resource).OfType<Patient>().FirstOrDefault(patient => patient.Active != false);
    }

    private static string? DocumentId(Identifier? identifier) =>
        identifier?.Value is { Length: > 0 } value
            ? value.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? value["urn:uuid:".Length..] : value
            : null;
}
