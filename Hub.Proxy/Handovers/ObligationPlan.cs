using Hub.Fhir.Events;

namespace Hub.Proxy.Handovers;

/// <summary>What one event does to the obligations of its episode: written in the commit that takes the event.</summary>
public sealed record ObligationPlan
{
    /// <summary>Owed from now on. One that stands already and asks the same is left alone.</summary>
    public IReadOnlyList<PlannedObligation> Owed { get; init; } = [];

    /// <summary>Done, as the record shows, with how.</summary>
    public IReadOnlyList<(Guid Id, string How)> Met { get; init; } = [];

    /// <summary>Kinds whose open obligations that came from the withdrawn event are no longer owed; empty where nothing is withdrawn.</summary>
    public IReadOnlyList<ObligationKind> Withdrawn { get; init; } = [];

    /// <summary>Why, for the evidence.</summary>
    public string? Because { get; init; }

    /// <summary>The practice that what is open at the one before is asked of from now on; null where the practice is the same.</summary>
    public string? GpIsNow { get; init; }

    /// <summary>Episodes that had ended before the person came back with this event: what is open there is for a person to confirm or release.</summary>
    public IReadOnlyList<EpisodeKey> BackFrom { get; init; } = [];

    /// <summary>What the event says of the person's death, which is of the person and not of one episode (clinical rule 18).</summary>
    public DeathNews Death { get; init; }

    /// <summary>Who says so: the source that sent the event.</summary>
    public required string By { get; init; }
}

/// <summary>What an event changes about a person's reported death.</summary>
public enum DeathNews
{
    None = 0,

    /// <summary>Reported, and nobody has confirmed it: every clock of the person is held.</summary>
    Reported = 1,

    /// <summary>The notice was removed, or the person was seen: the clocks go on where they stood.</summary>
    Released = 2,
}

/// <summary>An obligation as an event makes it.</summary>
public sealed record PlannedObligation
{
    public required Guid Id { get; init; }
    public required ObligationKind Kind { get; init; }
    public required string Subject { get; init; }
    public required CareParty Actor { get; init; }
    public string? ActorName { get; init; }
    public required string Chaser { get; init; }

    /// <summary>The partner whose message asks for it; null where it is our own side's, or nobody can be reached.</summary>
    public string? PartnerId { get; init; }
    public Guid? TaskId { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public required string Clock { get; init; }
    public bool Urgent { get; init; }

    /// <summary>Its clock is never paused.</summary>
    public bool NeverPaused { get; init; }

    /// <summary>Tells a new demand from a repeated one.</summary>
    public required long Fingerprint { get; init; }
}
