using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>Unpacks what came in parts: each compressed by itself, or the whole compressed and then cut. What is missing or foreign in it is an error and never a shorter message.</summary>
internal static class MeshGzip
{
    // RFC 1952, 2.3: ten bytes before the data, eight behind it, of which the last four are the length.
    private const int Frame = 18;

    /// <exception cref="MeshBrokenMessageException">It is no gzip, not whole, or longer than <paramref name="maxBytes"/>.</exception>
    public static MemoryStream Inflate(MemoryStream packed, IReadOnlyList<int> starts, int maxBytes)
    {
        var whole = new MemoryStream((int)packed.Length);
        IReadOnlyList<int> from = starts.All(s => IsMember(packed, s)) ? starts : [0];
        for (var n = 0; n < from.Count; n++)
        {
            var to = n + 1 < from.Count ? from[n + 1] : (int)packed.Length;
            Member(packed, from[n], to, whole, maxBytes);
        }

        return whole;
    }

    public static bool IsMember(MemoryStream packed, int at) => packed.GetBuffer().AsSpan(0, (int)packed.Length)[at..].StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08]);

    private static void Member(MemoryStream packed, int from, int to, MemoryStream into, int maxBytes)
    {
        var before = into.Length;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed.GetBuffer(), from, to - from, writable: false), CompressionMode.Decompress);
            var buffer = new byte[64 * 1024];
            for (int read; (read = gzip.Read(buffer)) > 0;)
            {
                if (into.Length + read > maxBytes)
                {
                    throw new MeshBrokenMessageException(string.Create(CultureInfo.InvariantCulture, $"a message is longer than {maxBytes} bytes"));
                }

                into.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw new MeshBrokenMessageException("a message is said to be gzip and is not");
        }

        // The framework reads past what follows a whole member without a word, so the length at the end is compared.
        if (to - from < Frame || BinaryPrimitives.ReadUInt32LittleEndian(packed.GetBuffer().AsSpan(to - 4, 4)) != (uint)(into.Length - before))
        {
            throw new MeshBrokenMessageException("a compressed part is not whole");
        }
    }
}
