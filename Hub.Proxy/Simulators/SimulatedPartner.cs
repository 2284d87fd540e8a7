using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hub.Proxy.Simulators;

/// <summary>
/// A scripted partner on a real loopback socket. It shares no reader, writer or client with the hub, so that a fault of the hub's cannot
/// hide in both ends.
/// </summary>
public abstract class SimulatedPartner : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedCopy> received = new();
    private readonly ConcurrentQueue<ReceivedCopy> applied = new();
    private readonly ConcurrentDictionary<string, int> arrivals = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, SimulatorFault> settled = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<TcpClient, Task> connections = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private CancellationTokenSource stopping = new();

    private protected SimulatedPartner(SimulatorScript? script, TimeProvider? time)
    {
        Script = script ?? new SimulatorScript();
        Time = time ?? TimeProvider.System;
    }

    public SimulatorScript Script { get; }

    /// <summary>Stays the same over <see cref="StopListeningAsync"/> and <see cref="Resume"/>.</summary>
    public int Port { get; private set; }

    /// <summary>Every arrival so far, in order.</summary>
    public IReadOnlyList<ReceivedCopy> Received => [.. received];

    /// <summary>What it took, in order: a message that comes again under its id is not taken twice.</summary>
    public IReadOnlyList<ReceivedCopy> Applied => [.. applied];

    /// <summary>Arrivals of a message id that had arrived before.</summary>
    public int Repeats => arrivals.Values.Sum(count => count - 1);

    /// <summary>With which certificate connections from now on are served, and whose they must show; null is plain.</summary>
    public SimulatorTls? Tls { get; set; }

    private protected string Scheme => Tls is null ? "http" : "https";

    private protected TimeProvider Time { get; }

    /// <summary>Connections are refused from now on and open ones are cut, as when a partner's server stops.</summary>
    public async Task StopListeningAsync()
    {
        await stopping.CancelAsync();
        listener?.Stop();
        foreach (var connection in connections.Keys)
        {
            connection.Dispose();
        }

        await accepting;
        await Task.WhenAll(connections.Values);
    }

    /// <summary>Listens again, on the same port.</summary>
    public void Resume()
    {
        stopping.Dispose();
        stopping = new CancellationTokenSource();
        Listen(Port);
    }

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    // Loopback only: a simulator answers anybody, and must not be found from another machine.
    private protected void Listen(int port)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(512);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener, stopping.Token);
    }

    /// <summary>Serves one connection until the peer or the script ends it.</summary>
    private protected abstract Task ServeAsync(Stream stream, CancellationToken cancellationToken);

    /// <summary>Logs an arrival and says how to treat it: a message settled before is answered as before.</summary>
    private protected (ReceivedCopy Copy, SimulatorFault Fault) Take(string messageId, string? documentId, string? eventCode, byte[] bytes,
        IReadOnlyDictionary<string, string>? headers = null)
    {
        var copy = new ReceivedCopy
        {
            At = Time.GetUtcNow(),
            MessageId = messageId,
            DocumentId = documentId,
            EventCode = eventCode,
            Bytes = bytes,
            Headers = headers ?? new Dictionary<string, string>(),
            Arrival = arrivals.AddOrUpdate(messageId, 1, (_, count) => count + 1),
        };
        received.Enqueue(copy);

        var fault = Script.Choose(messageId);
        if (settled.TryGetValue(messageId, out var before))
        {
            // What was taken stays taken and what was refused stays refused; only how the answer travels may differ.
            return (copy, before.Takes == fault.Takes ? fault : before);
        }

        if ((fault.Takes || fault.Behaviour is SimulatorBehaviour.Fatal or SimulatorBehaviour.Refuse)
            && settled.TryAdd(messageId, fault.Takes ? SimulatorFault.None : fault) && fault.Takes)
        {
            applied.Enqueue(copy);
        }

        return (copy, fault);
    }

    private async Task AcceptAsync(TcpListener from, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var client = await from.AcceptTcpClientAsync(cancellationToken);
                client.NoDelay = true;
                var served = new TaskCompletionSource();
                connections[client] = served.Task;
                _ = ServeAndForgetAsync(client, served, cancellationToken);
            }
            catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAndForgetAsync(TcpClient client, TaskCompletionSource served, CancellationToken cancellationToken)
    {
        try
        {
            using (client)
            {
                await ServeAsync(client, cancellationToken);
            }
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The hub hung up, or the script stopped the partner: both are what simulators are for.
        }
        finally
        {
            connections.TryRemove(client, out _);
            served.SetResult();
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (Tls is not { } tls)
            {
                await ServeAsync(client.GetStream(), cancellationToken);
                return;
            }

            await using var secured = new SslStream(client.GetStream());
            await secured.AuthenticateAsServerAsync(tls.Options(), cancellationToken);
            await ServeAsync(secured, cancellationToken);
        }
        catch (SimulatedReset)
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0); // closing then sends RST
        }
    }
}
