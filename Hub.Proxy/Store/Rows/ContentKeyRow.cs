namespace Hub.Proxy.Store.Rows;

/// <summary>A key under which content is kept, wrapped by a key that is not in the store.</summary>
public sealed class ContentKeyRow
{
    /// <summary>1, 2, 3 ...: the newest seals.</summary>
    public int Id { get; set; }
    public required string Organisation { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Content in clear, from before there were keys, may still be in the store.</summary>
    public bool TakesClear { get; set; }
    public required byte[] Wrapped { get; set; }

    /// <summary>Names the key that wrapped it.</summary>
    public required string WrappedBy { get; set; }

    /// <summary>When all content was found to be under this key; null until then.</summary>
    public DateTimeOffset? SweptAt { get; set; }
}
