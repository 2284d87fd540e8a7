using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Itk3;

/// <summary>
/// What a GP practice's system really takes: the message that the hub composed for it (R4) as an ITK3 message (STU3), a Bundle of a header and one document. Pure; the same
/// message and envelope give the same bytes. It says what the R4 message says and nothing else: what was withheld there cannot come back here.
/// </summary>
public static class Itk3Message
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="Itk3MappingException">The message holds what STU3, or our table of it, has no place for.</exception>
    /// <exception cref="ArgumentException">It is no message of the hub.</exception>
    public static Itk3Written Write(Bundle r4Message, Itk3Envelope envelope) => Write(FhirJson.Write(r4Message), envelope);

    /// <inheritdoc cref="Write(Bundle, Itk3Envelope)"/>
    /// <param name="r4Message">The message as composed, JSON, bound to a recipient or not.</param>
    /// <param name="envelope">What is the recipient's.</param>
    public static Itk3Written Write(ReadOnlyMemory<byte> r4Message, Itk3Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);

        var source = R4Message.Read(r4Message);
        var written = Write(source, envelope);
        return written.IsTooLarge && envelope.Pdf is not null ? Write(source, envelope with { Pdf = null }) with { PdfLeftOut = true } : written;
    }

    /// <summary>Which kind of ITK3 message the content is, so that a carrier can choose its workflow before anything is written.</summary>
    public static Itk3Event KindOf(ReadOnlyMemory<byte> r4Message) => R4Message.Read(r4Message).Kind;

    private static Itk3Written Write(R4Message source, Itk3Envelope envelope)
    {
        var facts = new Itk3Written
        {
            Bytes = default,
            MediaType = envelope.Format == Itk3Format.Xml ? "application/fhir+xml" : "application/fhir+json",
            Event = envelope.Event ?? source.Kind,
            RecipientType = envelope.RecipientType ?? (source.AsksTheReceiver ? Itk3RecipientType.ForAction : Itk3RecipientType.ForInformation),
            SenderReference = envelope.SenderReference ?? source.EpisodeReference,
            MissingDemographics = source.MissingDemographics(),
        };
        var bundle = Itk3Header.Wrap(source, Itk3Document.Of(source, facts.Event, envelope.Pdf), envelope, facts);
        var tree = Stu3Order.Ordered(bundle, "Bundle", "Bundle", isResource: true);
        return facts with { Bytes = envelope.Format == Itk3Format.Xml ? Stu3Xml.Write(tree) : JsonSerializer.SerializeToUtf8Bytes(tree, Compact) };
    }
}
