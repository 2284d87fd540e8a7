using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Hub.Proxy.Store.AtRest;

/// <summary>
/// One key of contents, and the envelope it seals in: a format byte, the key's number, a random nonce, the content under AES-256-GCM, its tag. With it are sealed,
/// without standing in it, the row's place and the form of the content. Random nonces are good for 2^32 contents under one key (NIST SP 800-38D, 8.3).
/// </summary>
internal sealed class ContentKey(int number, byte[] key)
{
    /// <summary>Bytes that an envelope is longer than what is in it.</summary>
    public const int Overhead = HeadLength + NonceLength + TagLength;

    private const byte Format = 1;
    private const int HeadLength = 1 + sizeof(int);
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // One is used by one thread at a time, and to make one costs more than to seal a page.
    private readonly ConcurrentBag<AesGcm> idle = [];

    public int Number => number;

    /// <summary>As it stands on each row that it sealed.</summary>
    public string Id { get; } = IdOf(number);

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"c{number}");

    public byte[] Seal(ReadOnlySpan<byte> content, string encoding, ContentPlace place)
    {
        var whole = new byte[Overhead + content.Length];
        whole[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(1), number);
        var nonce = whole.AsSpan(HeadLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        Span<byte> bound = stackalloc byte[HeadLength + 1 + ContentPlace.MostBytes];
        bound = bound[..Bind(bound, whole, encoding, place)];
        var aes = Take();
        aes.Encrypt(nonce, content, whole.AsSpan(HeadLength + NonceLength, content.Length), whole.AsSpan(whole.Length - TagLength), bound);
        idle.Add(aes);
        return whole;
    }

    /// <summary>Opens into a buffer of at least the length of what is in the envelope.</summary>
    /// <exception cref="CryptographicException">It was changed, cut, moved to another row, or sealed by another key.</exception>
    public void Open(ReadOnlySpan<byte> whole, string encoding, ContentPlace place, Span<byte> content)
    {
        Span<byte> bound = stackalloc byte[HeadLength + 1 + ContentPlace.MostBytes];
        bound = bound[..Bind(bound, whole, encoding, place)];
        var aes = Take();
        aes.Decrypt(whole.Slice(HeadLength, NonceLength), whole[(HeadLength + NonceLength)..^TagLength], whole[^TagLength..], content, bound);
        idle.Add(aes);
    }

    /// <summary>The number of the key that sealed it; null where this is no envelope of a form that this version knows.</summary>
    public static int? NumberIn(ReadOnlySpan<byte> whole) =>
        whole.Length >= Overhead && whole[0] == Format ? BinaryPrimitives.ReadInt32BigEndian(whole[1..]) : null;

    private static int Bind(Span<byte> bound, ReadOnlySpan<byte> whole, string encoding, ContentPlace place)
    {
        whole[..HeadLength].CopyTo(bound);
        bound[HeadLength] = encoding == StoredContent.Brotli ? (byte)2 : (byte)1;
        return HeadLength + 1 + place.Write(bound[(HeadLength + 1)..]);
    }

    private AesGcm Take() => idle.TryTake(out var aes) ? aes : new AesGcm(key, TagLength);
}
