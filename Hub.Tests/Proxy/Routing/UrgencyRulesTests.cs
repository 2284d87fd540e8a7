using Hub.Fhir.Events;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Routing.RoutingCases;

namespace Hub.Tests.Proxy.Routing;

public sealed class UrgencyRulesTests
{
    [Theory]
    [InlineData(MedicineAction.Stop, true)]
    [InlineData(MedicineAction.Hold, true)]
    [InlineData(MedicineAction.EnteredInError, true)]
    [InlineData(MedicineAction.NotUnderstood, true)]
    [InlineData(MedicineAction.Cancelled, true)]
    [InlineData(MedicineAction.Start, false)]
    [InlineData(MedicineAction.Continue, false)]
    [InlineData(MedicineAction.Resume, false)]
    public void What_a_change_does_decides_whether_it_goes_at_once(MedicineAction action, bool urgent) => IsUrgent(Change(Line(action))).ShouldBe(urgent);

    [Theory]
    [InlineData("10", 1, "5", 1, true)]
    [InlineData("5", 1, "10", 1, false)]
    [InlineData("5", 2, "10", 1, false)]  // the same over a day
    [InlineData("5", 3, "10", 1, true)]   // 15 to 10 over a day, though each dose is larger
    public void A_dose_that_goes_down_over_a_day_goes_at_once(string before, int timesBefore, string after, int timesAfter, bool urgent)
    {
        var line = Line(MedicineAction.Amend) with { Before = Dose(before, timesBefore), After = Dose(after, timesAfter) };

        IsUrgent(Change(line)).ShouldBe(urgent);
    }

    [Fact]
    public void A_change_of_dose_that_cannot_be_compared_goes_at_once_because_it_may_be_a_cut()
    {
        var line = Line(MedicineAction.Amend) with { Before = Dose("5", 1), After = Dose("10", 1) };

        IsUrgent(Change(line with { Before = null })).ShouldBeTrue();
        IsUrgent(Change(line with { After = Dose("10", 1) with { Unit = "ml" } })).ShouldBeTrue();
        IsUrgent(Change(line with { After = new Dosage { Text = "ten at night" } })).ShouldBeTrue();
    }

    [Fact]
    public void A_depot_a_controlled_drug_an_uncoded_medicine_and_a_reaction_go_at_once()
    {
        IsUrgent(Change(Line() with { Depot = new() })).ShouldBeTrue();
        IsUrgent(Change(Line() with { ControlledDrug = true })).ShouldBeTrue();
        IsUrgent(Change(Line() with { Medicine = new() { Text = "the blue tablet" } })).ShouldBeTrue();
        IsUrgent(Change(Line()) with { SideEffectId = "se-1" }).ShouldBeTrue();
        IsUrgent(Change(Line(), Line(MedicineAction.Stop))).ShouldBeTrue();
    }

    [Fact]
    public void A_person_whose_whereabouts_are_hidden_and_a_safeguarding_concern_go_at_once()
    {
        IsUrgent(Admission()).ShouldBeFalse();
        IsUrgent(Admission() with { Patient = Person() with { LocationHiding = LocationHiding.National } }).ShouldBeTrue();
        IsUrgent(Admission() with { Risks = [new() { Kind = RiskKind.Safeguarding, Statement = RiskStatement.Identified }] }).ShouldBeTrue();
        IsUrgent(Admission() with { Risks = [new() { Kind = RiskKind.Safeguarding, Statement = RiskStatement.AssessedNone }] }).ShouldBeFalse();
        IsUrgent(Admission() with { Remarks = [new() { Text = "x", Privacy = RemarkPrivacy.Safeguarding }] }).ShouldBeTrue();
    }

    [Fact]
    public void A_discharge_that_corrects_an_earlier_one_goes_at_once()
    {
        UrgencyRules.For(Discharge(), Episode() with { DischargeVersion = 1 }).ShouldBe(Urgency.Routine);
        UrgencyRules.For(Discharge(), Episode() with { DischargeVersion = 3 }).ShouldBe(Urgency.Urgent);
    }

    [Fact]
    public void Withdrawals_and_changes_of_identity_stop_their_lane_when_refused_and_others_do_not()
    {
        CareEvent merged = new PatientMerged { SourceMessageId = new("m"), Source = Source, Patient = Person(), OccurredAt = At, Retired = new() };
        CareEvent cancelled = new DischargeCancelled { SourceMessageId = new("m"), Source = Source, Patient = Person(), OccurredAt = At, Episode = Key };
        CareEvent updated = new PatientUpdated { SourceMessageId = new("m"), Source = Source, Patient = Person(), OccurredAt = At };

        new[] { merged, cancelled, updated, Change(Line(MedicineAction.EnteredInError)) }.ShouldAllBe(e => UrgencyRules.StopsLaneWhenRefused(e));
        new CareEvent[] { Admission(), Discharge(), Change(Line(MedicineAction.Stop)) }.ShouldAllBe(e => !UrgencyRules.StopsLaneWhenRefused(e));
        UrgencyRules.For(merged, null).ShouldBe(Urgency.Urgent);
        UrgencyRules.For(cancelled, null).ShouldBe(Urgency.Urgent);
    }

    private static bool IsUrgent(CareEvent value) => UrgencyRules.For(value, Episode()) == Urgency.Urgent;

    private static Dosage Dose(string amount, int times) => new()
    {
        Text = $"{amount} mg", Dose = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), Unit = "mg", Frequency = times, PeriodDays = 1,
    };
}
