using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Proxy.Episodes;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Episodes.Given;

namespace Hub.Tests.Proxy.Handovers;

/// <summary>What an episode owes after an event, and what its record shows as done.</summary>
public sealed class DutiesTests
{
    [Fact]
    public void A_discharge_with_nothing_but_its_time_owes_all_that_nobody_has_said()
    {
        var owed = Owed(After(null, Admission("09:00"), Discharge("5 10:00")));

        owed.ShouldContain(ObligationKind.MedicineListConfirmed);
        owed.ShouldContain(ObligationKind.CrisisPlanGiven);
        owed.ShouldContain(ObligationKind.PatientCopy);
        owed.ShouldContain(ObligationKind.CareCoordinator);
        owed.ShouldContain(ObligationKind.CmhtAccepts);
        owed.ShouldNotContain(ObligationKind.FollowUpDone, "none was planned, and none is invented (clinical rule 15)");
        owed.ShouldNotContain(ObligationKind.CarerCopy, "nobody consented");
    }

    [Fact]
    public void What_the_record_shows_as_done_is_met_with_how()
    {
        var discharge = Discharge("5 10:00", null, Olanzapine(MedicineAction.Continue, 10) with { SupplyEndsOn = Time("2026-05-12") }) with
        {
            CareCoordinator = new CareCoordinator { Status = CareCoordinatorStatus.None, Lead = "GP leads" },
            InformationGiven = [new GivenCopy { To = CareParty.Patient, What = "Discharge plan", At = At("5 11:00"), How = "by hand" }],
        };
        var duties = Duties.State(After(null, Admission("09:00"), discharge)).ToDictionary(d => d.Kind);

        duties[ObligationKind.MedicineListConfirmed].Met.ShouldNotBeNull();
        duties[ObligationKind.MedicineSupply].Met.ShouldNotBeNull().ShouldContain("supplied until");
        duties[ObligationKind.CareCoordinator].Met.ShouldBe("explicitly none; who leads was said");
        duties[ObligationKind.PatientCopy].Met.ShouldNotBeNull().ShouldContain("by hand");
    }

    [Fact]
    public void A_reported_death_is_to_be_confirmed_by_a_named_person_and_removed_it_is_not_owed()
    {
        var reported = After(null, Admission("09:00"), Death("5 10:00"));

        Owed(reported).ShouldContain(ObligationKind.DeathConfirmed);
        Owed(After(reported, DeathWithdrawn("5 11:00"))).ShouldNotContain(ObligationKind.DeathConfirmed);
    }

    [Fact]
    public void A_report_of_death_holds_once_and_its_removal_or_a_later_contact_releases()
    {
        var before = After(null, Admission("09:00"));
        var reported = After(before, Death("5 10:00"));

        News(before, Death("5 10:00")).ShouldBe(DeathNews.Reported);
        News(reported, Contact("5 09:00")).ShouldBe(DeathNews.None, "a visit before the time of death shows nothing");
        News(reported, Contact("6 09:00")).ShouldBe(DeathNews.Released);
        News(reported, DeathWithdrawn("6 09:00")).ShouldBe(DeathNews.Released);
    }

    [Fact]
    public void Which_side_a_team_is_is_the_same_for_the_message_and_for_who_follows_it()
    {
        var crisis = Crt with { Name = "Southside CRT" };
        var discharge = Discharge("5 10:00") with { DestinationTeams = [crisis], FollowUp = new FollowUp { Start = At("6 10:00"), Booked = false, Team = crisis } };
        var after = After(null, Admission("09:00"), discharge);
        var asks = BundleComposer.Compose(new ComposeRequest { Event = discharge, Episode = after, Audience = Audience.Gp, ReceivedAt = discharge.OccurredAt.Instant }).Asks;

        asks.Where(a => a.OwnerName == crisis.Name).Select(a => a.Owner).Distinct().ShouldBe([CareParty.Crt]);
        Duties.State(after).Single(d => d.Kind == ObligationKind.FollowUpDone).Actor.ShouldBe(CareParty.Crt);
    }

    [Theory]
    [InlineData("Say whether you take on: FBC (Clozapine 100mg tablets), next due 5 May.", true)]
    [InlineData("Say whether you take on prescribing: DENZAPINE 25mg (asked, not accepted).", true)]
    [InlineData("Say whether you take on: Lithium level (Priadel 400mg), next due 5 May.", false)]
    public void Whatever_is_asked_about_clozapine_is_never_paused(string text, bool never) =>
        new Duty { Kind = ObligationKind.Monitoring, Subject = "check-1", Actor = CareParty.Gp, Text = text, From = Time("2026-05-04") }.NeverPaused.ShouldBe(never);

    [Fact]
    public void Printed_is_not_given()
    {
        var discharge = Discharge("5 10:00") with { InformationGiven = [new GivenCopy { To = CareParty.Patient, What = "Discharge plan", How = "printed" }] };

        Owed(After(null, Admission("09:00"), discharge)).ShouldContain(ObligationKind.PatientCopy);
    }

    [Fact]
    public void A_booking_is_no_contact_and_a_contact_after_a_ward_is_one()
    {
        var home = After(null, Admission("09:00", kind: EpisodeKind.Ward), Discharge("5 10:00") with { Kind = EpisodeKind.Ward, FollowUp = new FollowUp { Booked = true, Start = At("6 10:00") } });

        Owed(home).ShouldContain(ObligationKind.FollowUpDone);
    }

    [Fact]
    public void Nothing_goes_to_a_carer_who_is_a_risk_whatever_consent_says()
    {
        var consent = new CarerConsent { Class = ConsentClass.Plan, State = ConsentState.Given };
        Carer Named(string id, bool risk) => new() { Id = id, Name = new PersonName { Family = "Carer" }, IsCarer = true, MarkedAsRisk = risk, Consent = [consent] };
        var discharge = Discharge("5 10:00") with { Carers = [Named("C1", risk: false), Named("C2", risk: true)] };

        Duties.State(After(null, Admission("09:00"), discharge)).Where(d => d.Kind == ObligationKind.CarerCopy).Select(d => d.Subject).ShouldBe(["C1"]);
    }

    [Fact]
    public void A_withdrawn_discharge_leaves_nothing_owed_by_the_state()
    {
        var withdrawn = After(null, Admission("09:00"), Discharge("5 10:00"), DischargeCancelled("5 10:00", "5 12:00"));

        Owed(withdrawn).ShouldBe([ObligationKind.CareCoordinator]);
    }

    [Fact]
    public void Events_of_one_episode_that_do_not_touch_each_other_leave_the_same_duties_in_any_order()
    {
        CareEvent[] events =
        [
            Discharge("5 10:00", "5 10:00"), Change("4 12:00", "4 12:00", Olanzapine(MedicineAction.Start, 5)), Update("4 13:00", "4 13:00") with { Cmht = Cmht },
        ];
        var orders = new[] { new[] { 0, 1, 2 }, [1, 0, 2], [2, 1, 0], [1, 2, 0] };

        var owed = orders.Select(order => Duties.State(After(null, [Admission("09:00", "09:00"), .. order.Select(i => events[i])]))
            .Select(d => (d.Kind, d.Subject, d.Met is null)).Order().ToList()).ToList();

        owed.ShouldAllBe(o => o.SequenceEqual(owed[0]));
    }

    [Property(MaxTest = 200)]
    public Property Independent_events_leave_the_same_obligations_with_the_same_clocks_in_whatever_order_they_come() => Prop.ForAll(
        Gen.Shuffle(Enumerable.Range(0, Independent.Length).ToArray()).ToArbitrary(), order =>
        {
            var state = After(null, [.. Before, .. order.Select(i => Independent[i])]);
            Owing(state).ShouldBe(Owing(After(null, [.. Before, .. Independent])), string.Join(',', order));
        });

    private static readonly CareEvent[] Before = [Admission("09:00", "09:00"), Planned("4 10:00", "2026-05-05")];

    private static readonly CareEvent[] Independent =
    [
        Change("4 12:00", "4 12:00", Olanzapine(MedicineAction.Start, 5)), Update("4 13:00", "4 13:00") with { Cmht = Cmht }, SideEffect("4 14:00"), Worker("4 15:00", "Nora Nurse"), Check("4 16:00", "ECG"),
        Contact("4 17:00"), Discharge("5 10:00", "5 10:00"),
    ];

    private static List<(ObligationKind, string, DateTimeOffset?, string)> Owing(EpisodeState state) =>
        [.. Duties.State(state).Where(d => d.Met is null).Select(d => (d.Kind, d.Subject, d.Due?.Instant ?? d.From.Instant, d.Text)).OrderBy(d => d.Kind).ThenBy(d => d.Subject).Select(d => (d.Kind, d.Subject, (DateTimeOffset?)d.Item3, d.Text))];

    [Fact]
    public void One_ask_is_one_obligation_and_what_the_person_does_is_nobodys_to_chase()
    {
        var after = After(null, Admission("09:00"), Discharge("5 10:00"));
        AskedTask Ask(string id, CareParty owner) => new(id, "00000000-0000-0000-0000-000000000009", owner, null, "Do it.", null);

        var duties = Duties.Of(Discharge("5 10:00"), after, [Ask("medicine-L1", CareParty.Gp), Ask("accept-0", CareParty.Cmht), Ask("check-fbc", CareParty.Gp), Ask("plan-2", CareParty.Patient)]);

        duties.Where(d => d.TaskId is not null).Select(d => (d.Kind, d.Subject)).ShouldBe(
            [(ObligationKind.GpAction, "medicine-L1"), (ObligationKind.CmhtAccepts, "accept-0"), (ObligationKind.Monitoring, "check-fbc")]);
    }

    [Fact]
    public void Of_a_planned_date_the_person_and_each_carer_whom_it_affects_have_word_and_nobody_who_is_a_risk()
    {
        Carer Named(string id, bool risk = false, bool knows = true, string? view = null) =>
            new() { Id = id, Name = new PersonName { Family = "Carer" }, IsCarer = true, MarkedAsRisk = risk, KnowsOfCare = knows, ViewOfDischargeDate = view };
        var planned = Planned("5 10:00", "2026-05-08");
        var state = After(null, Admission("09:00") with { Carers = [Named("C1"), Named("C2", risk: true), Named("C3", knows: false), Named("C4", view: "Too early")] }, planned);
        var notices = Duties.State(state).Where(d => d.Kind == ObligationKind.DischargeNotice).ToList();

        notices.Select(d => (d.Subject, d.Met is null)).ShouldBe([("person", true), ("C1", true), ("C4", false)]);
        notices.ShouldAllBe(d => d.Due == Time("2026-05-08"));
        Owed(After(state, Discharge("8 10:00"))).ShouldNotContain(ObligationKind.DischargeNotice, "it has come");
        Owed(After(null, Admission("09:00"), planned with { Invited = [new Attendance { Who = "Eve", Party = CareParty.Patient, Status = AttendanceStatus.Invited }] }))
            .ShouldNotContain(ObligationKind.DischargeNotice);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(ResponsePriority.VeryUrgent, true)]
    [InlineData(ResponsePriority.Urgent, false)]
    public void A_referral_is_seen_face_to_face_within_four_hours_where_it_is_very_urgent_or_nobody_said(ResponsePriority? priority, bool fast)
    {
        var state = After(null, Referred("09:00", priority));

        Duties.State(state).Single(d => d.Kind == ObligationKind.ReferralSeen).AtRisk.ShouldBe(fast);
        Owed(After(state, Admission("09:30"))).ShouldContain(ObligationKind.ReferralSeen, "a start of treatment is no visit");
        Owed(After(state, Contact("10:00") with { Channel = "telephone" })).ShouldContain(ObligationKind.ReferralSeen, "nor is a call");
        Owed(After(state, Contact("10:00"))).ShouldNotContain(ObligationKind.ReferralSeen);
    }

    [Fact]
    public void A_routine_referral_and_one_that_was_declined_have_no_clock_to_be_seen_by()
    {
        Owed(After(null, Referred("09:00", ResponsePriority.Routine))).ShouldNotContain(ObligationKind.ReferralSeen);
        Owed(After(null, Referred("09:00", null), Sent(new ReferralDeclined
        {
            SourceMessageId = new SourceMessageId("-"), Source = Epr, Patient = Eve, OccurredAt = At("09:10"), Episode = Episode, DeclinedBy = new Actor { Name = "Nora Nurse" }, Reason = "Lives elsewhere",
        }, "09:10"))).ShouldNotContain(ObligationKind.ReferralSeen);
    }

    [Fact]
    public void The_way_back_to_the_team_is_asked_for_where_the_discharge_names_none()
    {
        Owed(After(null, Admission("09:00"), Discharge("5 10:00"))).ShouldContain(ObligationKind.DirectContact);
        Owed(After(null, Admission("09:00"), Discharge("5 10:00") with { SelfReferralRoute = "Ring 01632 960200" })).ShouldNotContain(ObligationKind.DirectContact);
        Owed(After(null, Admission("09:00", kind: EpisodeKind.Ward), Discharge("5 10:00") with { Kind = EpisodeKind.Ward })).ShouldNotContain(ObligationKind.DirectContact);
    }

    private static DischargePlanned Planned(string occurred, string day) => Sent(
        new DischargePlanned { SourceMessageId = new SourceMessageId("-"), Source = Epr, Patient = Eve, OccurredAt = At(occurred), Episode = Episode, PlannedFor = Time(day), FollowOn = [Cmht] }, occurred);

    private static ReferralReceived Referred(string occurred, ResponsePriority? priority) => Sent(
        new ReferralReceived
        {
            SourceMessageId = new SourceMessageId("-"), Source = Epr, Patient = Eve, OccurredAt = At(occurred), Episode = Episode, Referrer = new Actor { Name = "Dr Doctor" }, SourceType = "a-and-e",
            Reason = "Overdose", Priority = priority,
        }, occurred);

    private static DeathNews News(EpisodeState before, CareEvent happened) => new ObligationPlanner(HandoverRules.Default)
        .Plan(Apply(before, happened).ShouldBeOfType<Hub.Proxy.Episodes.Applied>(), [], [], "northside-epr", deathStood: before.Death is not null).Death;

    private static List<ObligationKind> Owed(EpisodeState state) => [.. Duties.State(state).Where(d => d.Met is null).Select(d => d.Kind)];
}
