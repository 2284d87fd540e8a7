namespace Hub.Proxy.Store.Rows;

/// <summary>One canonical event, as it was understood at intake.</summary>
public sealed class EventRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }
    public Guid ReceivedId { get; set; }

    /// <summary>Its place among the events of its message, from 0.</summary>
    public int EventIndex { get; set; }
    public required string Type { get; set; }
    public Guid PersonId { get; set; }
    public long? EpisodeId { get; set; }

    /// <summary>The version of the episode's state that this event made.</summary>
    public long? EpisodeVersion { get; set; }
    public long PayloadId { get; set; }
    public DateTimeOffset OccurredAt { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }
}
