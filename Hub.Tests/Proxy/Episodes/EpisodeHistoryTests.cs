using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

public sealed class EpisodeHistoryTests
{
    private static EpisodeState Open => Given.After(null, Given.Admission("08:00"));

    [Fact]
    public void A_cancel_that_matches_nothing_is_held_for_a_person()
    {
        foreach (var cancel in new CareEvent[] { Given.DischargeCancelled("10:00"), Given.AdmissionCancelled("10:00"), Given.TransferCancelled("10:00") })
        {
            Given.Apply(null, cancel).ShouldBeOfType<HeldForPerson>().Kind.ShouldBe("cancel-matches-nothing");
        }

        Given.Apply(Open, Given.DischargeCancelled("10:00")).ShouldBeOfType<HeldForPerson>();
        Given.Apply(Open, Given.TransferCancelled("10:00")).ShouldBeOfType<HeldForPerson>();
        Given.Apply(Open, Given.DeathWithdrawn("10:00")).ShouldBeOfType<HeldForPerson>();
    }

    [Fact]
    public void A_cancel_that_comes_first_is_remembered_and_what_it_overtook_is_held()
    {
        Overtaken(null, Given.DischargeCancelled("10:00", "11:00"), Given.Discharge("10:00"));
        Overtaken(Open, Given.DischargeCancelled("10:00", "11:00"), Given.Discharge("10:00"));
        Overtaken(null, Given.AdmissionCancelled("08:00", "11:00"), Given.Admission("08:00"));
        Overtaken(null, Given.TransferCancelled("10:00", "11:00"), Given.Transfer("10:00", Given.Ward, Given.Crt));
        Overtaken(Open, Given.DeathWithdrawn("11:00"), Given.Death("10:00"));
    }

    [Fact]
    public void A_cancel_and_what_it_cancels_written_down_at_one_time_cannot_be_ordered_and_are_held() =>
        Overtaken(null, Given.DischargeCancelled("10:00", "10:00"), Given.Discharge("10:00"));

    [Fact]
    public void What_is_recorded_after_a_stray_cancel_stands()
    {
        var state = Remembered(null, Given.DischargeCancelled("10:00", "11:00"));
        Given.Apply(state, Given.Discharge("12:00")).ShouldBeOfType<Applied>().After.Status.ShouldBe(EpisodeStatus.Discharged);
        Given.Apply(Remembered(null, Given.AdmissionCancelled("08:00", "11:00")), Given.Admission("12:00")).ShouldBeOfType<Applied>().After.Status.ShouldBe(EpisodeStatus.Open);
    }

    [Fact]
    public void A_death_stands_for_the_person_in_an_episode_that_begins_later_and_a_contact_there_releases_it()
    {
        var first = Given.After(null, Given.Admission("08:00"), Given.Death("10:00"));
        var second = new EpisodeKey(Given.Episode.Organisation, "V1002");

        var begun = Given.ApplyOf(first, null, Given.Admission("12:00", key: second)).ShouldBeOfType<Applied>().After;
        begun.Death.ShouldNotBeNull();

        var seen = Given.ApplyOf(first, begun, Given.Contact("13:00") with { Episode = second }).ShouldBeOfType<Applied>().After;
        seen.Death.ShouldBeNull();
        DeathStanding.Of([first, seen]).ShouldNotBeNull().Death.ShouldBeNull();
        Given.ApplyOf(seen, first, Given.Update("14:00") with { Consultant = new Actor { Name = "Dr B" } }).ShouldBeOfType<Applied>().After.Death.ShouldBeNull();
    }

    [Fact]
    public void The_same_report_of_death_without_its_date_or_at_a_later_time_is_no_news()
    {
        var state = Given.After(Open, Given.Death("10:00"));

        Given.Apply(state, Given.Death("10:00") with { OccurredAt = Given.At("12:00"), RecordedAt = Given.At("12:00") }).ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.Death("12:00") with { DiedAt = null }).ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.Death("11:00")).ShouldBeOfType<Applied>("another time of death is news");
    }

    [Fact]
    public void The_usual_teams_stand_only_where_nothing_names_a_team()
    {
        var usual = new UsualTeams { Cmht = Given.Cmht };
        var first = Given.Apply(null, Given.Change("09:00", null, Given.Olanzapine(MedicineAction.Start, 5)) with { UsualTeams = usual }).ShouldBeOfType<Applied>().After;
        first.Cmht.ShouldBe(Given.Cmht);

        var named = Given.Cmht with { Name = "North CMHT" };
        Given.After(first, Given.Admission("08:00") with { Cmht = named }).Cmht.ShouldBe(named, "an older message that names the team still wins over a default");
    }

    private static EpisodeState Remembered(EpisodeState? before, CareEvent cancel) =>
        Given.Apply(before, cancel).ShouldBeOfType<HeldForPerson>().Remember.ShouldNotBeNull();

    private static void Overtaken(EpisodeState? before, CareEvent cancel, CareEvent older) =>
        Given.Apply(Remembered(before, cancel), older, "23:00").ShouldBeOfType<HeldForPerson>(older.ToString()).Kind.ShouldBe("cancelled-before-heard");

    [Fact]
    public void A_discharge_without_an_admission_makes_the_episode_and_says_that_the_admission_is_unknown()
    {
        var step = Given.Apply(null, Given.Discharge("10:00")).ShouldBeOfType<Applied>();

        step.After.Status.ShouldBe(EpisodeStatus.Discharged);
        step.After.Admission.ShouldBeNull();
        step.Effective.DataQuality.ShouldContain(n => n.Code == "admission-unknown");
    }

    [Fact]
    public void A_late_admission_completes_a_discharged_episode_and_does_not_open_it()
    {
        var discharged = Given.After(null, Given.Discharge("17:00"));
        var late = Given.Admission("08:00");

        var step = Given.Apply(discharged, late, "18:00").ShouldBeOfType<Applied>();

        step.After.Status.ShouldBe(EpisodeStatus.Discharged);
        step.After.Admission!.SourceMessageId.ShouldBe(late.SourceMessageId);
        Given.Apply(step.After, late, "19:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void An_admission_recorded_after_the_discharge_of_its_episode_is_held() =>
        Given.Apply(Given.After(Open, Given.Discharge("10:00")), Given.Admission("5 09:00")).ShouldBeOfType<HeldForPerson>()
            .Kind.ShouldBe("admission-after-discharge");

    [Fact]
    public void A_withdrawal_older_than_the_discharge_that_stands_changes_nothing()
    {
        var state = Given.After(Open, Given.Discharge("10:00"), Given.Discharge("16:00"));

        Given.Apply(state, Given.DischargeCancelled("10:00", "12:00"), "17:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void An_episode_number_used_for_a_person_with_another_nhs_number_is_held()
    {
        var other = Given.Update("10:00") with { Patient = Given.Eve with { NhsNumber = Given.NhsNumber("9912003071"), LocalIds = [] } };

        Given.Apply(Open, other).ShouldBeOfType<HeldForPerson>().Kind.ShouldBe("episode-of-another-person");
    }

    [Fact]
    public void A_ward_admission_under_the_number_of_a_crisis_team_episode_is_held() =>
        Given.Apply(Open, Given.Admission("10:00", kind: EpisodeKind.Ward)).ShouldBeOfType<HeldForPerson>().Kind.ShouldBe("episode-kind-mismatch");

    [Fact]
    public void A_cancelled_admission_ends_as_cancelled_and_later_facts_for_it_are_held()
    {
        var state = Given.After(Open, Given.AdmissionCancelled("08:00", "09:00"));

        state.Status.ShouldBe(EpisodeStatus.Cancelled);
        Given.Apply(state, Given.Change("10:00", null, Given.Olanzapine(MedicineAction.Start, 5))).ShouldBeOfType<HeldForPerson>();
        Given.Apply(state, Given.Admission("08:00"), "12:00").ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.AdmissionCancelled("08:00", "09:00"), "12:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void A_move_from_ward_to_crisis_team_is_known_by_the_team_types_and_its_cancel_puts_it_back()
    {
        var ward = Given.After(null, Given.Admission("08:00", kind: EpisodeKind.Ward));

        var moved = Given.Apply(ward, Given.Transfer("10:00", Given.Ward, Given.Crt)).ShouldBeOfType<Applied>();
        moved.Effective.ShouldBeOfType<Transfer>().Direction.ShouldBe(TransferDirection.WardToCrt);
        moved.After.Kind.ShouldBe(EpisodeKind.Crt);
        moved.After.Crt.ShouldBe(Given.Crt);

        var cancel = Given.TransferCancelled("10:00", "11:00");
        var back = Given.After(moved.After, cancel);
        back.Kind.ShouldBe(EpisodeKind.Ward);
        back.Crt.ShouldBeNull();
        back.Ward.ShouldBe(Given.Ward);
        Given.Apply(back, cancel, "12:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void The_same_transfer_cancel_twice_does_not_take_away_the_move_before_it()
    {
        var second = new Team { Name = "Westside CRT", TypeCode = "A02" };
        var third = new Team { Name = "Eastside CRT", TypeCode = "A02" };
        var state = Given.After(Open, Given.Transfer("10:00", Given.Crt, second), Given.Transfer("11:00", second, third));
        var cancel = Given.TransferCancelled("11:00", "12:00");

        state = Given.After(state, cancel);
        state.Crt.ShouldBe(second);
        Given.Apply(state, cancel, "13:00").ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void Allergies_not_sent_never_overwrite_a_list_and_an_older_list_never_overwrites_a_newer()
    {
        var penicillin = new AllergyRecord { Status = AllergyStatus.Listed, Items = [new Allergy { Substance = Coded.Of("Penicillin") }] };
        var latex = new AllergyRecord { Status = AllergyStatus.Listed, Items = [new Allergy { Substance = Coded.Of("Latex") }] };
        var state = Given.After(Open, Given.Update("10:00") with { Allergies = penicillin }, Given.Discharge("12:00"));

        state.Allergies.ShouldBe(penicillin);
        Given.Apply(state, Given.Update("09:00") with { Allergies = latex }, "13:00").ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.Update("13:00") with { Allergies = new AllergyRecord { Status = AllergyStatus.NotKnown } }).ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.Update("13:00") with { Allergies = new AllergyRecord { Status = AllergyStatus.NoneKnown } }).ShouldBeOfType<Applied>()
            .Effective.DataQuality.ShouldContain(n => n.Code == "allergies-withdrawn");
    }

    [Fact]
    public void Back_dated_allergies_are_applied_and_marked_recorded_late()
    {
        var latex = new AllergyRecord { Status = AllergyStatus.Listed, Items = [new Allergy { Substance = Coded.Of("Latex") }] };
        var peanut = new AllergyRecord { Status = AllergyStatus.Listed, Items = [new Allergy { Substance = Coded.Of("Peanut") }] };
        var state = Given.After(Open, Given.Update("10:00") with { Allergies = latex });

        var step = Given.Apply(state, Given.Update("09:00", "15:00") with { Allergies = peanut }).ShouldBeOfType<Applied>();

        step.After.Allergies.ShouldBe(peanut);
        step.Effective.DataQuality.ShouldContain(n => n.Code == "allergies-recorded-late");
    }

    [Fact]
    public void A_risk_not_stated_never_takes_a_stated_one_away()
    {
        var self = new Risk { Kind = RiskKind.ToSelf, Statement = RiskStatement.Identified };
        var state = Given.After(Open, Given.Update("10:00") with { Risks = [self] });

        Given.Apply(state, Given.Update("11:00") with { Risks = [self with { Statement = RiskStatement.NotStated }] }).ShouldBeOfType<NoChange>();
        Given.After(state, Given.Update("11:00") with { Risks = [self with { Statement = RiskStatement.AssessedNone }] })
            .Risks.Single().Statement.ShouldBe(RiskStatement.AssessedNone);
    }

    [Fact]
    public void A_blank_care_coordinator_never_overwrites_a_named_one()
    {
        var state = Given.After(Open, Given.Worker("10:00", "Ann Teak", WorkerRole.CareCoordinator), Given.Discharge("12:00"));

        state.CareCoordinator.Status.ShouldBe(CareCoordinatorStatus.Named);
    }

    [Fact]
    public void The_same_facts_asserted_later_are_remembered_so_that_an_older_message_cannot_win()
    {
        var state = Given.After(Open, Given.Change("10:00", null, Given.Olanzapine(MedicineAction.Start, 5)));
        var again = Given.Apply(state, Given.Change("12:00", null, Given.Olanzapine(MedicineAction.Continue, 5))).ShouldBeOfType<NoChange>();

        var late = Given.Apply(again.Remember, Given.Change("11:00", null, Given.Olanzapine(MedicineAction.Amend, 10)), "13:00").ShouldBeOfType<Applied>();

        late.After.Medicines.Single().Line.After!.Dose.ShouldBe(5);
        late.After.Changes[^1].RecordedLate.ShouldBeTrue();
    }

    [Fact]
    public void A_side_effect_stays_seen_when_a_copy_does_not_say_so()
    {
        var reported = Given.SideEffect("10:00");
        var state = Given.After(Open, reported, Given.SideEffect("11:00") with { SeenAt = Given.At("11:00") });

        Given.Apply(state, Given.SideEffect("12:00")).ShouldBeOfType<NoChange>();
        state.SideEffects.Single().SeenAt.ShouldBe(Given.At("11:00"));
    }

    [Fact]
    public void A_state_with_everything_in_it_survives_the_store()
    {
        var state = Given.After(Open, Given.Transfer("09:00", Given.Crt, Given.Crt with { Name = "Westside CRT" }), Given.Contact("10:00"),
            Given.SideEffect("11:00"), Given.Change("12:00", null, Given.Olanzapine(MedicineAction.Start, 5)), Given.Discharge("15:00"));

        var read = CareEventJson.ReadState(CareEventJson.Write(state));

        Sameness.Same(read, state).ShouldBeTrue();
        Given.Apply(read, Given.Discharge("15:00"), "16:00").ShouldBeOfType<NoChange>();
    }
}
