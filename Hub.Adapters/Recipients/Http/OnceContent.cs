using System.Net;
using System.Net.Http.Headers;

namespace Hub.Adapters.Recipients.Http;

/// <summary>
/// The frozen bytes as a request body that can be written once, and knows whether writing began. Until then nothing of the message can have
/// left us, whatever else went wrong; from then on nobody can tell.
/// </summary>
internal sealed class OnceContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> bytes;
    private int started;

    public OnceContent(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        this.bytes = bytes;
        Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
    }

    public bool Started => Volatile.Read(ref started) != 0;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // HTTP clients repeat a request on a new connection when the old one died in their hands. One call makes one request.
        if (Interlocked.Exchange(ref started, 1) != 0)
        {
            throw new IOException("The connection was lost after the message had begun to leave");
        }

        await stream.WriteAsync(bytes, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
