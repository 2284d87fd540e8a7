using System.IO.Compression;
using System.Security.Cryptography;

namespace Hub.Proxy.Store;

/// <summary>Content in the form it is kept in: brotli where that is smaller, else as it is.</summary>
internal readonly record struct StoredContent(string Encoding, byte[] Content)
{
    public const string Identity = "identity";
    public const string Brotli = "br";

    // Under this, brotli's gain is less than a page's rounding.
    private const int SmallestWorthCompressing = 256;

    // Quality 4 takes about 0.1 ms for a 13 KB bundle and leaves a sixth of it.
    private const int Quality = 4;
    private const int Window = 18;

    public static StoredContent Of(ReadOnlySpan<byte> plain)
    {
        if (plain.Length < SmallestWorthCompressing)
        {
            return new StoredContent(Identity, plain.ToArray());
        }

        var buffer = new byte[plain.Length];
        return BrotliEncoder.TryCompress(plain, buffer, out var written, Quality, Window)
            ? new StoredContent(Brotli, buffer[..written])
            : new StoredContent(Identity, plain.ToArray());
    }

    /// <param name="length">Bytes of the plain content where known; 0 where not.</param>
    /// <exception cref="InvalidDataException">The form is not one this version knows, or the content is damaged.</exception>
    public static byte[] Read(string encoding, byte[] content, int length = 0)
    {
        switch (encoding)
        {
            case Identity:
                return content;
            case Brotli:
                using (var source = new BrotliStream(new MemoryStream(content), CompressionMode.Decompress))
                using (var plain = new MemoryStream(length > 0 ? length : content.Length * 6))
                {
                    source.CopyTo(plain);
                    return plain.ToArray();
                }

            default:
                throw new InvalidDataException($"Stored content has the unknown encoding '{encoding}'.");
        }
    }
}

/// <summary>Content ready to be kept under its SHA-256; made outside the writer, because hashing and compressing take longer than the insert.</summary>
internal sealed record PreparedPayload(byte[] Hash, StoredContent Stored, int Length)
{
    public static PreparedPayload Of(ReadOnlySpan<byte> plain) => new(SHA256.HashData(plain), StoredContent.Of(plain), plain.Length);
}
