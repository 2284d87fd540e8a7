using System.IO.Compression;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>A message in parts. Each part is compressed by itself (a gzip member, RFC 1952), so that one at a time is in memory.</summary>
public static class MeshChunks
{
    /// <summary>How many parts; a message that fits in one is sent whole.</summary>
    public static int Count(int length, int size) => length <= size ? 1 : (length + size - 1) / size;

    /// <summary>Part <paramref name="number"/>, from 1.</summary>
    public static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> message, int number, int size)
    {
        var from = (number - 1) * size;
        return message.Slice(from, Math.Min(size, message.Length - from));
    }

    public static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> part)
    {
        using var packed = new MemoryStream(part.Length + (part.Length / 1000) + 64); // what cannot be compressed grows by a little
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(part.Span);
        }

        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    /// <summary><c>n:m</c>; null where it is anything else.</summary>
    public static (int Number, int Total)? Range(string? header)
    {
        var parts = header?.Split(':');
        return parts is [var number, var total] && int.TryParse(number.Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n)
            && int.TryParse(total.Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var m) && n >= 1 && n <= m
            ? (n, m)
            : null;
    }
}
