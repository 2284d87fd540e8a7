using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hub.Tests.Support;

/// <summary>What a line does to one connection. All null and false: it carries everything both ways.</summary>
internal sealed record LineFault
{
    public static readonly LineFault None = new();

    /// <summary>The line ends after this many bytes have gone to the partner.</summary>
    public int? CutToPartnerAfter { get; init; }

    /// <summary>The line ends after this many bytes have come back.</summary>
    public int? CutToHubAfter { get; init; }

    /// <summary>Ends with RST where it ends.</summary>
    public bool Reset { get; init; }

    /// <summary>Takes the connection and carries nothing.</summary>
    public bool Stall { get; init; }

    /// <summary>After the partner's first answer bytes, the way back is closed and the way there left open.</summary>
    public bool HalfClose { get; init; }

    /// <summary>What comes back comes this much later.</summary>
    public TimeSpan AnswersLate { get; init; }

    /// <summary>What comes back comes twice.</summary>
    public bool AnswersTwice { get; init; }

    /// <summary>These bytes come back at once, and nothing is carried: what a TLS client gets from a plain port.</summary>
    public byte[]? Garbage { get; init; }
}

/// <summary>A line to a partner that a test can make fail: a real socket on either side, and a fault for each connection in turn.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<LineFault> next = new();
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly int target;
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private int connections;

    private FaultProxy(int target) => this.target = target;

    public int Port { get; private set; }

    /// <summary>What happens to connections that nothing else was said about.</summary>
    public LineFault Always { get; set; } = LineFault.None;

    /// <summary>Connections taken so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static FaultProxy To(int target)
    {
        var proxy = new FaultProxy(target);
        proxy.Resume();
        return proxy;
    }

    /// <summary>The next connection gets this; called again, the one after it.</summary>
    public FaultProxy Then(LineFault fault)
    {
        next.Enqueue(fault);
        return this;
    }

    /// <summary>Connections are refused from now on.</summary>
    public async Task RefuseAsync()
    {
        listener?.Stop();
        await accepting;
    }

    /// <summary>Listens again, on the same port.</summary>
    public void Resume()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await RefuseAsync();
        await Task.WhenAll(running.Keys);
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var hub = await from.AcceptSocketAsync(stopping.Token);
                Interlocked.Increment(ref connections);
                var carried = CarryAsync(hub, next.TryDequeue(out var fault) ? fault : Always);
                running.TryAdd(carried, true);
                _ = carried.ContinueWith(ended => running.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // refused from now on
        }
    }

    private async Task CarryAsync(Socket hub, LineFault fault)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        using var partner = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            hub.NoDelay = partner.NoDelay = true;
            if (fault.Garbage is { } garbage)
            {
                await hub.SendAsync(garbage, ended.Token);
                return;
            }

            if (fault.Stall)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended.Token);
            }

            await partner.ConnectAsync(IPAddress.Loopback, target, ended.Token);
            var there = CopyAsync(hub, partner, fault.CutToPartnerAfter, LineFault.None, ended);
            var back = CopyAsync(partner, hub, fault.CutToHubAfter, fault, ended);
            await Task.WhenAll(there, back);
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // either side hung up, or the test is over
        }
        finally
        {
            hub.LingerState = new LingerOption(fault.Reset, 0); // closing with nothing to linger for sends RST
            hub.Dispose();
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, int? cutAfter, LineFault fault, CancellationTokenSource ended)
    {
        var buffer = new byte[16 * 1024];
        var left = cutAfter ?? int.MaxValue;
        while (left > 0)
        {
            var read = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), ended.Token);
            if (read == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            left -= read;
            await Task.Delay(fault.AnswersLate, TimeProvider.System, ended.Token);
            for (var times = fault.AnswersTwice ? 2 : 1; times > 0; times--)
            {
                await to.SendAsync(buffer.AsMemory(0, read), ended.Token);
            }

            if (fault.HalfClose)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }
        }

        await ended.CancelAsync(); // the cut: both ways end
    }
}
