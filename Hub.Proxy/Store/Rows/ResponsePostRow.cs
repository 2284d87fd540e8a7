namespace Hub.Proxy.Store.Rows;

/// <summary>An answer that is owed to a sender at an address: the answer itself is made anew from the message whenever it is posted.</summary>
public sealed class ResponsePostRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public Guid ReceivedId { get; set; }
    public required string SourceId { get; set; }
    public required string Url { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it is posted next; null when it was taken or given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Why the last try did not end it.</summary>
    public string? LastFault { get; set; }

    /// <summary>When the sender took it.</summary>
    public DateTimeOffset? TakenAt { get; set; }
}
