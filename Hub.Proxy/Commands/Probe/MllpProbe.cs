namespace Hub.Proxy.Commands.Probe;

/// <summary>Looks at an MLLP listener without sending: a message that only tries would be taken for one.</summary>
internal static class MllpProbe
{
    private const string Step = "mllp";
    private static readonly TimeSpan Listens = TimeSpan.FromSeconds(1);

    public static async Task<Finding> ListenAsync(Stream stream, bool certificateMissing, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Listens, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await stream.ReadAsync(new byte[1], either.Token) == 0
                ? certificateMissing ? TlsProbe.NoClientCertificate() : Finding.Bad(
                    Step, "The partner closes the connection at once.", Owners.Partner, "Check whether its listener admits only known addresses, or one connection at a time that is taken.")
                : Finding.Warning(Step, "The partner speaks first, which an MLLP listener does not.", Owners.Partner, "Check that an HL7 v2 listener stands behind this port.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Good(Step, "It holds the connection and waits for a message, as an MLLP listener does. Nothing was sent.");
        }
        catch (IOException)
        {
            return certificateMissing ? TlsProbe.NoClientCertificate() : Finding.Bad(
                Step, "The partner breaks the connection off at once.", Owners.Partner, "Check whether its listener admits only known addresses, or refuses our certificate.");
        }
    }
}
