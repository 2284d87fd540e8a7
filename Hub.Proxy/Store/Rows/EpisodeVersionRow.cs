namespace Hub.Proxy.Store.Rows;

/// <summary>An episode's state as one event left it, so that a message composed anew says what its event said.</summary>
public sealed class EpisodeVersionRow
{
    public long EpisodeId { get; set; }
    public long Version { get; set; }
    public required string Organisation { get; set; }
    public required string Encoding { get; set; }
    public string? KeyId { get; set; }
    public required byte[] Content { get; set; }
}
