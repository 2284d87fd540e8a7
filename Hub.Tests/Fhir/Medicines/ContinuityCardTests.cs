using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Medicines;

public sealed class ContinuityCardTests
{
    private static readonly ClinicalTime Now = Cases.At("2026-04-27T11:00:00+01:00");

    [Theory]
    [InlineData(MedicineAction.Start, "10 mg", CardGroup.Started)]
    [InlineData(MedicineAction.Amend, "10 mg", CardGroup.Changed)]
    [InlineData(MedicineAction.Stop, null, CardGroup.Stopped)]
    [InlineData(MedicineAction.CourseFinished, null, CardGroup.Stopped)]
    [InlineData(MedicineAction.Switch, null, CardGroup.Stopped)]
    [InlineData(MedicineAction.Switch, "10 mg", CardGroup.Started)]
    [InlineData(MedicineAction.Hold, null, CardGroup.Changed)]
    [InlineData(MedicineAction.Resume, "10 mg", CardGroup.Changed)]
    [InlineData(MedicineAction.Administer, "10 mg", CardGroup.Changed)]
    [InlineData(MedicineAction.Continue, "10 mg", CardGroup.Unchanged)]
    [InlineData(MedicineAction.Cancelled, null, CardGroup.Unclear)]
    [InlineData(MedicineAction.NotUnderstood, null, CardGroup.Unclear)]
    public void Each_action_is_read_as_one_kind_of_change(MedicineAction action, string? dose, CardGroup group) =>
        Describe(Cases.Line("A", action, "Olanzapine", dose)).Group.ShouldBe(group);

    [Fact]
    public void A_dose_that_its_sender_left_out_is_taken_from_the_state_before()
    {
        var line = MedicineChanges.Describe(Cases.Line("A", MedicineAction.Amend, "Olanzapine", "10 mg", "voices"), Cases.Line("A", MedicineAction.Start, "Olanzapine", "5 mg"), Now, null, false);

        line.Before.ShouldBe("5 mg");
        line.Description.ShouldBe("Olanzapine: Dose changed. Before: 5 mg. Now: 10 mg.");
    }

    [Fact]
    public void A_continued_line_with_another_dose_is_no_silent_change()
    {
        var line = MedicineChanges.Describe(Cases.Line("A", MedicineAction.Continue, "Olanzapine", "10 mg"), Cases.Line("A", MedicineAction.Start, "Olanzapine", "5 mg"), Now, null, false);

        line.Group.ShouldBe(CardGroup.Changed);
        line.What.ShouldBe("Continued, with another dose line");
    }

    [Fact]
    public void A_stop_without_a_reason_is_said_to_have_none() =>
        Checks(Cases.Line("A", MedicineAction.Stop, "Zopiclone")).ShouldContain(c => c.Name == "reason" && c.Outcome == CheckOutcome.Found && c.Text == "No reason given: Zopiclone.");

    [Fact]
    public void A_start_without_a_dose_is_said_to_have_none() =>
        Checks(Cases.Line("A", MedicineAction.Start, "Zopiclone", null, "sleep")).ShouldContain(c => c.Name == "dose" && c.Outcome == CheckOutcome.Found);

    [Theory]
    [InlineData("2026-05-04", "2026-05-06", CheckOutcome.Found)]
    [InlineData("2026-05-06", "2026-05-06", CheckOutcome.Clear)]
    [InlineData("2026-05-08", "2026-05-06", CheckOutcome.Clear)]
    [InlineData("2026-05-08", null, CheckOutcome.NotChecked)]
    [InlineData(null, "2026-05-06", CheckOutcome.NotChecked)]
    public void The_supply_is_set_against_the_date_of_the_next_prescription(string? supplied, string? asked, CheckOutcome outcome) =>
        Checks(Cases.Line("A", MedicineAction.Start, "Sertraline", "50 mg", "mood") with { SupplyEndsOn = supplied is null ? null : Cases.At(supplied), GpRequestDueOn = asked is null ? null : Cases.At(asked) })
            .Single(c => c.Name == "supply").Outcome.ShouldBe(outcome);

    [Fact]
    public void A_check_that_could_not_be_made_reads_not_checked() =>
        Checks(Cases.Line("A", MedicineAction.Start, "Sertraline", "50 mg", "mood")).Where(c => c is { Outcome: CheckOutcome.NotChecked, Name: not "monitoring" }).ShouldAllBe(c => c.Text.Contains("not checked"));

    [Fact]
    public void Monitoring_without_owner_or_date_is_named() =>
        Checks(Cases.Line("A", MedicineAction.Start, "Lithium", "400 mg", "mood") with { Monitoring = [new() { Check = Coded.Of("Lithium level") }] })
            .ShouldContain(c => c.Name == "monitoring" && c.Text == "Monitoring without owner or date: Lithium: Lithium level, no owner named, no date.");

    [Fact]
    public void With_no_rule_enabled_and_nothing_sent_monitoring_reads_not_checked() =>
        Checks(Cases.Line("A", MedicineAction.Start, "Lithium", "400 mg", "mood"))
            .ShouldContain(c => c.Name == "monitoring" && c.Outcome == CheckOutcome.NotChecked && c.Text == "No monitoring was sent for these medicines; no local rules are enabled.");

    [Fact]
    public void What_a_signed_local_rule_asks_and_nobody_holds_is_named_as_a_fact()
    {
        var text = Checks(Cases.Line("A", MedicineAction.Start, "Lithium", "400 mg", "mood"), Cases.Signed(MonitoringRules.Shipped.Single(r => r.Id == "lithium"))).Single(c => c.Name == "monitoring").Text;

        text.ShouldStartWith("Monitoring without owner or date: Lithium: Serum lithium level, 12 hours after the dose, asked by local rule lithium: nothing sent, no owner named, no date; ");
        text.ShouldNotContain("should");
        text.ShouldNotContain("must");
    }

    [Fact]
    public void Asked_is_not_accepted() =>
        Checks(Cases.Line("A", MedicineAction.Start, "Sertraline", "50 mg", "mood") with { NextPrescriber = new() { Party = CareParty.Gp, Status = PrescriberStatus.Asked } })
            .ShouldContain(c => c.Name == "next-prescriber" && c.Outcome == CheckOutcome.Found);

    [Fact]
    public void Nobody_named_is_not_somebody_who_has_not_answered()
    {
        var undecided = Checks(Cases.Line("A", MedicineAction.Start, "Sertraline", "50 mg", "mood") with { NextPrescriber = new() { Status = PrescriberStatus.NotAsked } });

        undecided.Where(c => c.Name == "next-prescriber").ShouldHaveSingleItem().Text.ShouldBe("No next prescriber named: Sertraline.");
    }

    [Theory]
    [InlineData("2026-04-27T09:30:00+01:00", "2026-04-27T18:00:00+01:00", true)]
    [InlineData("2026-04-27T09:30:00+01:00", "2026-04-27T09:40:00+01:00", false)]
    [InlineData("2026-04-26", "2026-04-27T09:40:00+01:00", true)]
    [InlineData("2026-04-27", "2026-04-27T18:00:00+01:00", false)]
    public void A_change_written_down_after_the_fact_is_marked(string effective, string recorded, bool late) =>
        Describe(Cases.Line("A", MedicineAction.Stop, "Olanzapine") with { EffectiveFrom = Cases.At(effective), RecordedAt = Cases.At(recorded) }).RecordedLate.ShouldBe(late);

    private static CardLine Describe(MedicineLine line) => MedicineChanges.Describe(line, null, Now, null, recordedLate: false);

    private static IReadOnlyList<CardCheck> Checks(MedicineLine line, params MonitoringRule[] rules) => ContinuityChecks.Of(
        [Describe(line)],
        MedicineList.Of([new() { Line = line, Status = MedicineChanges.StatusAfter(line), AsOf = Now, From = new("M") }], EpisodeKind.Crt),
        confirmed: true,
        plan: [],
        MonitoringGrid.Of([Describe(line)], [], [], rules),
        rulesEnabled: rules.Length > 0);
}
