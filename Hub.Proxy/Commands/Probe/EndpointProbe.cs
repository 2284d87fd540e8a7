using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hub.Proxy.Commands.Probe;

/// <summary>Looks at one address step by step, as far as each step allows the next, and never longer than a time a step. It sends no message and no patient data.</summary>
internal sealed class EndpointProbe(ProbeTarget target, TimeSpan patience, TimeProvider time)
{
    private const string Connect = "connect";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (await ResolveAsync(findings, cancellationToken) is not { } addresses || await ConnectAsync(addresses, findings, cancellationToken) is not { } socket)
        {
            return findings;
        }

        using (socket)
        {
            await using var stream = new NetworkStream(socket);
            var tls = target.Tls ? await new TlsProbe(target, patience, time).RunAsync(stream, findings, cancellationToken) : null;
            if (target.Tls && tls is null)
            {
                return findings;
            }

            if (target is { FhirBase: null, Mesh: null })
            {
                findings.Add(await MllpProbe.ListenAsync((Stream?)tls?.Stream ?? stream, tls?.AskedForCertificate == true && !target.Trust.ShowsCertificate, time, cancellationToken));
            }

            await (tls?.Stream.DisposeAsync() ?? ValueTask.CompletedTask);
            if (target is { Tls: false } && !IPAddress.IsLoopback(addresses[0]))
            {
                findings.Add(Finding.Warning("tls", "The address is plain: whoever is on the way can read what passes.", Owners.Hub, "Agree on TLS with the partner, unless the network itself is encrypted."));
            }

            if (target.Mesh is { } mailbox && findings.TrueForAll(f => f.Level != FindingLevel.Bad))
            {
                findings.AddRange(await new MeshProbe(mailbox, patience, time).RunAsync(cancellationToken));
            }

            if (target.FhirBase is not null && findings.TrueForAll(f => f.Level != FindingLevel.Bad))
            {
                await new FhirProbe(target, patience, time).RunAsync(tls?.AskedForCertificate == true, findings, cancellationToken);
            }
        }

        return findings;
    }

    private async Task<IPAddress[]?> ResolveAsync(List<Finding> findings, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(target.Host, out var literal))
        {
            return [literal];
        }

        try
        {
            using var deadline = Deadline(cancellationToken);
            var found = await Dns.GetHostAddressesAsync(target.Host, deadline.Token);
            findings.Add(Finding.Good("dns", $"{target.Host} is {string.Join(", ", found.Take(4).Select(a => a.ToString()))}."));
            return found;
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            findings.Add(Finding.Bad("dns", $"The name {target.Host} cannot be resolved from here.", Owners.Hub, "Check the name's spelling in the partner file; then ask the network team whether this machine's DNS should know it."));
            return null;
        }
    }

    private async Task<Socket?> ConnectAsync(IPAddress[] addresses, List<Finding> findings, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var began = time.GetTimestamp();
            using var deadline = Deadline(cancellationToken);
            await socket.ConnectAsync(addresses, target.Port, deadline.Token);
            findings.Add(Finding.Good(Connect, string.Create(CultureInfo.InvariantCulture, $"Port {target.Port} took a connection in {time.GetElapsedTime(began).TotalMilliseconds:F0} ms.")));
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            findings.Add(refused.SocketErrorCode == SocketError.ConnectionRefused
                ? Finding.Bad(Connect, $"Nothing listens on port {target.Port}: the connection was refused.", Owners.Partner, "Start the listener, or say which port it has; whoever runs the hub corrects the partner file.")
                : Finding.Bad(Connect, $"Port {target.Port} cannot be reached ({refused.SocketErrorCode}).", Owners.Network, "Check route and firewall from this machine to that address and port."));
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            findings.Add(Finding.Bad(Connect, $"Port {target.Port} gave no answer in {patience.TotalSeconds:0.#} s: most often a firewall that drops.", Owners.Network, "Open the way from this machine to that address and port."));
            return null;
        }
    }

    private CancellationTokenSource Deadline(CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        return deadline;
    }
}
