using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Handovers;

/// <summary>The rule file of handovers, its clocks over both changes of summer time, and the ladder.</summary>
public sealed class HandoverRulesTests
{
    [Fact]
    public void Every_kind_has_a_rule_a_clock_with_its_source_and_a_chaser()
    {
        var rules = HandoverRules.Default;

        Enum.GetValues<ObligationKind>().ShouldAllBe(kind => rules.For(kind) != null);
        rules.Clocks.ShouldAllBe(clock => clock.Source.Length > 10);
        rules.Duties.ShouldAllBe(duty => duty.Chaser.Length > 0);
        rules.Owner.ShouldBe("owner: to be named by the trust");
    }

    [Theory]
    [InlineData("duties/0/clock", "\"gp-sumary\"", "there is no clock gp-sumary")]
    [InlineData("duties/0/kind", "\"gp-infromed\"", "duties[0].kind")]
    [InlineData("ladder/0/afterMinutes", "5", "the first rung is told at the deadline")]
    [InlineData("ladder/2/afterMinutes", "10", "each other later")]
    [InlineData("repeatMinutes", "0", "repeatMinutes")]
    [InlineData("clocks/0/minutes", "-1", "minutes from 0")]
    [InlineData("clocks/0/hours", "4", "hours")]
    [InlineData("duties/1/otherwise", "\"next-dose\"", "goes by the sender's date too")]
    [InlineData("overrides", """[{ "organisation": "Y99001", "kind": "gp-action", "otherwise": "gp-sumary", "agreed": "x" }]""", "there is no clock gp-sumary")]
    [InlineData("overrides", """[{ "organisation": "Y99001", "kind": "gp-informed", "clock": "asked-by-date", "agreed": "x" }]""", "write otherwise")]
    [InlineData("overrides", """[{ "organisation": "Y99001", "kind": "gp-action", "clock": "gp-summary", "agreed": " " }]""", "who agreed it")]
    [InlineData("overrides", """[{ "organisation": "!", "kind": "gp-action", "clock": "gp-summary", "agreed": "x" }]""", "organisation")]
    [InlineData("gaps", """[{ "movement": "crt-to-cmht", "answers": "", "owner": "Medical director", "reviewOn": "2027-03-31" }]""", "no rule is set")]
    [InlineData("gaps", """[{ "movement": "crt-to-cmht", "answers": "CRT", "owner": "to be named by the trust", "reviewOn": "2027-03-31" }]""", "nobody is responsible by default")]
    [InlineData("gaps", """[{ "movement": "crt-to-moon", "answers": "CRT", "owner": "x", "reviewOn": "2027-03-31" }]""", "gaps[0].movement")]
    public void A_wrong_rule_names_what_is_wrong(string where, string value, string expected)
    {
        var file = JsonNode.Parse(File.ReadAllText(Repository.PathOf("profiles/rules/handover/handover.json")))!;
        var path = where.Split('/');
        JsonNode at = path[..^1].Aggregate(file, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        at[path[^1]] = JsonNode.Parse(value);

        Should.Throw<JsonException>(() => HandoverRules.Read(Encoding.UTF8.GetBytes(file.ToJsonString()), "handover.json")).Message.ShouldContain(expected);
    }

    [Fact]
    public void A_trust_cannot_switch_off_that_somebody_is_asked_to_confirm_a_death()
    {
        var file = JsonNode.Parse(File.ReadAllText(Repository.PathOf("profiles/rules/handover/handover.json")))!;
        file["duties"]!.AsArray().Single(d => (string?)d!["kind"] == "death-confirmed")!["enabled"] = false;

        Should.Throw<JsonException>(() => HandoverRules.Read(Encoding.UTF8.GetBytes(file.ToJsonString()), "handover.json")).Message.ShouldContain("death-confirmed");
    }

    [Theory]
    [InlineData("2026-03-28T18:00:00+00:00", "2026-03-29T18:00:00+00:00")] // 24 hours are 24 hours: 19:00 by the summer clock
    [InlineData("2026-10-24T18:00:00+01:00", "2026-10-25T18:00:00+01:00")]
    public void A_clock_of_hours_runs_over_a_change_of_summer_time_without_losing_or_gaining_one(string from, string due) =>
        Deadline(Duty(ObligationKind.GpInformed, from)).Due.ShouldBe(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("2026-03-29", "2026-03-29T23:00:00+00:00")] // the day that has 23 hours ends at midnight of summer time
    [InlineData("2026-10-25", "2026-10-26T00:00:00+00:00")] // the day that has 25 ends at midnight of winter time
    public void A_date_is_due_when_its_day_ends_in_London(string date, string due) =>
        Deadline(Duty(ObligationKind.GpAction, "2026-03-01T10:00:00+00:00") with { Due = Time(date) }).Due
            .ShouldBe(DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("2026-03-31", "2026-03-28T23:00:00+00:00")] // 48 hours that pass, over the night that lost one
    [InlineData("2026-10-27", "2026-10-25T00:00:00+00:00")]
    [InlineData("2026-05-06T14:00:00+01:00", "2026-05-04T13:00:00+00:00")]
    public void A_notice_is_due_before_the_planned_date_counted_back_from_when_its_day_begins(string planned, string due) =>
        Deadline(Duty(ObligationKind.DischargeNotice, "2026-03-01T10:00:00+00:00") with { Due = Time(planned) })
            .ShouldBe((DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture), "discharge-notice"));

    [Fact]
    public void What_was_agreed_with_one_organisation_is_its_deadline_alone_and_the_rest_of_its_rule_stands()
    {
        var rules = With("overrides", """[{ "organisation": "Y99001", "kind": "gp-informed", "clock": "side-effect-now", "agreed": "Dr Green, 2 March 2026" }]""", ("side-effect-now", 90));
        var (elm, oak) = (OdsCode.Parse("Y99001"), OdsCode.Parse("Y99002"));

        rules.For(ObligationKind.GpInformed, elm)!.Clock.ShouldBe("side-effect-now");
        rules.For(ObligationKind.GpInformed, elm)!.Chaser.ShouldBe("CRT shift lead");
        rules.For(ObligationKind.GpInformed, oak)!.Clock.ShouldBe("gp-summary");
        rules.For(ObligationKind.GpAction, elm)!.Clock.ShouldBe("asked-by-date");
        Informed(elm).ShouldBe(TimeSpan.FromMinutes(90));
        Informed(oak).ShouldBe(TimeSpan.FromHours(24));

        TimeSpan? Informed(OdsCode practice)
        {
            var person = Cases.Ama with { GpPractice = practice };
            var after = Cases.Open() with { Patient = person };
            var applied = new Hub.Proxy.Episodes.Applied(after, Cases.Admission() with { Patient = person });
            var informed = new ObligationPlanner(rules).Plan(applied, [], [], "epr").Owed.Single(o => o.Kind == ObligationKind.GpInformed);
            return informed.DueAt - informed.StartsAt;
        }
    }

    private static HandoverRules With(string member, string json, params (string Key, int Minutes)[] clocks)
    {
        var file = JsonNode.Parse(File.ReadAllText(Repository.PathOf("profiles/rules/handover/handover.json")))!;
        file[member] = JsonNode.Parse(json);
        foreach (var (key, minutes) in clocks)
        {
            file["clocks"]!.AsArray().Add(new JsonObject { ["key"] = key, ["minutes"] = minutes, ["source"] = "agreed locally" });
        }

        return HandoverRules.Read(Encoding.UTF8.GetBytes(file.ToJsonString()), "handover.json");
    }

    [Theory]
    [InlineData(true, 48)]
    [InlineData(false, 72)]
    public void A_risk_that_is_there_or_was_not_stated_shortens_the_follow_up_from_a_ward(bool atRisk, int hours)
    {
        var duty = Duty(ObligationKind.FollowUpDone, "2026-05-04T10:00:00+01:00") with { AtRisk = atRisk };

        (Deadline(duty).Due - duty.From.Instant).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void The_ladder_goes_up_rung_by_rung_and_never_falls_silent()
    {
        var due = new DateTimeOffset(2026, 5, 4, 9, 0, 0, TimeSpan.Zero);
        var one = Overdue(due);
        var told = new List<(string Owner, DateTimeOffset At)>();
        for (var now = due; told.Count < 6;)
        {
            var next = new Ladder(HandoverRules.Default, Rota.None).Next(one, now);
            told.Add((next.Owner, now));
            next.NextAt.ShouldBeGreaterThan(now);
            (one, now) = (one with { RungsTold = one.RungsTold + 1 }, next.NextAt);
        }

        told.Select(t => t.Owner).ShouldBe(["CRT shift lead", "team lead", "on call manager", "on call manager", "on call manager", "on call manager"]);
        told[1].At.ShouldBe(due.AddHours(4));
        told[2].At.ShouldBe(due.AddHours(12));
        (told[4].At - told[3].At).ShouldBe(TimeSpan.FromDays(1));
    }

    [Fact]
    public void After_a_night_in_which_the_hub_was_down_each_rung_is_told_once_and_not_all_at_once()
    {
        var due = new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero); // six hours of silence over the change of summer time
        var first = new Ladder(HandoverRules.Default, Rota.None).Next(Overdue(due), due.AddHours(6));

        first.Owner.ShouldBe("CRT shift lead");
        first.NextAt.ShouldBe(due.AddHours(6).AddMinutes(15));
        first.Reason.ShouldContain("overdue by 6 h");
    }

    [Fact]
    public void A_role_is_told_by_name_where_a_rota_has_one_and_an_empty_hour_is_said()
    {
        var monday = new DateTimeOffset(2026, 5, 4, 7, 0, 0, TimeSpan.Zero);
        var rota = new Rota([new Shift { Role = "CRT shift lead", From = monday, Until = monday.AddHours(12), Person = "Nora Nurse", Phone = "01632 960002" }]);

        rota.Named("crt shift lead", monday.AddHours(1)).ShouldBe("crt shift lead: Nora Nurse, 01632 960002");
        rota.Named("CRT shift lead", monday.AddHours(13)).ShouldBe("CRT shift lead (nobody is on the rota at this hour)");
        rota.Gaps("CRT shift lead", monday.AddHours(-1), TimeSpan.FromDays(1)).ShouldBe([(monday.AddHours(-1), monday), (monday.AddHours(12), monday.AddHours(23))]);
        Rota.None.Named("CRT shift lead", monday).ShouldBe("CRT shift lead");
    }

    private static (DateTimeOffset Due, string Clock) Deadline(Duty duty) =>
        new ObligationPlanner(HandoverRules.Default).Deadline(duty, HandoverRules.Default.For(duty.Kind)!);

    private static Duty Duty(ObligationKind kind, string from) => new() { Kind = kind, Subject = "s", Actor = CareParty.Gp, Text = "t", From = Time(from) };

    private static ClinicalTime Time(string iso) => ClinicalTime.TryParseIso(iso, out var time) ? time : throw new FormatException(iso);

    private static Obligation Overdue(DateTimeOffset due) => new()
    {
        Id = new Guid("00000000-0000-0000-0000-000000000001"), Kind = ObligationKind.CmhtAccepts, Subject = "accept-0", Actor = CareParty.Cmht, ActorName = "South CMHT",
        Chaser = "CRT shift lead", State = ObligationState.Received, StartsAt = due.AddDays(-1), DueAt = due, NextClockAt = due, Version = 1,
    };
}
