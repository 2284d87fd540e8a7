using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Wire.Mesh;

namespace Hub.Adapters.Sources.Mesh;

/// <summary>Hands a FHIR message that came by MESH to the same intake as one that was posted. When it returns, the message is durable or refused durably.</summary>
public sealed class MeshEvents(IEventIntake intake, TimeProvider time)
{
    /// <exception cref="StorageUnavailableException">Nothing was stored: the message must stay in the mailbox.</exception>
    public Task<IntakeReceipt> TakeAsync(PartnerFile source, MeshMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var isXml = message.Bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
        var reading = FhirMessageReader.Read(message.Bytes, isXml, [source]);

        // The file's own mailbox brought it: a message that cannot be read is this source's all the same.
        var received = FhirMessageEndpoint.ToReceived(reading, message.Bytes, isXml, time.GetUtcNow()) with { SourceId = source.Id };
        return reading.Problems.Count > 0
            ? intake.RefuseAsync(received, new Refusal(reading.NeverTaken, reading.Problems), cancellationToken)
            : intake.AcceptAsync(received, reading.Events, cancellationToken);
    }
}
