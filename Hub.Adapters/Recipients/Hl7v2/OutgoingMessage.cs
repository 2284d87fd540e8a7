using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>
/// Writes a composed message as HL7 v2. Every form carries the words that people read. MDM^T02 is information and needs nobody's leave; ADT and RDE make a
/// receiving system act by itself, and leave only to a partner whose file says who agreed to that (clinical rule 8).
/// </summary>
internal static class OutgoingMessage
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
        var trigger = settings.Agreed.Contains(AgreedForm.Adt) ? AdtTrigger.Of(bundle) : null;
        var orders = settings.Agreed.Contains(AgreedForm.Rde) ? RdeOrder.Of(bundle) : [];
        var type = trigger?.MessageType ?? (orders.Count > 0 ? "RDE^O11^RDE_O11" : "MDM^T02^MDM_T02");

        message.Add("MSH", Header(draft, settings, type));
        if (trigger is not null)
        {
            message.Add("EVN", [trigger.Event, SegmentWriter.Time(draft.ReceivedAt), "", "", "", SegmentWriter.FhirTime(Occurred(bundle))]);
        }
        else if (orders.Count == 0)
        {
            message.Add("EVN", ["T02", SegmentWriter.Time(draft.ReceivedAt)]); // RDE_O11 has no EVN
        }

        message.Add("PID", OutgoingPatient.Fields(patient, message));
        var visit = OutgoingPatient.VisitFields(First<Encounter>(bundle), First<EpisodeOfCare>(bundle), message);
        message.Add("PV1", trigger is null ? visit : OutgoingPatient.WithStay(visit, First<Encounter>(bundle)));
        if (trigger is null && orders.Count == 0)
        {
            message.Add("TXA", MdmDocument.Fields(draft, bundle, composition, message, settings.Form));
        }

        foreach (var order in orders)
        {
            order.AddTo(message);
        }

        OutgoingPage.AddTo(message, draft, settings, composition);
        return message.ToBytes();
    }

    public static T? First<T>(Bundle bundle) where T : Resource => bundle.Entry.Select(entry => entry.Resource).OfType<T>().FirstOrDefault();

    /// <summary>The code of the event that a message tells.</summary>
    public static string EventCode(Bundle bundle) => (First<MessageHeader>(bundle)?.Event as Coding)?.Code ?? "";

    private static string? Occurred(Bundle bundle) => (First<Provenance>(bundle)?.Occurred as FhirDateTime)?.Value;

    private static string[] Header(MessageDraft draft, Hl7v2MllpSettings settings, string type) =>
    [
        "^~\\&",
        SegmentWriter.Escape(settings.SendingApplication), SegmentWriter.Escape(settings.SendingFacility),
        SegmentWriter.Escape(settings.ReceivingApplication), SegmentWriter.Escape(settings.ReceivingFacility),
        SegmentWriter.Time(draft.ReceivedAt), "",
        type, ControlId(draft.MessageId), settings.ProcessingId, settings.Version, "", "",

        // Valued only in enhanced mode: an original-mode receiver may refuse what it does not know (UK HL7 v2: "not supported").
        settings.Enhanced ? "AL" : "", settings.Enhanced ? settings.Commit == CommitMeaning.AwaitApplication ? "AL" : "NE" : "",
        "", settings.CharsetName, "", "", SegmentWriter.Escape(settings.MessageProfile),
    ];

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

    private static Patient? Subject(Bundle bundle, Composition composition)
    {
        var url = composition.Subject?.Reference;
        return bundle.Entry.FirstOrDefault(entry => url is not null && entry.FullUrl == url)?.Resource as Patient
            ?? bundle.Entry.Select(entry => entry.Resource).OfType<Patient>().FirstOrDefault(patient => patient.Active != false);
    }
}
