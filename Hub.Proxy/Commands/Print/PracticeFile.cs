using Hub.Adapters.Documents;
using Hub.Fhir.Events;
using Hub.Fhir.Itk3;
using Hub.Fhir.Resources;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands.Print;

/// <summary>The newest message for the practice in the two forms that its system files: the ITK3 message and the PDF.</summary>
internal static class PracticeFile
{
    /// <param name="what"><c>itk3</c> or <c>pdf</c>.</param>
    /// <param name="episode">Whose it is.</param>
    /// <param name="page">The same message as a page, or why there is none.</param>
    public static Printout Of(string what, EpisodeView episode, Printout page) => page.Json is not { } message ? page : what == "pdf" ? Pdf(message, page) : Itk3(message, page, episode);

    private static Printout Pdf(ReadOnlyMemory<byte> message, Printout page) => MessagePdf.Write(message) is { } pdf
        ? page with { Html = null, File = pdf }
        : new Printout { Refused = "The text has a character that the PDF's font cannot show; the message goes without a PDF." };

    private static Printout Itk3(ReadOnlyMemory<byte> message, Printout page, EpisodeView episode)
    {
        var state = episode.State;
        var hidden = HoldRules.IsHidden(state.Patient); // the practice tells where a person lives (clinical rule 21)
        var envelope = new Itk3Envelope
        {
            MessageId = new Guid(ResourceIds.For("Message", "print", state.Key.Organisation.Value, state.Key.LocalId)),
            Sender = state.Key.Organisation,
            Receiver = state.Patient.GpPractice is { NamesNoPractice: false } practice && !hidden ? practice : OdsCode.Parse("V81999"),
            ReceiverName = hidden ? null : state.Patient.GpPracticeName,
            ReceivedAt = episode.Events[0].ReceivedAt,
            Pdf = MessagePdf.Write(message),
        };
        var xml = Itk3Message.Write(message, envelope);
        return page with { Html = null, File = xml.Bytes, Json = Itk3Message.Write(message, envelope with { Format = Itk3Format.Json }).Bytes };
    }
}
