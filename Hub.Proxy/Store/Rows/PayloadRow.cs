namespace Hub.Proxy.Store.Rows;

/// <summary>Content under the SHA-256 of its plain bytes: equal bodies are kept once.</summary>
public sealed class PayloadRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public required byte[] Hash { get; set; }
    public required string Encoding { get; set; }
    public string? KeyId { get; set; }

    /// <summary>Bytes of the plain content.</summary>
    public int Length { get; set; }
    public required byte[] Content { get; set; }

    /// <summary>The content whose end this one shares; only what stands before it is kept here.</summary>
    public long? BaseId { get; set; }

    /// <summary>How many bytes at the end of <see cref="BaseId"/>'s content belong to this one.</summary>
    public int? Tail { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Not before any row that names this content, and right to a day: retention goes by it.</summary>
    public DateTimeOffset LastUsedAt { get; set; }
}
