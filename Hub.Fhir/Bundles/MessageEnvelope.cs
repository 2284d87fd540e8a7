namespace Hub.Fhir.Bundles;

/// <summary>Binds a composed body to one recipient: message ids and destination, nothing else.</summary>
public static class MessageEnvelope
{
    /// <summary>Returns the body with Bundle.identifier, MessageHeader.id and MessageHeader.destination set. Same input, same bytes.</summary>
    public static ReadOnlyMemory<byte> Bind(ReadOnlyMemory<byte> body, MessageIds ids) => throw new NotSupportedException();
}
