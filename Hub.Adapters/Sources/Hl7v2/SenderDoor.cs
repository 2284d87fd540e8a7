using System.Net;
using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>
/// Who is at the other end of a connection: its address, and its certificate if it showed one. MSH-3 and MSH-4 can be written by anybody; where a source's
/// file has <c>access</c>, a message that names it is taken only from where that file says it comes from.
/// </summary>
internal sealed record SenderDoor(IPAddress? Address, string? Thumbprint)
{
    public static SenderDoor Of(ConnectionContext connection)
    {
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        return new SenderDoor((connection.RemoteEndPoint as IPEndPoint)?.Address, certificate is null ? null : Convert.ToHexString(SHA256.HashData(certificate.RawData)));
    }

    /// <summary>Whether what comes through this door may name a source.</summary>
    public bool MayBe(AccessSettings? access) =>
        access is null || ((access.Addresses.Count == 0 || (Address is { } address && access.Admits(address))) && (access.Certificates.Count == 0 || (Thumbprint is { } shown && access.Names(shown))));

    /// <summary>The message as it is to be taken: as it was read, or refused because it came from elsewhere.</summary>
    public Hl7v2Received Judge(Hl7v2Received message) => message.Source is not { } source || MayBe(source.Access) ? message : message with
    {
        // Kept, and not as that source's: nobody can say whose it is.
        Received = message.Received with { SourceId = ReceivedMessage.UnknownSource, SetAsideBecause = null, Subject = null },
        Reading = new Unreadable(Refusals.FromElsewhere()),
    };
}
