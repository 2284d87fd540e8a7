using Hub.Fhir.Bundles;
using Hub.Proxy.Handovers;
using Hub.Proxy.Reports;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Reports;

/// <summary>The figures of a month, each beside the sum that a person did by hand.</summary>
public sealed class HandoverReportTests
{
    private static readonly DateTimeOffset Discharged = new(2026, 5, 4, 10, 0, 0, TimeSpan.FromHours(1));
    private static readonly DateTimeOffset Later = new(2026, 6, 30, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReportMonth May = new(2026, 5);

    [Fact]
    public void Figures_of_three_discharges_are_what_they_are_by_hand()
    {
        // A: told in 3 h, list confirmed in 5 h, booked at once, seen after 50 h, the team had it after 70 h and accepted after 20 h.
        var a = Facts() with
        {
            Copies = [Gp(3), Team(70)], NamesMedicines = true, ListConfirmedAt = After(5), BookedAt = After(0), SeenAt = After(50),
            Duties = [Duty(ObligationKind.CmhtAccepts, due: 24, answered: 20), Duty(ObligationKind.GpAction, due: 24, answered: 30)],
        };

        // B: told a minute late, no list confirmed, never booked, seen after 73 h, the team's copy after 73 h, accepted after 40 h.
        var b = Facts() with
        {
            Copies = [new(Audience.Gp, Discharged.AddHours(24).AddMinutes(1), false), Team(73)], NamesMedicines = true, SeenAt = After(73),
            Duties = [Duty(ObligationKind.CmhtAccepts, due: 24, answered: 40), Duty(ObligationKind.GpAction, due: 24, answered: null)],
        };

        // C: to the GP alone; the practice says that the person is not theirs; no medicines.
        var c = Facts() with { FollowUpIsDue = false, TeamTakesOver = false, Copies = [new(Audience.Gp, null, NotTheirs: true)] };

        var rows = HandoverReport.Of(May, Later, [a, b, c]).Rows.ToDictionary(r => r.Measure);

        Count(rows["summary-24h"]).ShouldBe((1, 3));
        Count(rows["medicines-24h"]).ShouldBe((1, 2));
        Count(rows["follow-up-booked-72h"]).ShouldBe((1, 2));
        Count(rows["follow-up-done-72h"]).ShouldBe((1, 2));
        Count(rows["cmht-acceptance"]).ShouldBe((2, 2));
        (rows["cmht-acceptance"].MedianHours, rows["cmht-acceptance"].LongestHours).ShouldBe((30, 40));
        Count(rows["wrong-practice"]).ShouldBe((1, 3));
        Count(rows["plan-to-all-3d"]).ShouldBe((1, 3));
        Count(rows["overdue-cmht-accepts"]).ShouldBe((1, 2));
        Count(rows["overdue-gp-action"]).ShouldBe((2, 2));
        rows["summary-24h"].Percent.ShouldBe(33.3);
        rows.Keys.ShouldNotContain("overdue-monitoring", "nothing of the kind was owed");
    }

    [Fact]
    public void What_is_not_over_counts_for_neither_side_and_a_time_that_was_met_counts_at_once()
    {
        var rows = HandoverReport.Of(May, After(2)!.Value, [Facts() with { Copies = [Gp(1), Team(null)], Duties = [Duty(ObligationKind.CmhtAccepts, due: 24, answered: null)] }]).Rows
            .ToDictionary(r => r.Measure);

        (rows["summary-24h"].Count, rows["summary-24h"].Of, rows["summary-24h"].NotOver).ShouldBe((1, 1, 0));
        (rows["plan-to-all-3d"].Count, rows["plan-to-all-3d"].Of, rows["plan-to-all-3d"].NotOver).ShouldBe((0, 0, 1));
        (rows["overdue-cmht-accepts"].Of, rows["overdue-cmht-accepts"].NotOver).ShouldBe((0, 1));
    }

    [Fact]
    public void A_plan_that_only_the_practice_has_is_not_with_all_where_a_team_takes_over()
    {
        Row(Facts() with { Copies = [Gp(1)] }, "plan-to-all-3d").Count.ShouldBe(0);
        Row(Facts() with { Copies = [Gp(1)], TeamTakesOver = false }, "plan-to-all-3d").Count.ShouldBe(1);
        Row(Facts() with { Copies = [Team(1)] }, "plan-to-all-3d").Count.ShouldBe(0, "the practice was not told");
        Row(Facts() with { Copies = [] }, "summary-24h").ShouldSatisfyAllConditions(r => r.Count.ShouldBe(0), r => r.Of.ShouldBe(1, "nobody to tell is not told"));
    }

    [Fact]
    public void A_month_begins_and_ends_at_midnight_in_London_over_both_changes_of_the_clock()
    {
        (new ReportMonth(2026, 3).Until - new ReportMonth(2026, 3).From).ShouldBe(TimeSpan.FromHours((31 * 24) - 1));
        (new ReportMonth(2026, 10).Until - new ReportMonth(2026, 10).From).ShouldBe(TimeSpan.FromHours((31 * 24) + 1));
        May.Holds(new DateTimeOffset(2026, 4, 30, 23, 30, 0, TimeSpan.Zero)).ShouldBeTrue("half past midnight on 1 May in London");
        May.Holds(new DateTimeOffset(2026, 5, 31, 23, 30, 0, TimeSpan.Zero)).ShouldBeFalse();
        ReportMonth.TryParse("2026-13", out _).ShouldBeFalse();
    }

    [Fact]
    public void Each_figure_has_one_definition_and_no_form_leaves_one_out()
    {
        HandoverMeasures.All.Select(m => m.Key).ShouldBeUnique();
        var report = HandoverReport.Of(May, Later, [Facts() with { Team = "=North, \"CRT\"", Copies = [Gp(1), Team(2)], Duties = [Duty(ObligationKind.CmhtAccepts, 24, 20)] }]);

        var csv = ReportForms.Csv(report).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        csv.Length.ShouldBe(report.Rows.Count + 1);
        csv[1].ShouldBe("2026-05,2026-06-30T00:00:00Z,\"'=North, \"\"CRT\"\"\",summary-24h,1,1,100,0,,");
        var fhir = ReportForms.Fhir(report, May).Entry.ShouldHaveSingleItem().Resource.ShouldBeOfType<Hl7.Fhir.Model.MeasureReport>();
        (fhir.Period.Start, fhir.Period.End).ShouldBe(("2026-05-01", "2026-05-31"));
        var groups = fhir.Group.ToDictionary(g => g.Code.ShouldNotBeNull().Coding[0].Code!);
        groups.Keys.ShouldBe(report.Rows.Select(r => r.Measure));
        var acceptance = groups["cmht-acceptance"].MeasureScore.ShouldNotBeNull();
        (acceptance.Value, acceptance.Unit).ShouldBe((20, "h"));
        groups["summary-24h"].Population.Select(p => p.Count).ShouldBe([1, 1]);
    }

    private static ReportRow Row(DischargeFacts facts, string measure) => HandoverReport.Of(May, Later, [facts]).Rows.Single(r => r.Measure == measure);

    private static (int, int) Count(ReportRow row) => (row.Count, row.Of);

    private static DischargeFacts Facts() => new() { Team = "Northside CRT", At = Discharged, FollowUpIsDue = true, TeamTakesOver = true };

    private static CopyFacts Gp(double? hours) => new(Audience.Gp, After(hours), false);

    private static CopyFacts Team(double? hours) => new(Audience.Cmht, After(hours), false);

    private static DutyFacts Duty(ObligationKind kind, double due, double? answered) => new(kind, Discharged, After(due), After(answered));

    private static DateTimeOffset? After(double? hours) => hours is { } h ? Discharged.AddHours(h) : null;
}
