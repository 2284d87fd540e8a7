using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles;

/// <summary>
/// A discharge as a FHIR document: Composition first, the same sections and entries as the message. It is printed (<c>hub print --what document --json</c>)
/// and not delivered: a bare document is answered by a 201 that names no MessageHeader of ours, so nothing would tell acceptance from arrival (FHIR R4
/// messaging: an answer names the request's MessageHeader.id), and practices take documents as STU3 over MESH.
/// </summary>
public static class DocumentComposer
{
    /// <exception cref="ArgumentException">The event is neither a discharge nor its withdrawal.</exception>
    public static ComposedBody Compose(ComposeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Event is not (Discharge or DischargeCancelled))
        {
            throw new ArgumentException("Only a discharge, or its withdrawal, is sent as a document.", nameof(request));
        }

        var composed = ComposedCase.Of(CaseFileReader.Open(request));
        return BundleComposer.Check(MessageAssembly.ToDocument(composed, request.Audience), MessageAssembly.Title(composed, request.Audience), composed, request);
    }
}
