using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Hub.Proxy.Commands.Bench;

/// <summary>
/// The least that any engine must do: read the frame, append what will be sent to a file with one flush a group, acknowledge, post it three times. No
/// mapping, no order, no retry, no recovery. The hub's figures stand beside its.
/// </summary>
internal sealed class FloorServer(byte[] template, IReadOnlyList<int> sinks, string file) : IAsyncDisposable
{
    // As many under way to a recipient as the bench allows the hub.
    private const int AtOnce = BenchTrust.AtOnce;
    private readonly Channel<Entry> journal = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Channel<byte[]>> queues = [.. sinks.Select(_ => Channel.CreateUnbounded<byte[]>())];
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce });
    private readonly CancellationTokenSource stopping = new();
    private readonly int markerAt = template.AsSpan().IndexOf(BenchMessages.MarkerPrefix);
    private TcpListener? listener;

    public int Start()
    {
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        _ = AcceptAsync(listener);
        new Thread(Append) { IsBackground = true, Name = "floor journal" }.Start();
        foreach (var (queue, port) in queues.Zip(sinks))
        {
            for (var i = 0; i < AtOnce; i++)
            {
                _ = PostAsync(queue.Reader, new Uri($"http://127.0.0.1:{port}/fhir/$process-message"));
            }
        }

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        journal.Writer.TryComplete();
        listener?.Dispose();
        http.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var socket = await from.AcceptSocketAsync(stopping.Token);
                socket.NoDelay = true;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The bench is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                int end;
                while ((end = buffer.AsSpan(0, filled).IndexOf("\u001c\r"u8)) < 0)
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(filled), stopping.Token);
                    if (read == 0)
                    {
                        return;
                    }

                    filled += read;
                }

                var entry = new Entry(Message(buffer.AsSpan(0, end)));
                await journal.Writer.WriteAsync(entry, stopping.Token);
                await entry.Durable.Task;
                await socket.SendAsync("\u000bMSH|^~\\&|FLOOR|||||ACK|1|P|2.4\rMSA|AA|1\r\u001c\r"u8.ToArray(), stopping.Token);
                filled = 0; // one message is in flight at a time
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The sender hung up.
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <summary>The message that the hub would send, about this frame's person.</summary>
    private byte[] Message(ReadOnlySpan<byte> frame)
    {
        var message = template.AsSpan().ToArray();
        var marker = frame.Slice(frame.IndexOf(BenchMessages.MarkerPrefix), BenchMessages.MarkerLength);
        marker.CopyTo(message.AsSpan(markerAt));
        return message;
    }

    private void Append()
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var group = new List<Entry>();
        while (journal.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            while (group.Count < 100 && journal.Reader.TryRead(out var entry))
            {
                stream.Write(entry.Message);
                group.Add(entry);
            }

            stream.Flush(flushToDisk: true);
            foreach (var entry in group)
            {
                entry.Durable.SetResult();
                foreach (var queue in queues)
                {
                    queue.Writer.TryWrite(entry.Message);
                }
            }
        }
    }

    private async Task PostAsync(ChannelReader<byte[]> queue, Uri to)
    {
        await foreach (var message in queue.ReadAllAsync())
        {
            using var content = new ByteArrayContent(message) { Headers = { ContentType = new MediaTypeHeaderValue("application/fhir+json") } };
            using var answer = await http.PostAsync(to, content, stopping.Token);
            await answer.Content.ReadAsByteArrayAsync(stopping.Token);
        }
    }

    private sealed record Entry(byte[] Message)
    {
        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
