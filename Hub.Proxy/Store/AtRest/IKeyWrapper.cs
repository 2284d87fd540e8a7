namespace Hub.Proxy.Store.AtRest;

/// <summary>
/// What keeps the keys of contents: it wraps each of them, so that the store holds none that it could be read with. A key management service stands behind
/// this; <see cref="LocalKeyWrapper"/> has its key here. Asked when a hub starts and when a key is made, never for a message.
/// </summary>
internal interface IKeyWrapper
{
    /// <summary>Names the wrapping key, beside what it has wrapped: another key has another name. No secret.</summary>
    string Id { get; }

    /// <param name="key">The key of contents.</param>
    /// <param name="bound">What unwrapping must name again.</param>
    byte[] Wrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bound);

    /// <exception cref="System.Security.Cryptography.CryptographicException">It was not wrapped by this key, or not with these words.</exception>
    byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> bound);
}
