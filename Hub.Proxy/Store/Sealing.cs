namespace Hub.Proxy.Store;

/// <summary>Where a walk over all content stands.</summary>
public sealed record SealingPlace(SealingTable Table, long After, Guid Person)
{
    public static SealingPlace Beginning { get; } = new(SealingTable.Payload, 0, Guid.Empty);
}

/// <summary>The tables with content, in the order they are walked.</summary>
public enum SealingTable
{
    Payload = 0,
    Person = 1,
    EpisodeVersion = 2,
    Attempt = 3,
}

/// <summary>What one step of the walk did.</summary>
/// <param name="Next">Where to go on; null at the end.</param>
/// <param name="Sealed">Contents that are under the newest key now and were not.</param>
/// <param name="Unreadable">Rows that could not be opened, by table and number; left as they are.</param>
public sealed record Sealing(SealingPlace? Next, int Sealed, IReadOnlyList<string> Unreadable);
