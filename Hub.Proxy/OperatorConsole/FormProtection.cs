using System.Security.Cryptography;
using System.Text;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Proxy.OperatorConsole;

/// <summary>
/// Protects what a form carries with keys derived from the one that every node of a hub has already: a form opened at one node can be sent to another,
/// before or after a restart, and no key file lies anywhere. For forms and sessions, which live for minutes or hours; not for what is kept.
/// </summary>
internal sealed class FormProtection(byte[] key) : IDataProtectionProvider, IDataProtector
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The protection of a store's hub.</summary>
    public static FormProtection Of(StoreOptions store) => new(store.KeyFor("crt-hub forms"));

    /// <summary>What is protected for one purpose cannot be read for another.</summary>
    public IDataProtector CreateProtector(string purpose) => new FormProtection(Derive(key, purpose));

    /// <summary>Nonce, tag and content, in this order.</summary>
    public byte[] Protect(byte[] plaintext)
    {
        var whole = new byte[NonceLength + TagLength + plaintext.Length];
        var nonce = whole.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plaintext, whole.AsSpan(NonceLength + TagLength), whole.AsSpan(NonceLength, TagLength));
        return whole;
    }

    /// <exception cref="CryptographicException">These bytes are not what this hub protected for this purpose.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("Too short to have been protected here.");
        }

        var plaintext = new byte[protectedData.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(protectedData.AsSpan(0, NonceLength), protectedData.AsSpan(NonceLength + TagLength), protectedData.AsSpan(NonceLength, TagLength), plaintext);
        return plaintext;
    }

    private static byte[] Derive(byte[] from, string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, from, 32, info: Encoding.UTF8.GetBytes(purpose));
}
