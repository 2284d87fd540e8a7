using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Proxy.Commands.Bench;

/// <summary>
/// A recipient that answers every message with <c>ok</c> and notes when the person of the message was first told. It reads as little as it
/// can, so that the measure is of the hub and not of its recipients.
/// </summary>
internal sealed class CountingSink(TimeProvider time) : IAsyncDisposable
{
    private const string AnswerHead =
        "{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{\"resource\":{\"resourceType\":\"MessageHeader\",\"eventUri\":\"urn:bench\",\"source\":{\"endpoint\":\"urn:bench\"},"
        + "\"response\":{\"identifier\":\"";

    private const string AnswerTail = "\",\"code\":\"ok\"}}}]}";
    private readonly ConcurrentDictionary<string, long> firstArrival = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private TcpListener? listener;
    private long bytes;
    private int arrivals;

    public int Port { get; private set; }

    /// <summary>Messages told, repeats not counted.</summary>
    public int Distinct => firstArrival.Count;

    public int Arrivals => Volatile.Read(ref arrivals);

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Time stamp (<see cref="TimeProvider.GetTimestamp"/>) of the first message about this marker that has this event; null where none came.</summary>
    public long? ArrivedAt(string marker) => firstArrival.TryGetValue(marker, out var at) ? at : null;

    /// <summary>Whether <see cref="LastMessage"/> is kept: a copy of each message costs the machine that is measured.</summary>
    public bool KeepMessages { get; set; }

    /// <summary>The body of the message that came last.</summary>
    public byte[]? LastMessage { get; private set; }

    public void Forget() => firstArrival.Clear();

    public void Start(int port = 0)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(512);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync(listener);
    }

    /// <summary>Refuses connections and cuts those that are open, as a partner that is down does.</summary>
    public void GoDown()
    {
        listener?.Dispose();
        foreach (var socket in open.Keys)
        {
            socket.Dispose();
        }
    }

    public void ComeBack() => Start(Port);

    public ValueTask DisposeAsync()
    {
        stopping.Cancel();
        GoDown();
        stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var socket = await from.AcceptSocketAsync(stopping.Token);
                socket.NoDelay = true;
                open.TryAdd(socket, true);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The sink went down, or the bench is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[256 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                int total;
                while ((total = LengthOfRequest(buffer.AsSpan(0, filled))) < 0 || filled < total)
                {
                    if (filled == buffer.Length)
                    {
                        Array.Resize(ref buffer, buffer.Length * 2);
                    }

                    var read = await socket.ReceiveAsync(buffer.AsMemory(filled), stopping.Token);
                    if (read == 0)
                    {
                        return;
                    }

                    filled += read;
                }

                await socket.SendAsync(Answer(buffer.AsSpan(0, total)), stopping.Token);
                buffer.AsSpan(total, filled - total).CopyTo(buffer);
                filled -= total;
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The hub hung up, or the sink went down.
        }
        finally
        {
            open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    /// <returns>-1 while the head is incomplete.</returns>
    private static int LengthOfRequest(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return -1;
        }

        var at = received[..head].IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            throw new InvalidOperationException("The bench's sink needs a Content-Length.");
        }

        var digits = received[(at + 16)..head];
        var end = digits.IndexOf((byte)'\r');
        return head + 4 + int.Parse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private byte[] Answer(ReadOnlySpan<byte> request)
    {
        var now = time.GetTimestamp();
        Interlocked.Increment(ref arrivals);
        Interlocked.Add(ref bytes, request.Length);

        var marker = request.IndexOf(BenchMessages.MarkerPrefix);
        if (marker >= 0)
        {
            firstArrival.TryAdd(Encoding.ASCII.GetString(request.Slice(marker, BenchMessages.MarkerLength)), now);
        }

        if (KeepMessages)
        {
            LastMessage = request[(request.IndexOf("\r\n\r\n"u8) + 4)..].ToArray();
        }

        // The first fullUrl is the MessageHeader's, which is the message's id.
        var id = request[(request.IndexOf("urn:uuid:"u8) + 9)..][..36];
        var body = string.Concat(AnswerHead, Encoding.ASCII.GetString(id), AnswerTail);
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n{body}");
    }
}
