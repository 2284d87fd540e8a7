using System.Net.Sockets;
using System.Text;

namespace Hub.Proxy.Simulators;

/// <summary>An electronic patient record as the hub sees one: a client that sends HL7 v2 over MLLP, one message at a time, and reads each answer.</summary>
public sealed class SimulatedEpr(string host, int port) : IAsyncDisposable
{
    private readonly TcpClient client = new() { NoDelay = true };
    private readonly List<byte> unread = [];

    /// <summary>Sends one message and waits for its acknowledgement; null when the hub closes the connection without one.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<string?> SendAsync(string message, CancellationToken cancellationToken) =>
        await SendAsync(Encoding.UTF8.GetBytes(message), cancellationToken);

    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    public async Task<string?> SendAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (!client.Connected)
        {
            await client.ConnectAsync(host, port, cancellationToken);
        }

        byte[] frame = [0x0B, .. message, 0x1C, 0x0D];
        await client.GetStream().WriteAsync(frame, cancellationToken);
        return await ReadFrameAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var end = EndOfFrame();
            if (end >= 0)
            {
                var start = unread.IndexOf(0x0B) + 1;
                var text = Encoding.UTF8.GetString([.. unread.GetRange(start, end - start)]);
                unread.RemoveRange(0, end + 2);
                return text;
            }

            var read = await client.GetStream().ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                return null;
            }

            unread.AddRange(buffer.AsSpan(0, read));
        }
    }

    private int EndOfFrame()
    {
        for (var i = 0; i + 1 < unread.Count; i++)
        {
            if (unread[i] == 0x1C && unread[i + 1] == 0x0D)
            {
                return i;
            }
        }

        return -1;
    }
}
