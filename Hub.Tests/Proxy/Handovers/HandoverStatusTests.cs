using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Proxy.Episodes;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Episodes.Given;

namespace Hub.Tests.Proxy.Handovers;

/// <summary>What a handover amounts to: it is whole only if every part is, and each part that is missing alone unmakes it and is named.</summary>
public sealed class HandoverStatusTests
{
    private static readonly ObligationKind[] OfContinuity =
    [
        ObligationKind.MedicineResponsibility, ObligationKind.MedicineSupply, ObligationKind.MedicineListConfirmed, ObligationKind.DepotNextDose, ObligationKind.Monitoring, ObligationKind.FollowUpBooked,
        ObligationKind.CrisisPlanGiven, ObligationKind.PatientCopy, ObligationKind.CarerCopy, ObligationKind.CareCoordinator, ObligationKind.GpAction, ObligationKind.SafetyAlertRead,
    ];

    [Fact]
    public void With_every_part_it_is_joint_and_complete_and_nothing_is_open()
    {
        var checks = Checks(State(), Whole());

        checks.Where(c => c.Name != "DischargedWithOpenObligations").ShouldAllBe(c => c.Holds == true);
        checks[^1].ShouldBe(new HandoverCheck("DischargedWithOpenObligations", false, "nothing is open"));
    }

    public static TheoryData<string> Continuity() => [.. OfContinuity.Select(k => k.ToString())];

    [Theory]
    [MemberData(nameof(Continuity))]
    public void Each_part_of_continuity_alone_unmakes_it_and_leaves_the_discharge_joint(string kind)
    {
        var checks = Checks(State(), [.. Whole().Select(o => o.Kind == Enum.Parse<ObligationKind>(kind) ? o with { State = ObligationState.Received, Owner = null } : o)]);

        Holds(checks, "ContinuityHandoverComplete").ShouldBe(false);
        Holds(checks, "JointDischarge").ShouldBe(true);
        checks.Single(c => c.Name == "ContinuityHandoverComplete").Because.ShouldStartWith("missing: ");
        Holds(checks, "DischargedWithOpenObligations").ShouldBe(true);
    }

    [Theory]
    [InlineData(ObligationState.Received)]
    [InlineData(ObligationState.InProgress)] // for assessment only: whether they take the person on is decided then
    [InlineData(ObligationState.Rejected)]
    [InlineData(ObligationState.Waived)]
    public void Only_a_team_that_accepted_with_a_name_makes_a_discharge_joint(ObligationState state)
    {
        var checks = Checks(State(), [.. Whole().Select(o => o.Kind == ObligationKind.CmhtAccepts ? o with { State = state, Owner = state == ObligationState.InProgress ? "D. Worker" : null } : o)]);

        (Holds(checks, "TeamAccepted"), Holds(checks, "JointDischarge"), Holds(checks, "ContinuityHandoverComplete")).ShouldBe((false, false, false));
    }

    [Fact]
    public void A_practice_whose_system_has_it_has_not_acknowledged_it()
    {
        var checks = Checks(State(), [.. Whole().Select(o => o.Kind == ObligationKind.GpInformed ? o with { State = ObligationState.Received } : o)]);

        (Holds(checks, "GpAcknowledged"), Holds(checks, "JointDischarge")).ShouldBe((false, false));
        Holds(Checks(State(), [.. Whole().Where(o => o.Kind != ObligationKind.GpInformed)]), "GpAcknowledged").ShouldBe(false, "nobody was asked");
    }

    [Fact]
    public void A_date_that_nobody_agreed_and_an_invitation_that_nobody_followed_make_no_joint_discharge()
    {
        Holds(Checks(State(agreed: []), Whole()), "DischargeAgreed").ShouldBe(false);
        Holds(Checks(State(agreed: []), Whole()), "JointDischarge").ShouldBe(false);
        var invited = State(status: AttendanceStatus.Invited);
        (Holds(Checks(invited, Whole()), "JointReviewHeld"), Holds(Checks(invited, Whole()), "JointDischarge")).ShouldBe((false, false));
        Holds(Checks(invited, [.. Whole(), One(ObligationKind.JointReview) with { State = ObligationState.Waived }]), "JointReviewHeld").ShouldBe(true, "not held, for a recorded reason");
    }

    [Fact]
    public void To_the_GP_alone_no_team_is_missed()
    {
        var alone = After(null, Admission("09:00"), Planned([]), Discharge("8 10:00") with { GpOnly = true });

        Holds(Checks(alone, []), "TeamAccepted").ShouldBeNull();
        Checks(alone, []).Single(c => c.Name == "JointDischarge").Because.ShouldNotContain("TeamAccepted");
        Checks(After(null, Admission("09:00")), Whole()).ShouldBeEmpty("before a discharge there is none to judge");
    }

    [Fact]
    public void Before_the_day_each_thing_that_would_be_missing_is_seen_and_what_was_not_checked_says_so()
    {
        var known = Eve with { GpPractice = OdsCode.Parse("Y99001") };
        var bare = Readiness.Of(After(null, Admission("09:00")));
        foreach (var missing in new[] { "practice-known", "team-asked", "date-agreed", "crisis-plan", "care-coordinator" })
        {
            Holds(bare, missing).ShouldBe(false, missing);
        }

        foreach (var unchecked_ in new[] { "medicines-confirmed", "supply-known", "next-prescriber", "carers-asked" })
        {
            var check = bare.Single(c => c.Name == unchecked_);
            (check.Holds, check.Because.StartsWith("not checked", StringComparison.Ordinal)).ShouldBe((null, true), unchecked_);
        }

        var line = Olanzapine(MedicineAction.Start, 10) with { SupplyEndsOn = Time("2026-05-20"), NextPrescriber = new NextPrescriber { Party = CareParty.Gp, Status = PrescriberStatus.Asked } };
        var carer = new Carer { Id = "C1", Name = new PersonName { Family = "Carer" }, IsCarer = true, ViewOfDischargeDate = "fine" };
        var ready = After(null, Admission("09:00") with { Patient = known, Carers = [carer], CareCoordinator = new CareCoordinator { Status = CareCoordinatorStatus.None, Lead = "GP leads" } },
            Change("10:00", null, line), Planned(["South CMHT"])) with { CrisisPlan = new CrisisPlanRef { DocumentId = "CP" } };
        var checks = Readiness.Of(ready);
        foreach (var held in new[] { "practice-known", "team-asked", "date-agreed", "crisis-plan", "care-coordinator", "supply-known", "next-prescriber", "carers-asked" })
        {
            Holds(checks, held).ShouldBe(true, held);
        }

        Holds(Readiness.Of(ready with { Carers = [carer with { ViewOfDischargeDate = null }] }), "carers-asked").ShouldBe(false);
        Holds(Readiness.Of(After(ready, Change("11:00", null, Line("ORD-2", "Sertraline", MedicineAction.Start, 50)))), "supply-known").ShouldBe(false);
        Holds(Readiness.Of(ready with { Patient = known with { GpPractice = OdsCode.Parse("V81997") } }), "practice-known").ShouldBe(false);
    }

    private static IReadOnlyList<HandoverCheck> Checks(EpisodeState state, IReadOnlyList<Obligation> obligations) => HandoverStatus.Of(state, obligations);

    private static bool? Holds(IReadOnlyList<HandoverCheck> checks, string name) => checks.Single(c => c.Name == name).Holds;

    private static EpisodeState State(string[]? agreed = null, AttendanceStatus status = AttendanceStatus.Attended) => After(null, Admission("09:00"),
        Planned(agreed ?? ["South CMHT", "Eve"]) with { Invited = [new Attendance { Who = "D. Worker", Party = CareParty.Cmht, Status = status }] }, Discharge("8 10:00") with { DestinationTeams = [Cmht] });

    private static DischargePlanned Planned(string[] agreed) => Sent(
        new DischargePlanned { SourceMessageId = new SourceMessageId("-"), Source = Epr, Patient = Eve, OccurredAt = At("5 09:00"), Episode = Episode, PlannedFor = Time("2026-05-08"), AgreedWith = agreed, FollowOn = [Cmht] }, "5 09:00");

    private static List<Obligation> Whole() =>
    [
        One(ObligationKind.CmhtAccepts) with { State = ObligationState.Accepted, Owner = "D. Worker" }, One(ObligationKind.GpInformed) with { Subject = "discharge" },
        .. OfContinuity.Select(One),
    ];

    private static Obligation One(ObligationKind kind) => new()
    {
        Id = Guid.Empty, Kind = kind, Subject = "s", Actor = CareParty.Cmht, ActorName = "South CMHT", Chaser = "CRT shift lead", State = ObligationState.Done, DueAt = At("9 10:00").Instant, Version = 1,
    };
}
