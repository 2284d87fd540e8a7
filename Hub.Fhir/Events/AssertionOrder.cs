namespace Hub.Fhir.Events;

/// <summary>Where one assertion stands against others of its source: sequence if it counts, then recorded, then sent, then arrival (clinical rule 1).</summary>
public sealed record AssertionOrder : IComparable<AssertionOrder>
{
    /// <summary>The sender, as application and facility: a sequence counts only against others of the same sender. Null is read as the same.</summary>
    public string? Source { get; init; }
    public long? Sequence { get; init; }
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>The first instant that <see cref="RecordedAt"/> can no longer mean: the end of the day, minute or repeated hour. Null: it is exact.</summary>
    public DateTimeOffset? RecordedBefore { get; init; }
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The first instant that <see cref="SentAt"/> can no longer mean. Null: it is exact.</summary>
    public DateTimeOffset? SentBefore { get; init; }
    public required DateTimeOffset ArrivedAt { get; init; }

    public static AssertionOrder Of(CareEvent value, DateTimeOffset arrivedAt) => Of(value, value.RecordedAt, arrivedAt);

    /// <summary>The order of one part of an event that was written down at a time of its own, such as one line of an order message.</summary>
    public static AssertionOrder Of(CareEvent value, ClinicalTime? recordedAt, DateTimeOffset arrivedAt) => new()
    {
        Source = $"{value.Source.Application}|{value.Source.Facility ?? value.Source.Organisation?.Value}",
        Sequence = value.Sequence,
        RecordedAt = recordedAt?.Instant,
        RecordedBefore = recordedAt?.LatestInstant(),
        SentAt = value.SentAt?.Instant,
        SentBefore = value.SentAt?.LatestInstant(),
        ArrivedAt = arrivedAt,
    };

    /// <summary>
    /// A step decides only where both say something and it differs. Times that overlap (10:00 against 10:00:30; 01:50 against 01:10 in the hour
    /// that happens twice) decide nothing: the next step does.
    /// </summary>
    public int CompareTo(AssertionOrder? other)
    {
        if (other is null)
        {
            return 1;
        }

        var sameSource = Source is null || other.Source is null || Source == other.Source;
        return (sameSource ? Step(Sequence, other.Sequence) : null)
            ?? Step(RecordedAt, RecordedBefore, other.RecordedAt, other.RecordedBefore)
            ?? Step(SentAt, SentBefore, other.SentAt, other.SentBefore)
            ?? ArrivedAt.CompareTo(other.ArrivedAt);
    }

    private static int? Step(long? mine, long? theirs) =>
        mine is { } m && theirs is { } t && m != t ? m.CompareTo(t) : null;

    private static int? Step(DateTimeOffset? mine, DateTimeOffset? mineBefore, DateTimeOffset? theirs, DateTimeOffset? theirsBefore)
    {
        if (mine is not { } m || theirs is not { } t || m == t)
        {
            return null;
        }

        if (m < t)
        {
            return mineBefore is { } end && end > t ? null : -1;
        }

        return theirsBefore is { } theirEnd && theirEnd > m ? null : 1;
    }
}
