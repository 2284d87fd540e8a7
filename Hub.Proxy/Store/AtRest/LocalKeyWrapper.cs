using System.Security.Cryptography;

namespace Hub.Proxy.Store.AtRest;

/// <summary>Wraps with a key that this process holds: AES-256-GCM; nonce, tag and content in this order.</summary>
internal sealed class LocalKeyWrapper : IKeyWrapper
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] key;

    /// <param name="kind">Where the key comes from, in the words of the settings.</param>
    /// <param name="key">32 bytes.</param>
    public LocalKeyWrapper(string kind, byte[] key)
    {
        this.key = key;
        Id = $"{kind}:{Convert.ToHexStringLower(HMACSHA256.HashData(key, "crt-hub name of a key"u8).AsSpan(0, 6))}";
    }

    public string Id { get; }

    public byte[] Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bound)
    {
        var whole = new byte[NonceLength + TagLength + key.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceLength));
        using var aes = new AesGcm(this.key, TagLength);
        aes.Encrypt(whole.AsSpan(0, NonceLength), key, whole.AsSpan(NonceLength + TagLength), whole.AsSpan(NonceLength, TagLength), bound);
        return whole;
    }

    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> bound)
    {
        if (wrapped.Length <= NonceLength + TagLength)
        {
            throw new CryptographicException("Too short to have been wrapped here.");
        }

        var plain = new byte[wrapped.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(wrapped[..NonceLength], wrapped[(NonceLength + TagLength)..], wrapped.Slice(NonceLength, TagLength), plain, bound);
        return plain;
    }
}
