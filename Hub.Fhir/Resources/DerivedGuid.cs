using System.Security.Cryptography;
using System.Text;

namespace Hub.Fhir.Resources;

/// <summary>Name-based UUIDs (RFC 9562, version 5): the same namespace and name give the same UUID, on any machine and in any year.</summary>
public static class DerivedGuid
{
    /// <summary>RFC 9562, 6.6: the namespace for names that are URLs.</summary>
    public static readonly Guid UrlNamespace = new("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>The version 5 UUID of <paramref name="name"/> (as UTF-8) within <paramref name="space"/>.</summary>
    public static Guid Create(Guid space, string name)
    {
        ArgumentNullException.ThrowIfNull(name);

        var nameLength = Encoding.UTF8.GetByteCount(name);
        var input = nameLength <= 496 ? stackalloc byte[16 + nameLength] : new byte[16 + nameLength];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input[16..]);

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562, 5.5 fixes SHA-1; it names things here and protects nothing.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350

        hash[6] = (byte)((hash[6] & 0x0F) | 0x50); // version 5
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80); // variant
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>
    /// The UUID of several parts. Each part is written with its length, so that ("ab", "c") and ("a", "bc") are two names.
    /// </summary>
    public static Guid Create(Guid space, params ReadOnlySpan<string> parts)
    {
        var name = new StringBuilder();
        foreach (var part in parts)
        {
            name.Append(part.Length).Append(':').Append(part).Append('|');
        }

        return Create(space, name.ToString());
    }
}
