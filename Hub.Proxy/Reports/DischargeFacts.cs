using Hub.Fhir.Bundles;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.Reports;

/// <summary>What the records say of one discharge, as far as the reports need it: nothing of the person.</summary>
public sealed record DischargeFacts
{
    /// <summary>The team or ward that discharged, as the sender named it.</summary>
    public required string Team { get; init; }

    /// <summary>A date without a time counts from 00:00 (clinical rule 15).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True where a team is to take over, or the person left a ward.</summary>
    public bool FollowUpIsDue { get; init; }

    /// <summary>True where another team than the GP is to take over.</summary>
    public bool TeamTakesOver { get; init; }

    /// <summary>True where the sender named medicines.</summary>
    public bool NamesMedicines { get; init; }

    /// <summary>When a clinician's confirmation of the list was on record; null where it never was.</summary>
    public DateTimeOffset? ListConfirmedAt { get; init; }

    /// <summary>When a first follow-up with a date was on record; null where none was.</summary>
    public DateTimeOffset? BookedAt { get; init; }

    /// <summary>When the person was seen; null where nobody said so. A booking is not a contact.</summary>
    public DateTimeOffset? SeenAt { get; init; }
    public IReadOnlyList<CopyFacts> Copies { get; init; } = [];
    public IReadOnlyList<DutyFacts> Duties { get; init; } = [];
}

/// <summary>One copy of the discharge for one recipient.</summary>
/// <param name="Audience">Whom it is worded for.</param>
/// <param name="TakenAt">When their system said that it has it, this copy or a later one that tells the same; null where it never did.</param>
/// <param name="NotTheirs">True where the practice answered that the person is not theirs.</param>
public sealed record CopyFacts(Audience Audience, DateTimeOffset? TakenAt, bool NotTheirs);

/// <summary>One obligation of the discharge's episode that is or was owed.</summary>
/// <param name="Kind">What is owed.</param>
/// <param name="StartsAt">From when it counts.</param>
/// <param name="DueAt">By when; null where it has no date.</param>
/// <param name="AnsweredAt">When it was done or, where an acceptance is all that is asked, accepted; null while neither.</param>
public sealed record DutyFacts(ObligationKind Kind, DateTimeOffset StartsAt, DateTimeOffset? DueAt, DateTimeOffset? AnsweredAt);
