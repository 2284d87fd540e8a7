using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Hub.Proxy.Commands.Bench;

/// <summary>What a sender saw: how many were acknowledged with AA, when each was sent, and how long all of it took.</summary>
internal sealed record LoadResult(int Acknowledged, long Began, IReadOnlyDictionary<int, long> SentAt, string? FirstRefusal);

/// <summary>Record systems that send over MLLP, one message in flight on each connection, each waiting for its acknowledgement.</summary>
internal sealed class BenchLoad(int port, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, long> sentAt = new();
    private int next;
    private int acknowledged;
    private string? firstRefusal;

    /// <summary>Sends the messages of <paramref name="count"/> persons from <paramref name="first"/> on; <paramref name="perSecond"/> spreads them evenly, null sends as fast as answers come.</summary>
    public async Task<LoadResult> RunAsync(
        Func<int, byte[]> messageOf, int first, int count, int connections, double? perSecond, CancellationToken cancellationToken)
    {
        next = -1;
        var began = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            () => SendAsync(messageOf, first, count, perSecond is { } rate ? TimeSpan.FromSeconds(1 / rate) : null, began, cancellationToken), cancellationToken)));
        return new LoadResult(acknowledged, began, sentAt, firstRefusal);
    }

    private async Task SendAsync(Func<int, byte[]> messageOf, int first, int count, TimeSpan? every, long began, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        var answer = new byte[16 * 1024];
        while (Interlocked.Increment(ref next) is var n && n < count)
        {
            if (every is { } interval)
            {
                var wait = (interval * n) - time.GetElapsedTime(began);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, cancellationToken);
                }
            }

            var frame = messageOf(first + n);
            sentAt[first + n] = time.GetTimestamp();
            await socket.SendAsync(frame, cancellationToken);
            await ReadAnswerAsync(socket, answer, cancellationToken);
        }
    }

    private async Task ReadAnswerAsync(Socket socket, byte[] answer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (answer.AsSpan(0, filled).IndexOf("\u001c\r"u8) < 0)
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The connection was closed before the acknowledgement.");
            }

            filled += read;
        }

        if (answer.AsSpan(0, filled).IndexOf("MSA|AA|"u8) >= 0)
        {
            Interlocked.Increment(ref acknowledged);
        }
        else
        {
            firstRefusal ??= System.Text.Encoding.ASCII.GetString(answer, 0, filled).Replace('\r', '\n');
        }
    }
}
