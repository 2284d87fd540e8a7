using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

public sealed class MedicineRulesTests
{
    private static EpisodeState OnFive => Given.After(null, Given.Admission("08:00"), Given.Change("09:00", null, Given.Olanzapine(MedicineAction.Start, 5)));

    [Theory]
    [InlineData(MedicineAction.Stop, MedicineStatus.Stopped)]
    [InlineData(MedicineAction.Hold, MedicineStatus.OnHold)]
    [InlineData(MedicineAction.CourseFinished, MedicineStatus.CourseFinished)]
    [InlineData(MedicineAction.Cancelled, MedicineStatus.CancelledUnknown)]
    [InlineData(MedicineAction.EnteredInError, MedicineStatus.EnteredInError)]
    public void A_line_that_is_no_longer_given_keeps_its_old_dose_as_the_dose_before_only(MedicineAction action, MedicineStatus status)
    {
        var medicine = Given.After(OnFive, Given.Change("10:00", null, Given.Olanzapine(action, 5))).Medicines.Single();

        medicine.Status.ShouldBe(status);
        medicine.Line.After.ShouldBeNull();
        medicine.Line.Before!.Dose.ShouldBe(5);
    }

    [Fact]
    public void A_held_medicine_that_resumes_without_a_dose_resumes_at_the_dose_it_was_held_at() =>
        Given.After(OnFive, Given.Change("10:00", null, Given.Olanzapine(MedicineAction.Hold)), Given.Change("12:00", null, Given.Olanzapine(MedicineAction.Resume)))
            .Medicines.Single().Line.After!.Dose.ShouldBe(5);

    [Fact]
    public void An_order_control_not_understood_is_passed_on_and_leaves_the_list_alone()
    {
        var odd = Given.Olanzapine(MedicineAction.NotUnderstood, 20) with { SourceControl = "ORC-1 SC, ORC-5 ZZ" };
        var step = Given.Apply(OnFive, Given.Change("10:00", null, odd)).ShouldBeOfType<Applied>();

        step.After.Medicines.Single().Status.ShouldBe(MedicineStatus.Active);
        step.After.Medicines.Single().Line.After!.Dose.ShouldBe(5);
        step.Effective.ShouldBeOfType<MedicationChange>().Lines.Single().SourceControl.ShouldBe("ORC-1 SC, ORC-5 ZZ");
        Given.Apply(step.After, Given.Change("10:00", "23:00", odd)).ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void Only_the_lines_that_change_something_go_on()
    {
        var other = Given.Line("ORD-2", "Sertraline", MedicineAction.Start, 50);
        var step = Given.Apply(OnFive, Given.Change("22:00", null, Given.Olanzapine(MedicineAction.Continue, 5), other)).ShouldBeOfType<Applied>();

        step.Effective.ShouldBeOfType<MedicationChange>().Lines.Single().LineId.ShouldBe("ORD-2");
        step.After.Medicines.Count.ShouldBe(2);
    }

    [Fact]
    public void A_copy_of_unchanged_orders_with_a_new_address_goes_on_as_a_change_of_details()
    {
        var moved = Given.Change("22:00", null, Given.Olanzapine(MedicineAction.Continue, 5)) with
        {
            Patient = Given.Eve with { Address = new PostalAddress { Lines = ["2 New Road"] } },
        };

        Given.Apply(OnFive, moved).ShouldBeOfType<Applied>().Effective.ShouldBeOfType<EpisodeUpdated>();
    }

    [Fact]
    public void A_dose_before_that_is_not_the_dose_held_shows_that_a_change_may_be_missing()
    {
        var line = Given.Olanzapine(MedicineAction.Amend, 20) with { Before = new Dosage { Text = "15 mg at night", Dose = 15, Unit = "mg", Frequency = 1, PeriodDays = 1 } };

        Given.Apply(OnFive, Given.Change("10:00", null, line)).ShouldBeOfType<Applied>().Effective.DataQuality
            .ShouldContain(n => n.Code == "medicine-before-disagrees");
    }

    [Fact]
    public void A_change_recorded_before_the_one_that_stands_joins_the_story_and_leaves_the_dose()
    {
        var state = Given.After(OnFive, Given.Change("15:00", null, Given.Olanzapine(MedicineAction.Amend, 15)));
        var late = Given.Change("12:00", null, Given.Olanzapine(MedicineAction.Amend, 10));

        var step = Given.Apply(state, late, "16:00").ShouldBeOfType<Applied>();

        step.After.Medicines.Single().Line.After!.Dose.ShouldBe(15);
        step.After.Changes[^1].RecordedLate.ShouldBeTrue();
        Given.Apply(step.After, late, "17:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void Every_depot_given_is_news_and_the_same_one_again_is_not()
    {
        var first = Given.Apply(OnFive, Given.Change("10:00", null, Given.Depot("10:00", "2026-05-18"))).ShouldBeOfType<Applied>();
        Given.Apply(first.After, Given.Change("10:00", "23:00", Given.Depot("10:00", "2026-05-18"))).ShouldBeOfType<NoChange>();

        var second = Given.Apply(first.After, Given.Change("18 10:00", null, Given.Depot("18 10:00"))).ShouldBeOfType<Applied>();
        var depot = second.After.Medicines.Single(m => m.Line.LineId == "ORD-9");
        depot.Line.Depot!.LastGivenAt.ShouldBe(Given.At("18 10:00"));
        depot.Line.Depot.NextDueOn.ShouldBeNull();
        second.After.Changes.Count(c => c.Line.Action == MedicineAction.Administer).ShouldBe(2);
    }

    [Fact]
    public void A_dose_given_of_a_stopped_medicine_does_not_make_it_current()
    {
        var given = Given.Olanzapine(MedicineAction.Administer, 5) with { LastDoseAt = Given.At("21:00") };
        var state = Given.After(OnFive, Given.Change("10:00", null, Given.Olanzapine(MedicineAction.Stop)), Given.Change("21:00", null, given));

        state.Medicines.Single().Status.ShouldBe(MedicineStatus.Stopped);
        state.Medicines.Single().Line.LastDoseAt.ShouldBe(Given.At("21:00"));
    }

    [Fact]
    public void A_depot_heard_of_late_is_told_and_does_not_become_the_last_one()
    {
        var state = Given.After(OnFive, Given.Change("18 10:00", null, Given.Depot("18 10:00")));
        var step = Given.Apply(state, Given.Change("10:00", null, Given.Depot("10:00")), "19 10:00").ShouldBeOfType<Applied>();

        step.After.Medicines.Single(m => m.Line.LineId == "ORD-9").Line.Depot!.LastGivenAt.ShouldBe(Given.At("18 10:00"));
        step.After.Changes[^1].RecordedLate.ShouldBeTrue();
    }

    [Fact]
    public void A_confirmed_list_stops_nothing_that_it_does_not_name()
    {
        var sertraline = Given.Line("ORD-2", "Sertraline", MedicineAction.Continue, 50);
        var step = Given.Apply(OnFive, Given.Discharge("17:00", null, sertraline)).ShouldBeOfType<Applied>();

        step.After.Medicines.Single(m => m.Line.LineId == "ORD-1").Status.ShouldBe(MedicineStatus.Active);
        step.Effective.DataQuality.ShouldContain(n => n.Code == "medicines-not-on-confirmed-list");
    }

    [Fact]
    public void A_discharge_without_medicines_leaves_the_list_as_last_reported() =>
        Given.After(OnFive, Given.Discharge("17:00")).Medicines.Single().Line.After!.Dose.ShouldBe(5);

    [Fact]
    public void Both_halves_of_a_switch_are_kept_and_a_lone_half_is_noted()
    {
        var ends = Given.Olanzapine(MedicineAction.Switch) with { SwitchGroup = "S1" };
        var starts = Given.Line("ORD-2", "Aripiprazole", MedicineAction.Switch, 10) with { SwitchGroup = "S1" };

        var both = Given.Apply(OnFive, Given.Change("10:00", null, ends, starts)).ShouldBeOfType<Applied>();
        both.After.Medicines.Select(m => m.Status).ShouldBe([MedicineStatus.Stopped, MedicineStatus.Active]);
        both.Effective.DataQuality.ShouldNotContain(n => n.Code == "switch-incomplete");

        Given.Apply(OnFive, Given.Change("10:00", null, ends)).ShouldBeOfType<Applied>().Effective.DataQuality
            .ShouldContain(n => n.Code == "switch-incomplete");
    }

    [Fact]
    public void A_list_sent_with_the_same_discharge_again_is_no_new_version()
    {
        var first = Given.Discharge("17:00", null, Given.Olanzapine(MedicineAction.Amend, 10), Given.Line("ORD-2", "Zopiclone", MedicineAction.Stop, 7));
        var state = Given.After(OnFive, first);

        Given.Apply(state, Given.Sent(first, "17:00", "23:00")).ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void A_discharge_sent_again_does_not_bring_back_what_was_stopped_since()
    {
        var discharge = Given.Discharge("17:00", null, Given.Olanzapine(MedicineAction.Continue, 5));
        var state = Given.After(OnFive, discharge, Given.Change("19:00", null, Given.Olanzapine(MedicineAction.Stop)));

        Given.Apply(state, Given.Sent(discharge, "17:00", "23:00")).ShouldBeOfType<NoChange>().Remember!
            .Medicines.Single().Status.ShouldBe(MedicineStatus.Stopped);
    }
}
