using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.Proxy.Store;

/// <summary>
/// The form of a record of the audit trail, and its seal: HMAC-SHA256 over the seal before, the number, the time and the content, under a key that is not in
/// the database. Whoever can write to the database alone can neither change a record nor leave one out, nor put two in another order, without its being seen.
/// </summary>
internal sealed class AuditRecord : IDisposable
{
    public const int SealLength = 32;
    private const int HeadLength = SealLength + sizeof(long) + sizeof(long);

    // The names that stand in records: a number would be shorter and say nothing to whoever reads the table.
    private static readonly string[] Names = ["", "receive", "send", "answer", "read", "act", "configure", "sign-in", "refuse", "pass", "forget", "run", "sign-out", "break-glass"];

    private readonly byte[] key;
    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private readonly Utf8JsonWriter writer;

    public AuditRecord(byte[] key)
    {
        this.key = key;
        writer = new Utf8JsonWriter(buffer);
    }

    /// <summary>What stands before the first record.</summary>
    public static byte[] Beginning { get; } = new byte[SealLength];

    /// <summary>Content and seal of the next record. For one thread at a time.</summary>
    public (byte[] Content, byte[] Seal) Seal(ReadOnlySpan<byte> before, long seq, DateTimeOffset at, IReadOnlyList<AuditEntry> entries)
    {
        buffer.Clear();
        writer.Reset(buffer);
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            Write(entry);
        }

        writer.WriteEndArray();
        writer.Flush();
        return (buffer.WrittenSpan.ToArray(), SealOf(before, seq, at.ToUnixTimeMilliseconds(), buffer.WrittenSpan));
    }

    public byte[] SealOf(ReadOnlySpan<byte> before, long seq, long atMilliseconds, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        before.CopyTo(head);
        BinaryPrimitives.WriteInt64BigEndian(head[SealLength..], seq);
        BinaryPrimitives.WriteInt64BigEndian(head[(SealLength + sizeof(long))..], atMilliseconds);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(head);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <exception cref="JsonException">This is no record of ours.</exception>
    public static IReadOnlyList<AuditEntry> Read(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        try
        {
            return [.. document.RootElement.EnumerateArray().Select(Entry)];
        }
        catch (Exception fault) when (fault is InvalidOperationException or KeyNotFoundException)
        {
            throw new JsonException("This is no record of the audit trail.", fault);
        }
    }

    public static string NameOf(AuditKind kind) => Names[(int)kind];

    public void Dispose() => writer.Dispose();

    private static AuditEntry Entry(JsonElement entry) => new(KindOf(Text(entry, "did")), Text(entry, "by") ?? "", Text(entry, "what") ?? "")
    {
        To = Text(entry, "to"), Result = Text(entry, "result"), Reason = Text(entry, "reason"),
    };

    private static AuditKind KindOf(string? name) => Array.IndexOf(Names, name) is > 0 and var kind ? (AuditKind)kind : throw new JsonException($"The audit trail knows no '{name}'.");

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private void Write(AuditEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("did"u8, Names[(int)entry.Kind]);
        writer.WriteString("by"u8, entry.By);
        writer.WriteString("what"u8, entry.What);
        WriteIfAny("to"u8, entry.To);
        WriteIfAny("result"u8, entry.Result);
        WriteIfAny("reason"u8, entry.Reason);
        writer.WriteEndObject();
    }

    private void WriteIfAny(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
