using Hub.Fhir.Events;

namespace Hub.Fhir.Itk3;

public enum Itk3Format
{
    Xml,
    Json,
}

/// <summary>ITK-RecipientType-1: whether the receiver is asked to do something.</summary>
public enum Itk3RecipientType
{
    ForAction,
    ForInformation,
}

/// <summary>What kind of ITK3 message it is (ITK-MessageEvent-2), and the definition that rules it.</summary>
/// <param name="Code">Such as <c>ITK004D</c>.</param>
/// <param name="Display">The code system's words.</param>
/// <param name="MessageDefinition">The canonical address that the handling extension names.</param>
public sealed record Itk3Event(string Code, string Display, string MessageDefinition)
{
    private const string Definitions = "https://fhir.nhs.uk/STU3/MessageDefinition/";

    /// <summary>Transfer of care: a mental-health discharge with every heading that PRSB asks for.</summary>
    public static readonly Itk3Event MentalHealthDischarge = new("ITK004D", "ITK Mental Health eDischarge", Definitions + "ITK-MH-eDischarge-MessageDefinition-4");

    /// <summary>Anything else that a practice files: GP Connect Send Document.</summary>
    public static readonly Itk3Event SendDocument = new("ITK007C", "ITK GP Connect Send Document", Definitions + "ITK-GPConnectSendDocument-MessageDefinition-Instance-1");

    /// <summary>An answer to either.</summary>
    public static readonly Itk3Event Response = new("ITK008M", "ITK Response", Definitions + "ITK-Response-MessageDefinition-Instance-1");
}

/// <summary>What is one recipient's of an ITK3 message: ids, addresses, what is asked for. The same envelope and message give the same bytes.</summary>
public sealed record Itk3Envelope
{
    /// <summary>MessageHeader.id and Bundle.identifier: what the answer names.</summary>
    public required Guid MessageId { get; init; }

    public required OdsCode Receiver { get; init; }
    public required OdsCode Sender { get; init; }
    public string? ReceiverName { get; init; }
    public string? SenderName { get; init; }

    /// <summary>When the hub received the event: the only clock in the message.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public Itk3Format Format { get; init; } = Itk3Format.Xml;

    /// <summary>Null for the event that the content is: a discharge with all its headings, or a document.</summary>
    public Itk3Event? Event { get; init; }

    /// <summary>Null for what the message asks of the practice. GP Connect receivers refuse anything but "for action" (10010).</summary>
    public Itk3RecipientType? RecipientType { get; init; }

    /// <summary>The receiver's system shall say whether it could read it (20013, 1xxxx, 2xxxx).</summary>
    public bool InfAckRequested { get; init; } = true;

    /// <summary>The practice shall say whether the person is theirs (3xxxx).</summary>
    public bool BusAckRequested { get; init; } = true;

    /// <summary>Links all versions, and documents A and B, of one episode. Null to derive it from the episode that the message names; at most 255 characters, nothing of the person.</summary>
    public string? SenderReference { get; init; }

    /// <summary>The narrative as a PDF, to stand beside it.</summary>
    public ReadOnlyMemory<byte>? Pdf { get; init; }

    /// <summary>The envelope of one recipient; whoever sends, and the person's practice where the recipient has no code of its own, are read from the message.</summary>
    /// <exception cref="Itk3MappingException">The message names no sending organisation.</exception>
    public static Itk3Envelope For(ReadOnlyMemory<byte> r4Message, Guid messageId, DateTimeOffset receivedAt, OdsCode? receiver, string? receiverName = null)
    {
        var source = R4Message.Read(r4Message);
        return new Itk3Envelope
        {
            MessageId = messageId,
            ReceivedAt = receivedAt,
            Sender = source.Sender ?? throw new Itk3MappingException("MessageHeader.source.endpoint", "names no organisation"),
            Receiver = receiver ?? source.Practice ?? OdsCode.Parse("V81999"), // "not known": MESH finds the practice
            ReceiverName = receiverName,
        };
    }
}

/// <summary>An ITK3 message, ready for its carrier.</summary>
public sealed record Itk3Written
{
    /// <summary>ITK3 receivers answer 20015 to more.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    public required ReadOnlyMemory<byte> Bytes { get; init; }
    public required string MediaType { get; init; }
    public required Itk3Event Event { get; init; }
    public required Itk3RecipientType RecipientType { get; init; }
    public required string SenderReference { get; init; }

    /// <summary>
    /// Demographics that must be there because the NHS number is absent or not verified, and are not (PDS-02). Names of elements. A person decides: what is hidden must not be
    /// filled in.
    /// </summary>
    public required IReadOnlyList<string> MissingDemographics { get; init; }

    /// <summary>True where the PDF would have made it too large and was left out; the document itself is whole without it.</summary>
    public bool PdfLeftOut { get; init; }

    public bool IsTooLarge => Bytes.Length > MaxBytes;
}
