using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>Clinical rule 1 through real sockets: the last recorded assertion wins whatever order the messages arrive in, and nothing is discarded.</summary>
public sealed class OrderOfArrivalTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task A_discharge_that_overtakes_its_admission_is_told_and_the_late_admission_opens_nothing()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        (await SendAsync(epr, Ama.Discharge("C2", Ama.Start.AddDays(9)))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");
        (await SendAsync(epr, Ama.CancelDischarge("C3", Ama.Start.AddDays(10), Ama.Start.AddDays(9)))).ShouldBe("AA");
        (await hub.SettleAsync()).Total.ShouldBe(0);

        Events(hub.Practice).First().ShouldBe("discharge");
        Events(hub.Practice).Last().ShouldBe("discharge-cancelled", customMessage: "the discharge stood until then");
        Events(hub.Practice).Count(e => e == "admission").ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_withdrawal_that_comes_before_its_discharge_about_a_new_person_keeps_the_discharge_from_going_out()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var discharged = Ama.Start.AddDays(9);

        (await SendAsync(epr, Ama.CancelDischarge("C3", discharged.AddHours(2), discharged))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Discharge("C2", discharged))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");
        await hub.SettleAsync();

        Events(hub.Practice).ShouldNotContain("discharge");
        Events(hub.Cmht).ShouldNotContain("discharge");
        var list = await AttentionAsync(hub);
        list.ShouldContain(a => a.Kind == "cancel-matches-nothing" && a.PersonId != null);
        list.ShouldContain(a => a.Kind == "cancelled-before-heard" && a.PersonId != null);
    }

    [Fact]
    public async Task A_discharge_recorded_after_the_stray_withdrawal_goes_out()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var discharged = Ama.Start.AddDays(9);

        await SendAsync(epr, Ama.CancelDischarge("C3", discharged.AddHours(2), discharged));
        await SendAsync(epr, Ama.Discharge("C4", discharged.AddDays(1)));
        await hub.SettleAsync();

        Events(hub.Practice).ShouldContain("discharge");
    }

    [Fact]
    public async Task A_cancelled_admission_that_comes_first_keeps_the_admission_from_going_out()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Adt("A11", "ADT_A09", "C2", Ama.Start.AddHours(1), occurredAt: Ama.Start));
        await SendAsync(epr, Ama.Admission("C1"));
        await hub.SettleAsync();

        hub.Practice.Received.ShouldBeEmpty();
        hub.Cmht.Received.ShouldBeEmpty();
        (await AttentionAsync(hub)).Select(a => a.Kind).ShouldBe(["cancel-matches-nothing", "cancelled-before-heard"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_order_that_comes_before_any_admission_reaches_the_sources_usual_community_team()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Order("C1", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"));
        (await hub.SettleAsync()).Total.ShouldBe(0);

        Events(hub.Practice).ShouldBe(["medication-change"]);
        Events(hub.Cmht).ShouldBe(["medication-change"]);
    }

    [Fact]
    public async Task A_withdrawn_discharge_that_was_told_opens_a_phone_task()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var discharged = Ama.Start.AddDays(9);

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, Ama.Discharge("C2", discharged));
        await SendAsync(epr, Ama.CancelDischarge("C3", discharged.AddHours(2), discharged));
        await hub.SettleAsync();

        var task = (await AttentionAsync(hub)).Where(a => a.Kind == "withdrawal-phone").ShouldHaveSingleItem();
        task.Owner.ShouldBe("CRT shift lead");
        task.DueAt.ShouldNotBeNull();
    }

    /// <summary>Journey J5: Eve's three changes in a day, and a stop at 09:30 that was written down at 18:00.</summary>
    [Fact]
    public async Task Three_changes_in_a_day_and_a_late_stop_are_all_told_and_the_refused_one_again()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var day = Ama.Start.Date.AddDays(1);
        DateTimeOffset At(double hour) => new(day.AddHours(hour), TimeSpan.FromHours(1));
        string Dose(string id, string control, string mg, double hour, string reason) =>
            Ama.Order(id, control, "O1", "^Olanzapine tablets", mg, At(hour)).Replace("^GMC\r", $"^GMC||||^{reason}\r", StringComparison.Ordinal);
        hub.Practice.Script.Then("ok").Then("ok").Then("fatal");

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, Dose("C2", "NW", "5", 8, "Started for agitation"));
        await SendAsync(epr, Dose("C3", "XO", "10", 10, "Raised after review"));
        await hub.SettleAsync();
        hub.Practice.Received[^1].Answered.ShouldNotBe("ok");
        await SendAsync(epr, Dose("C4", "XO", "5", 12, "Lowered for sedation"));
        await SendAsync(epr, Dose("C4", "XO", "5", 12, "Lowered for sedation").Replace("|C4|P|", "|C5|P|", StringComparison.Ordinal));
        await hub.SettleAsync();
        var after = hub.Practice.Received.Count;
        var third = Text(hub.Practice.Received[^1]);
        await SendAsync(epr, Dose("C6", "DC", "5", 18, "x").Replace("^GMC||||^x\r", $"^GMC|||{day:yyyyMMdd}093000|^Stopped for falls\r", StringComparison.Ordinal));
        await hub.SettleAsync();

        after.ShouldBe(4, "5, 10 and 5 mg after the admission; the unchanged order sent again is no news");
        third.ShouldContain("Lowered for sedation");
        third.ShouldContain("Raised after review", customMessage: "the practice refused that change and must hear of it with the next");
        hub.Practice.Received.Count.ShouldBe(5);
        var stop = Text(hub.Practice.Received[^1]);
        stop.ShouldContain("Stopped for falls");
        stop.ShouldContain("ecorded late");
    }
}
