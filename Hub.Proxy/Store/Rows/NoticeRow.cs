namespace Hub.Proxy.Store.Rows;

/// <summary>A notice that is owed: to people for an urgent entry of the operator's list, or to a source system about what became of what it asked.</summary>
public sealed class NoticeRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }

    /// <summary>The entry it tells of; null for a status that a source system is told.</summary>
    public Guid? AttentionId { get; set; }

    /// <summary>The source system that is told; null where people are.</summary>
    public string? PartnerId { get; set; }

    /// <summary>The obligation that a source system is told of.</summary>
    public Guid? ObligationId { get; set; }

    /// <summary>What a source system is told: accepted, declined, overdue.</summary>
    public string? Status { get; set; }

    /// <summary>How far up the ladder it stands, from 0.</summary>
    public int Rung { get; set; }

    /// <summary>Who is told, where it is not the entry's own owner.</summary>
    public string? Role { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it is sent next; null when nothing is left to send.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Channels that took it, by name. A channel that took it has told nobody (clinical rule 15).</summary>
    public string? TakenBy { get; set; }
    public string? LastFault { get; set; }

    /// <summary>When every channel had taken it.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>"I have it": when a person said so, and who.</summary>
    public DateTimeOffset? HadAt { get; set; }
    public string? HadBy { get; set; }

    /// <summary>When the next rung is told unless the entry is closed; null where the ladder of an obligation sees to that, or it was told.</summary>
    public DateTimeOffset? NextRungAt { get; set; }

    /// <summary>When nothing more was to be told: its entry was closed.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
