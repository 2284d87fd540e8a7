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
    public DateTimeOffset CreatedAt { get; set; }
}
