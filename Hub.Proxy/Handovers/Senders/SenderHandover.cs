namespace Hub.Proxy.Handovers.Senders;

/// <summary>
/// How a handover stands, for the system whose messages began it: what became of its own messages and of what they asked. Names of teams and of who answered,
/// the sender's own ids, and nothing else of a person.
/// </summary>
public sealed record SenderHandover
{
    /// <summary>The hub's own number of the episode.</summary>
    public required long Handover { get; init; }
    public required string Organisation { get; init; }

    /// <summary>The sender's own id of the episode.</summary>
    public required string Episode { get; init; }
    public required string Status { get; init; }

    /// <summary>Who holds the person, as it was said and never invented (clinical rule 12).</summary>
    public required IReadOnlyList<string> Holder { get; init; }
    public required IReadOnlyList<HandoverCheck> Checks { get; init; }

    /// <summary>One plain line a recipient.</summary>
    public required IReadOnlyList<RecipientLine> Recipients { get; init; }

    /// <summary>What was asked, what is open first.</summary>
    public required IReadOnlyList<OwedLine> Owed { get; init; }
}

/// <summary>One recipient: that its system has something never reads as somebody who took it on (clinical rule 13).</summary>
public sealed record RecipientLine(string Recipient, string Line);

/// <summary>One thing that was asked.</summary>
public sealed record OwedLine
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>Which of its kind, in the sender's own ids.</summary>
    public required string Subject { get; init; }
    public required string AskedOf { get; init; }
    public required string State { get; init; }
    public required string Line { get; init; }
    public required bool IsOpen { get; init; }
    public required bool IsOverdue { get; init; }
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Who asks for it until it is done.</summary>
    public required string Chaser { get; init; }

    /// <summary>Why it was declined, in the words of who declined; null where it stands otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>What was asked back and not answered by a decision since; null where nothing was.</summary>
    public string? Question { get; init; }
    public required long Version { get; init; }
}
