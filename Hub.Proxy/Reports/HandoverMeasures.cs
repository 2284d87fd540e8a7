using Hub.Fhir.Bundles;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.Reports;

/// <summary>What one case adds to a figure.</summary>
/// <param name="Met">True and false count; null: its time is not over yet, so that it counts for neither.</param>
/// <param name="Hours">How long it took, for figures that tell a time.</param>
public sealed record MeasuredCase(bool? Met, double? Hours = null);

/// <summary>One figure: what is counted, in words and in code, side by side.</summary>
/// <param name="Key">Its name in CSV, JSON and FHIR.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Counted">What the number counts, and of what.</param>
/// <param name="MoreIsBetter">Which way is better; false where less is.</param>
/// <param name="Cases">The cases of one discharge, judged at the time of the report.</param>
public sealed record HandoverMeasure(string Key, string Title, string Counted, bool MoreIsBetter, Func<DischargeFacts, DateTimeOffset, IEnumerable<MeasuredCase>> Cases);

/// <summary>
/// The figures of a handover, each defined here and nowhere else. All speak of discharges that stand and were reported for the month; a window that is not over
/// counts for neither side, so that a report of last month does not change by being made again. Pure.
/// </summary>
public static class HandoverMeasures
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan ThreeDays = TimeSpan.FromHours(72);

    public static IReadOnlyList<HandoverMeasure> All { get; } =
    [
        new("summary-24h", "Summary within 24 hours",
            "discharges whose summary the practice's system had taken within 24 hours, of all discharges; a practice that is not known or cannot be reached counts as not told", true,
            (facts, now) => [Within(facts.At, Day, GpTook(facts), now)]),
        new("medicines-24h", "Medicines information within 24 hours",
            "discharges whose list of medicines a clinician had confirmed and the practice's system had taken within 24 hours, of discharges with medicines", true,
            (facts, now) => facts.NamesMedicines ? [Within(facts.At, Day, Later(facts.ListConfirmedAt, GpTook(facts)), now)] : []),
        new("follow-up-booked-72h", "Follow-up booked within 72 hours",
            "discharges with a dated first follow-up on record within 72 hours, of discharges from a ward or to a team", true,
            (facts, now) => facts.FollowUpIsDue ? [Within(facts.At, ThreeDays, facts.BookedAt, now)] : []),
        new("follow-up-done-72h", "Follow-up done within 72 hours",
            "discharges after which the person was seen within 72 hours, of discharges from a ward or to a team; a booking is not a contact", true,
            (facts, now) => facts.FollowUpIsDue ? [Within(facts.At, ThreeDays, facts.SeenAt, now)] : []),
        new("cmht-acceptance", "Community team accepted",
            "askings that a community team has accepted, of those asked and not withdrawn; with the median and longest hours from the asking to the acceptance", true,
            (facts, _) => facts.Duties.Where(d => d.Kind == ObligationKind.CmhtAccepts)
                .Select(d => new MeasuredCase(d.AnsweredAt is not null, d.AnsweredAt is { } at ? (at - d.StartsAt).TotalHours : null))),
        new("wrong-practice", "Returned: not our patient",
            "copies that a practice answered as not its patient, of the copies for practices", false,
            (facts, _) => facts.Copies.Where(c => c.Audience == Audience.Gp).Select(c => new MeasuredCase(c.NotTheirs))),
        new("plan-to-all-3d", "Discharge plan to all within 3 days",
            "discharges whose plan the practice and every team that is told had taken within 3 days, of all discharges; where a team takes over, one team at least", true,
            (facts, now) => [Within(facts.At, ThreeDays, AllTook(facts), now)]),
        .. Enum.GetValues<ObligationKind>().Select(Overdue),
    ];

    /// <summary>Overdue now, or answered after its time; what is not due yet counts for neither.</summary>
    private static HandoverMeasure Overdue(ObligationKind kind) => new(
        $"overdue-{ObligationWords.Name(kind)}", $"Overdue: {ObligationWords.Name(kind)}",
        $"obligations of the kind {ObligationWords.Name(kind)} that were not answered by their time, of those that had come due", false,
        (facts, now) => facts.Duties.Where(d => d.Kind == kind && d.DueAt is not null)
            .Select(d => new MeasuredCase(d.AnsweredAt is { } at ? at > d.DueAt : d.DueAt <= now ? true : null)));

    private static MeasuredCase Within(DateTimeOffset from, TimeSpan window, DateTimeOffset? when, DateTimeOffset now) =>
        new(when is { } at && at <= from + window ? true : now > from + window ? false : null);

    private static DateTimeOffset? GpTook(DischargeFacts facts) => facts.Copies.Where(c => c.Audience == Audience.Gp).Select(c => c.TakenAt).Min();

    private static DateTimeOffset? AllTook(DischargeFacts facts)
    {
        var teams = facts.Copies.Where(c => c.Audience is Audience.Cmht or Audience.Ward).ToList();
        var all = facts.Copies.Where(c => c.Audience is Audience.Gp or Audience.Cmht or Audience.Ward).ToList();
        var nobody = all.Count == teams.Count || (facts.TeamTakesOver && teams.All(c => c.Audience != Audience.Cmht));
        return nobody || all.Any(c => c.TakenAt is null) ? null : all.Max(c => c.TakenAt);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one > other ? one : other;
}
