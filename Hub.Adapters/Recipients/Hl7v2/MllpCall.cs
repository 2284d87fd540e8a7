using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Hub.Adapters.Wire.Mllp;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>One connection for one message: opened, used once, closed.</summary>
internal sealed class MllpCall : IAsyncDisposable
{
    /// <summary>No honest acknowledgement is longer.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly Socket socket;
    private readonly Stream stream;
    private readonly PipeReader reader;

    private MllpCall(Socket socket, Stream stream)
    {
        this.socket = socket;
        this.stream = stream;
        reader = PipeReader.Create(stream);
    }

    public static async Task<MllpCall> OpenAsync(Hl7v2MllpSettings settings, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: false);
            if (settings.Tls)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(settings.Certificates.ForHandshake(settings.ServerName), cancellationToken);
            }

            return new MllpCall(socket, stream);
        }
        catch
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            socket.Dispose();
            throw;
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>(message.Length + 3);
        MllpFrameWriter.Write(frame, message.Span);
        await stream.WriteAsync(frame.WrittenMemory, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <returns>Null when the partner closed the line first.</returns>
    /// <exception cref="MllpFramingException">The partner's bytes are no MLLP, or an answer without end.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (MllpFrameReader.TryRead(ref buffer, MaxAnswerBytes, out var frame))
            {
                var answer = frame.ToArray();
                reader.AdvanceTo(buffer.Start);
                return answer;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.CompleteAsync();
        await stream.DisposeAsync();
        socket.Dispose();
    }
}
