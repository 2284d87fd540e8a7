using System.Buffers.Binary;

namespace Hub.Proxy.Store.AtRest;

/// <summary>The row that content belongs to. It is sealed together with it, so that content which was moved to another row opens there no more.</summary>
internal readonly record struct ContentPlace
{
    /// <summary>The most bytes that <see cref="Write"/> needs.</summary>
    public const int MostBytes = 1 + 32 + sizeof(long) + sizeof(int);

    private const byte PayloadRow = 1;
    private const byte PersonRow = 2;
    private const byte EpisodeVersionRow = 3;
    private const byte AttemptRow = 4;

    private readonly byte table;
    private readonly byte[]? hash;
    private readonly Guid id;
    private readonly long first;
    private readonly long second;

    private ContentPlace(byte table, byte[]? hash, Guid id, long first, long second) =>
        (this.table, this.hash, this.id, this.first, this.second) = (table, hash, id, first, second);

    /// <summary>A payload goes by its hash; what it shares its end with is part of what it says.</summary>
    public static ContentPlace Payload(byte[] hash, (long Id, int Tail)? over) => new(PayloadRow, hash, default, over?.Id ?? 0, over?.Tail ?? 0);

    public static ContentPlace Person(Guid id) => new(PersonRow, null, id, 0, 0);

    public static ContentPlace EpisodeVersion(long episode, long version) => new(EpisodeVersionRow, null, default, episode, version);

    public static ContentPlace Attempt(Guid delivery, int number) => new(AttemptRow, null, delivery, number, 0);

    /// <summary>The bytes that are sealed with the content; how many they are.</summary>
    public int Write(Span<byte> to)
    {
        to[0] = table;
        switch (table)
        {
            case PayloadRow:
                hash.CopyTo(to[1..]);
                BinaryPrimitives.WriteInt64BigEndian(to[(1 + hash!.Length)..], first);
                BinaryPrimitives.WriteInt32BigEndian(to[(1 + hash.Length + sizeof(long))..], (int)second);
                return 1 + hash.Length + sizeof(long) + sizeof(int);
            case PersonRow:
                id.TryWriteBytes(to[1..], bigEndian: true, out var written);
                return 1 + written;
            case AttemptRow:
                id.TryWriteBytes(to[1..], bigEndian: true, out var length);
                BinaryPrimitives.WriteInt64BigEndian(to[(1 + length)..], first);
                return 1 + length + sizeof(long);
            default:
                BinaryPrimitives.WriteInt64BigEndian(to[1..], first);
                BinaryPrimitives.WriteInt64BigEndian(to[(1 + sizeof(long))..], second);
                return 1 + (2 * sizeof(long));
        }
    }

    public override string ToString() => table switch { PayloadRow => "payload", PersonRow => "person", EpisodeVersionRow => "episode version", AttemptRow => "attempt", _ => "" };
}
