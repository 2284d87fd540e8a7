using System.Net;
using System.Net.Http.Headers;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>One part of a message as a request body that can be written once, and says when writing begins: from then on nobody can tell what arrived.</summary>
internal sealed class MeshPart : HttpContent
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly Action begun;
    private int started;

    public MeshPart(ReadOnlyMemory<byte> bytes, string mediaType, bool compressed, Action begun)
    {
        (this.bytes, this.begun) = (bytes, begun);
        Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (compressed)
        {
            Headers.ContentEncoding.Add("gzip");
        }
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // HTTP clients repeat a request on a new connection when the old one died in their hands. One call makes one request.
        if (Interlocked.Exchange(ref started, 1) != 0)
        {
            throw new IOException("The connection was lost after the message had begun to leave");
        }

        begun();
        await stream.WriteAsync(bytes, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
