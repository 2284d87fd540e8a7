using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

/// <summary>Journeys 3, 5 and 9 of the clinical rules, over the episode alone.</summary>
public sealed class EpisodeJourneyTests
{
    [Fact]
    public void Five_ten_five_milligrams_and_a_late_stop_are_four_changes_and_the_nightly_copy_is_none()
    {
        var state = Given.After(null, Given.Admission("08:00"));
        var first = Given.Change("09:00", null, Given.Olanzapine(MedicineAction.Start, 5));
        var second = Given.Change("11:00", null, Given.Olanzapine(MedicineAction.Amend, 10, reason: "voices"));
        var third = Given.Change("15:00", null, Given.Olanzapine(MedicineAction.Amend, 5, reason: "sedation"));
        var stop = Given.Change("09:30", "18:00", Given.Olanzapine(MedicineAction.Stop, effective: "09:30", reason: "QTc"));

        state = Given.After(state, first, second);
        Given.Apply(state, third).ShouldBeOfType<Applied>().Effective.ShouldBeOfType<MedicationChange>()
            .Lines.Single().Before!.Dose.ShouldBe(10);
        state = Given.After(state, third);
        state.Medicines.Single().Line.After!.Dose.ShouldBe(5);
        Given.Apply(state, Given.Change("22:00", null, Given.Olanzapine(MedicineAction.Start, 5))).ShouldBeOfType<NoChange>();

        var stopped = Given.Apply(state, stop).ShouldBeOfType<Applied>();
        stopped.After.Medicines.Single().Status.ShouldBe(MedicineStatus.Stopped);
        stopped.After.Medicines.Single().Line.After.ShouldBeNull();
        stopped.After.Medicines.Single().Line.Before!.Dose.ShouldBe(5);
        stopped.After.Changes.Select(c => c.Line.After?.Dose).ShouldBe([5, 10, 5, null]);
        stopped.After.Changes[^1].RecordedLate.ShouldBeTrue();
        stopped.After.Changes.Take(3).ShouldAllBe(c => !c.RecordedLate);
        stopped.Effective.DataQuality.ShouldContain(n => n.Code == "medicine-recorded-late");

        var nightly = Given.Sent(stop, "09:30", "23:30");
        Given.Apply(stopped.After, nightly).ShouldBeOfType<NoChange>();
        Given.Apply(stopped.After, Given.Sent(second, "11:00", "11:00") with { SentAt = Given.At("23:30") }, "23:31").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void A_discharge_withdrawn_and_redone_is_version_3_and_keeps_the_first_and_its_medicines()
    {
        var v1 = Given.Discharge("10:00", null, Given.Olanzapine(MedicineAction.Amend, 15));
        var state = Given.After(null, Given.Admission("08:00"), Given.Change("09:00", null, Given.Olanzapine(MedicineAction.Start, 10)), v1);
        state.Status.ShouldBe(EpisodeStatus.Discharged);
        state.DischargeVersion.ShouldBe(1);

        state = Given.After(state, Given.DischargeCancelled("10:00", "12:00"));
        state.Status.ShouldBe(EpisodeStatus.Open);
        state.Discharge.ShouldBeNull();
        state.EndedAt.ShouldBeNull();
        state.DischargeVersion.ShouldBe(2);
        state.LastTold!.SourceMessageId.ShouldBe(v1.SourceMessageId);
        state.Medicines.Single().Line.After!.Dose.ShouldBe(15);

        var v3 = Given.Discharge("5 10:00", null, Given.Olanzapine(MedicineAction.Amend, 20));
        state = Given.After(state, v3);
        state.DischargeVersion.ShouldBe(3);
        state.FirstTold!.SourceMessageId.ShouldBe(v1.SourceMessageId);
        state.Discharge!.SourceMessageId.ShouldBe(v3.SourceMessageId);
        state.Discharge.Medicines!.Single().Before!.Dose.ShouldBe(15);
    }

    [Fact]
    public void The_first_discharge_sent_again_after_its_withdrawal_changes_nothing()
    {
        var v1 = Given.Discharge("10:00");
        var state = Given.After(null, Given.Admission("08:00"), v1, Given.DischargeCancelled("10:00", "12:00"));

        Given.Apply(state, v1, "13:00").ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.DischargeCancelled("10:00", "12:00"), "13:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void Leave_then_a_ward_discharge_and_a_crisis_team_start_are_two_episodes_and_the_second_a04_is_a_visit()
    {
        var wardKey = new EpisodeKey(OdsCode.Parse("RWK99"), "W77");
        var ward = Given.After(null, Given.Admission("08:00", kind: EpisodeKind.Ward, key: wardKey), Given.Leave("09:00", key: wardKey));
        ward.OnLeave.ShouldBeTrue();
        ward.Ward!.Name.ShouldBe("Maple Ward");

        ward = Given.After(ward, Given.Discharge("14:00") with { Episode = wardKey, Kind = EpisodeKind.Ward });
        ward.OnLeave.ShouldBeFalse();
        ward.Status.ShouldBe(EpisodeStatus.Discharged);

        var crt = Given.After(null, Given.Admission("14:30"), Given.Change("14:40", null, Given.Depot("14:40", "2026-05-18") with { LineId = "ORD-9" }));
        var visit = Given.Apply(crt, Given.Admission("17:00")).ShouldBeOfType<Applied>();
        visit.Effective.ShouldBeOfType<ContactRecorded>();
        visit.After.Admission!.OccurredAt.ShouldBe(Given.At("14:30"));
        visit.After.Contacts.Single().At.ShouldBe(Given.At("17:00"));
        Given.Apply(visit.After, Given.Admission("17:00"), "23:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void A_death_reported_by_mistake_is_withdrawn_and_the_episode_never_ended()
    {
        var state = Given.After(null, Given.Admission("08:00"), Given.Death("10:00"));
        state.Death.ShouldNotBeNull();
        state.Status.ShouldBe(EpisodeStatus.Open);

        Given.After(state, Given.DeathWithdrawn("12:00")).Death.ShouldBeNull();

        var seen = Given.Apply(state, Given.Contact("13:00")).ShouldBeOfType<Applied>();
        seen.After.Death.ShouldBeNull();
        seen.Effective.DataQuality.ShouldContain(n => n.Code == "contact-after-death-report");
    }
}
