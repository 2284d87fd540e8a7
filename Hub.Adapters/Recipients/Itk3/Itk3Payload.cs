using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Adapters.Documents;
using Hub.Adapters.Recipients.Mesh;
using Hub.Fhir.Itk3;

namespace Hub.Adapters.Recipients.Itk3;

/// <summary>ITK3 in a MESH message: the STU3 document that GP systems file, its PDF in it, acknowledgements asked for as agreed, answered by ITK Responses.</summary>
internal sealed class Itk3Payload(Itk3Format format, Itk3Handling? agreed = null) : MeshPayload
{
    private readonly Itk3Handling handling = agreed ?? Itk3Handling.Usual;

    /// <summary>The same form, handled as one receiver has agreed.</summary>
    public Itk3Payload Handled(Itk3Handling by) => new(format, by);

    public override IReadOnlyList<OutcomeRow> Outcomes => Itk3Outcomes.Rows;

    /// <exception cref="Itk3MappingException">Something in the message has no place in ITK3, or it is too large for any receiver.</exception>
    public override FrozenMessage Freeze(MessageDraft draft, string destination)
    {
        var envelope = Itk3Envelope.For(draft.Body, draft.MessageId, draft.ReceivedAt, draft.Partner.Organisation, draft.Partner.Name);
        var written = Itk3Message.Write(draft.Body, envelope with
        {
            Format = format, Pdf = MessagePdf.Write(draft.Body), InfAckRequested = handling.InfAck, BusAckRequested = handling.BusAck, RecipientType = handling.RecipientType,
        });
        return written.IsTooLarge
            ? throw new Itk3MappingException("The message is larger than the 5 MB that ITK3 receivers take (20015).")
            : new FrozenMessage(written.Bytes, written.MediaType, draft.MessageId.ToString());
    }

    public override MeshRouting? ReadRouting(ReadOnlyMemory<byte> bytes) => Itk3Address.Read(bytes) is not { } address ? null : new MeshRouting
    {
        EventCode = address.EventCode,
        NhsNumber = address.NhsNumber,
        BirthDate = DateOnly.TryParseExact(address.BirthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) ? born : null,
        Surname = address.Surname,
        Missing = address.Missing,
    };

    public override MeshReply? ReadReply(ReadOnlyMemory<byte> body, OutcomeTable outcomes)
    {
        if (Itk3Response.Read(body) is not { } answer)
        {
            return null;
        }

        var (stage, outcome) = Itk3Outcomes.Of(answer, outcomes, body, technicalEnds: !handling.BusAck);

        // Who has answered has the message: an answer that tells nothing is for a person to read, and is not waited for again.
        return new MeshReply(answer.AnswersMessageId, stage, outcome is null or Delivered or Rejected ? outcome : new Rejected(Said(outcome, answer)) { Code = answer.SentCode, Evidence = body });
    }

    private static string Said(DeliveryOutcome outcome, Itk3Answer answer) => outcome is Unknown unknown ? unknown.Reason : $"ITK response {answer.SentCode}";
}
