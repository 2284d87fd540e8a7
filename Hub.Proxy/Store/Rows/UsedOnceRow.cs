namespace Hub.Proxy.Store.Rows;

/// <summary>What counts once, such as the statement by which a partner signed in, until its time is over.</summary>
public sealed class UsedOnceRow
{
    /// <summary>A hash of what was used.</summary>
    public required string UsedKey { get; set; }
    public required string Organisation { get; set; }
    public DateTimeOffset Until { get; set; }
}
