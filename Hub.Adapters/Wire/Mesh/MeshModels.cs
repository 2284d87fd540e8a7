namespace Hub.Adapters.Wire.Mesh;

/// <summary>Some ids of an inbox.</summary>
public sealed record MeshPage
{
    public required IReadOnlyList<string> MessageIds { get; init; }

    /// <summary>Where the next page begins; null where this is the last.</summary>
    public string? ContinueFrom { get; init; }

    /// <summary>Messages in the whole inbox, whatever their workflow; null where MESH does not say.</summary>
    public long? ApproximateCount { get; init; }

    /// <summary>False for version 1, which says nothing of a next page.</summary>
    public bool HasLinks { get; init; }
}

/// <summary>How a message that was sent stands.</summary>
public sealed record MeshTracking
{
    public required string MessageId { get; init; }
    public string? LocalId { get; init; }

    /// <summary>uploading, accepted, acknowledged, undeliverable or error, in lower case.</summary>
    public required string Status { get; init; }
    public string? Code { get; init; }
    public string? Description { get; init; }

    /// <summary>MESH has all of it and has not given it up.</summary>
    public bool IsTaken => Status is "accepted" or "acknowledged";

    /// <summary>The recipient has taken it out of its mailbox.</summary>
    public bool IsCollected => Status is "acknowledged";

    /// <summary>MESH will not deliver it.</summary>
    public bool IsDead => Status is "undeliverable" or "error";
}

/// <summary>What asking for a message's fate came to.</summary>
/// <param name="Tracking">How it stands; null where MESH knows none, or cannot tell.</param>
/// <param name="IsKnown">False where the question itself was not answered.</param>
/// <param name="Answer">What MESH answered.</param>
public sealed record MeshTrace(MeshTracking? Tracking, bool IsKnown, MeshAnswer Answer);

/// <summary>A mailbox that can be sent to.</summary>
public sealed record MeshAddress(string MailboxId, string Name);

/// <summary>Ids that MESH gives to messages: they are put into addresses, so nothing else may stand in them.</summary>
public static class MeshId
{
    public static bool IsValid(string? id) => id is { Length: > 0 and <= 100 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
