using System.Text;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Handovers;
using Hub.Tests.Proxy.Episodes;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Episodes.Given;

namespace Hub.Tests.Proxy.Handovers;

/// <summary>Who holds a person until a team has accepted: as it was said, confirmed or decided by the trust, and never invented (clinical rule 12).</summary>
public sealed class GapTests
{
    private const string NoRule = "Who is responsible until then was not stated; no rule is set.";
    private static readonly HandoverRules Ruled = Rules("crt-to-cmht", "Northside CRT, 01632 960200", "2026-12-31");

    [Fact]
    public void Without_a_rule_nobody_is_named_and_the_shift_lead_confirms_the_case_within_the_hour()
    {
        var state = After(null, Admission("09:00"), Discharged());

        HandoverStatus.Holder(state, [], HandoverRules.Default).ShouldContain(NoRule);
        var owed = Confirm(state, HandoverRules.Default).ShouldNotBeNull();
        (owed.Chaser, owed.DueAt - owed.StartsAt).ShouldBe(("CRT shift lead", TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_rule_of_the_trust_is_shown_with_who_decided_it_and_by_when_it_is_looked_at_again()
    {
        var state = After(null, Admission("09:00"), Discharged());
        var holder = HandoverStatus.Holder(state, [], Ruled);

        holder.ShouldContain("Until then, by the trust's rule (Medical director, to be reviewed by 31 Dec 2026): Northside CRT, 01632 960200.");
        holder.ShouldNotContain(NoRule);
        holder[0].ShouldStartWith("No team has accepted.");
        Confirm(state, Ruled).ShouldBeNull();
    }

    [Fact]
    public void A_rule_whose_review_has_passed_is_none()
    {
        var (state, stale) = (After(null, Admission("09:00"), Discharged()), Rules("crt-to-cmht", "Northside CRT", "2026-05-04"));

        HandoverStatus.Holder(state, [], stale).ShouldContain(NoRule);
        Confirm(state, stale).ShouldNotBeNull();
        HandoverStatus.Holder(state, [], Rules("crt-to-cmht", "Northside CRT", "2026-05-05")).ShouldNotContain(NoRule, "its last day is one of its days");
    }

    [Fact]
    public void What_the_discharging_team_said_itself_stands_above_every_rule()
    {
        var said = After(null, Admission("09:00"), Discharged() with { CrtHoldsUntilAccepted = false });

        HandoverStatus.Holder(said, [], Ruled).ShouldContain(l => l.EndsWith("has said that it does not stay responsible.", StringComparison.Ordinal));
        HandoverStatus.Holder(said, [], Ruled).ShouldNotContain(l => l.Contains("rule", StringComparison.Ordinal));
        Confirm(said, HandoverRules.Default).ShouldBeNull();
    }

    [Fact]
    public void Whoever_was_confirmed_for_the_case_is_shown_and_a_team_that_accepts_stands_instead()
    {
        var state = After(null, Admission("09:00"), Discharged());
        var confirmed = One(ObligationKind.GapConfirmed, "discharge", "Northside CRT, night shift");

        HandoverStatus.Holder(state, [confirmed], HandoverRules.Default).ShouldContain("Until then Northside CRT, night shift answers, as was confirmed for this case.");
        HandoverStatus.Holder(state, [confirmed with { Subject = "transfer M1" }], HandoverRules.Default).ShouldContain(NoRule, "it was confirmed for another gap");
        HandoverStatus.Holder(state, [confirmed, One(ObligationKind.CmhtAccepts, "accept-0", "D. Worker")], HandoverRules.Default).ShouldBe(["South CMHT has accepted: D. Worker."]);
    }

    [Fact]
    public void Each_movement_is_known_for_what_it_is()
    {
        Team Of(string code, string ods = "RWK01") => new() { Name = "T", TypeCode = code, Organisation = OdsCode.Parse(ods) };
        Movement(d => d with { DestinationTeams = [Of("A06")] }).ShouldBe(GapMovement.CrtToCmht);
        Movement(d => d).ShouldBe(GapMovement.CrtToCmht, "an HL7 v2 discharge names nobody: the team on record is asked");
        Movement(d => d with { GpOnly = true }).ShouldBe(GapMovement.CrtToGp);
        Movement(d => d with { DestinationTeams = [Of("A10")] }).ShouldBe(GapMovement.CrtToWard);
        Movement(d => d with { Kind = EpisodeKind.Ward, DestinationTeams = [Of("A02")] }).ShouldBe(GapMovement.WardToCrt);
        Movement(d => d with { Kind = EpisodeKind.Ward, DestinationTeams = [Of("A06")] }).ShouldBe(GapMovement.WardToCmht);
        Movement(d => d with { Kind = EpisodeKind.Ward, GpOnly = true }).ShouldBe(GapMovement.WardToGp);
        Movement(d => d with { Method = "6", DestinationTeams = [Of("A06")] }).ShouldBe(GapMovement.SelfDischarge);
        Movement(d => d with { DestinationTeams = [Of("A06", "RZZ01")] }).ShouldBe(GapMovement.OutOfArea);
    }

    [Fact]
    public void A_move_that_nobody_accepted_says_so_and_one_that_was_accepted_names_who()
    {
        var move = Transfer("10:00", Ward, Crt) with { Direction = TransferDirection.WardToCrt };
        var before = After(null, Admission("09:00", kind: EpisodeKind.Ward));
        var moved = After(before, move);

        var holder = HandoverStatus.Holder(moved, [], HandoverRules.Default);
        holder[0].ShouldBe("Under Northside CRT.");
        holder[1].ShouldContain("was not reported. Last team before: Maple Ward.");
        holder[2].ShouldBe(NoRule);
        Confirm(moved, HandoverRules.Default, move).ShouldNotBeNull();
        var accepted = After(before, move with { AcceptedBy = new Actor { Name = "Nora Nurse" } });
        HandoverStatus.Holder(accepted, [], HandoverRules.Default)[1].ShouldEndWith("accepted by Nora Nurse.");
        Duties.State(accepted).ShouldNotContain(d => d.Kind == ObligationKind.GapConfirmed);

        var back = After(moved, Transfer("12:00", Crt, Ward) with { Direction = TransferDirection.CrtToWard });
        HandoverStatus.Holder(back, [], HandoverRules.Default)[0].ShouldBe("Under Maple Ward.");
        Duties.State(back).Where(d => d.Kind == ObligationKind.GapConfirmed).ShouldHaveSingleItem().Subject.ShouldNotBe($"transfer {move.SourceMessageId}", "each move is a gap of its own");
    }

    [Fact]
    public void For_how_long_the_team_can_be_reached_is_said_only_where_the_discharge_names_a_way()
    {
        var named = After(null, Admission("09:00"), Discharged() with { SelfReferralRoute = "Ring 01632 960200" });

        HandoverStatus.Holder(named, [], HandoverRules.Default)[^1].ShouldBe(
            "The person may reach Northside CRT without a new referral, by the way that the discharge names, at least until Tue 19 May 10:00.");
        HandoverStatus.Holder(After(null, Admission("09:00"), Discharged()), [], HandoverRules.Default).ShouldNotContain(l => l.Contains("new referral", StringComparison.Ordinal));
    }

    private static Discharge Discharged() => Discharge("5 10:00") with { DestinationTeams = [Cmht] };

    private static GapMovement? Movement(Func<Discharge, Discharge> change) => change(Discharge("5 10:00")) is var discharge ? Gap.Of(After(null, Admission("09:00", kind: discharge.Kind), discharge))?.Movement : null;

    private static PlannedObligation? Confirm(EpisodeState state, HandoverRules rules, CareEvent? happened = null) =>
        new ObligationPlanner(rules).Plan(new Applied(state, happened ?? state.Discharge!), [], [], "epr").Owed.SingleOrDefault(o => o.Kind == ObligationKind.GapConfirmed);

    private static Obligation One(ObligationKind kind, string subject, string owner) => new()
    {
        Id = Guid.Empty, Kind = kind, Subject = subject, Actor = CareParty.Cmht, ActorName = "South CMHT", Chaser = "CRT shift lead", State = ObligationState.Accepted, Owner = owner, Version = 2,
    };

    private static HandoverRules Rules(string movement, string answers, string reviewOn)
    {
        var file = JsonNode.Parse(File.ReadAllText(Repository.PathOf("profiles/rules/handover/handover.json")))!;
        file["gaps"] = new JsonArray(new JsonObject { ["movement"] = movement, ["answers"] = answers, ["owner"] = "Medical director", ["reviewOn"] = reviewOn });
        return HandoverRules.Read(Encoding.UTF8.GetBytes(file.ToJsonString()), "handover.json");
    }
}
