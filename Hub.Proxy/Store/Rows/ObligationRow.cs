using Hub.Fhir.Events;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.Store.Rows;

/// <summary>One obligation as it stands. What it asks, in words, is not kept here: it is worked out again from the episode.</summary>
public sealed class ObligationRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }
    public Guid PersonId { get; set; }
    public long EpisodeId { get; set; }

    /// <summary>The version of the episode that its words are worked out from.</summary>
    public long EpisodeVersion { get; set; }
    public Guid EventId { get; set; }
    public ObligationKind Kind { get; set; }
    public required string Subject { get; set; }
    public CareParty Actor { get; set; }
    public string? ActorName { get; set; }
    public required string Chaser { get; set; }
    public string? PartnerId { get; set; }
    public Guid? TaskId { get; set; }
    public ObligationState State { get; set; }

    /// <summary>Who has taken it on.</summary>
    public string? Owner { get; set; }
    public ActChannel? OwnerToldBy { get; set; }
    public DateTimeOffset StartsAt { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public required string Clock { get; set; }
    public bool Urgent { get; set; }
    public int RungsTold { get; set; }

    /// <summary>When the clock speaks next; null when it is stopped.</summary>
    public DateTimeOffset? NextClockAt { get; set; }

    /// <summary>Since when a reported death holds its clock (clinical rule 18). On a closed row: the death was confirmed, and a removal of the notice opens it again.</summary>
    public DateTimeOffset? HeldSince { get; set; }

    /// <summary>When the clock would speak were it not held.</summary>
    public DateTimeOffset? HeldClockAt { get; set; }

    /// <summary>Its clock is never paused (clinical rule 15).</summary>
    public bool NeverPaused { get; set; }
    public long Fingerprint { get; set; }
    public long Version { get; set; }
    public DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
}

/// <summary>One step of an obligation, with its evidence. Only ever added.</summary>
public sealed class ObligationStepRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public Guid ObligationId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The act's name, such as <c>Accept</c>.</summary>
    public required string Act { get; set; }
    public ActChannel Channel { get; set; }
    public required string By { get; set; }
    public string? Role { get; set; }
    public ObligationState State { get; set; }

    /// <summary>Reason, question or note, which may speak of the person; null where there was none.</summary>
    public long? NotePayloadId { get; set; }
}
