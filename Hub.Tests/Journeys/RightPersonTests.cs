using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>Clinical rules 4, 18 and 21 through real sockets: who it is, whether they live, and whether their whereabouts may be known.</summary>
public sealed class RightPersonTests
{
    private static readonly Messages Ama = new();

    [Theory]
    [InlineData("1")]
    [InlineData("Q")]
    public async Task A_hidden_persons_copies_wait_for_a_confirmed_route_and_no_place_of_theirs_reaches_anybody(string flag)
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        (await SendAsync(epr, Ama.Admission("C1") + $"ZU8||||{flag}\r")).ShouldBe("AA");
        (await SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1)))).ShouldBe("AA");
        var open = await hub.SettleAsync();

        open.Held.ShouldBeGreaterThan(0);
        AllTexts(hub).ShouldBeEmpty();
        var list = await AttentionAsync(hub);
        list.ShouldContain(a => a.Kind == "confirm-route" && a.DueAt != null);
        list.ShouldAllBe(a => !a.Reason.Contains("TEST LANE") && !a.NextStep.Contains("TEST LANE"));
    }

    [Fact]
    public async Task A_flag_that_comes_later_holds_what_follows_and_its_places_reach_nobody()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Admission("C1"));
        await hub.SettleAsync();
        await SendAsync(epr, Ama.Adt("A08", "ADT_A01", "C2", Ama.Start.AddHours(1)).Replace("1 TEST LANE", "9 REFUGE YARD", StringComparison.Ordinal) + "ZU8||||unknown\r");
        await SendAsync(epr, Ama.Discharge("C3", Ama.Start.AddDays(9)).Replace("1 TEST LANE", "9 REFUGE YARD", StringComparison.Ordinal));
        var open = await hub.SettleAsync();

        open.Held.ShouldBeGreaterThan(0);
        Events(hub.Practice).ShouldBe(["admission"]);
        AllTexts(hub).ShouldAllBe(t => !t.Contains("REFUGE YARD", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_hidden_person_whose_number_comes_later_still_waits_for_the_route()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, (Ama with { NhsNumber = "9912003889" }).Admission("C1") + "ZU8||||1\r");
        await SendAsync(epr, Ama.Adt("A08", "ADT_A01", "C2", Ama.Start.AddHours(1)));
        var open = await hub.SettleAsync();

        open.Held.ShouldBeGreaterThan(0);
        AllTexts(hub).ShouldBeEmpty();
        (await AttentionAsync(hub)).ShouldContain(a => a.Kind == "confirm-route");
    }

    [Fact]
    public async Task A_merge_is_told_and_messages_of_the_retired_record_find_the_person_and_the_un_merge_parts_them_again()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var other = Ama with { NhsNumber = "", LocalId = "T2000", Visit = "E2000" };

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, other.Admission("C2"));
        (await SendAsync(epr, Ama.Merge("C3", Ama.Start.AddDays(1), "T2000"))).ShouldBe("AA");
        (await SendAsync(epr, other.Order("C4", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(2)))).ShouldBe("AA");
        await hub.SettleAsync();
        Events(hub.Practice).ShouldContain("patient-merged");
        Events(hub.Practice).ShouldContain("medication-change", customMessage: "the retired record's own ids find the person");
        Text(hub.Practice.Received.Last(r => r.EventCode == "medication-change")).ShouldContain("9912003888", customMessage: "and it is told under the survivor's number");

        (await SendAsync(epr, UnMerge("C5", Ama, other, Ama.Start.AddDays(3)))).ShouldBe("AA");
        await hub.SettleAsync();
        Events(hub.Practice).ShouldContain("patient-unmerged");

        (await SendAsync(epr, other.Order("C6", "DC", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(4)))).ShouldBe("AA");
        await hub.SettleAsync();
        Events(hub.Practice).Count(e => e == "medication-change").ShouldBe(2);
        var parted = hub.Practice.Received.Last(r => r.EventCode == "medication-change");
        Text(parted).ShouldNotContain("9912003888", customMessage: "the record was parted from the one with that number");
    }

    [Fact]
    public async Task A_death_is_told_once_to_our_own_side_too_and_care_under_a_new_visit_number_is_held()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, Dead(Ama.Adt("A08", "ADT_A01", "C2", Ama.Start.AddDays(1))));
        await SendAsync(epr, Dead(Ama.Adt("A08", "ADT_A01", "C3", Ama.Start.AddDays(2))));
        await hub.SettleAsync();

        Events(hub.Practice).Count(e => e == "death-reported").ShouldBe(1);
        var told = (await AttentionAsync(hub)).Where(a => a.Kind == "death-reported").ShouldHaveSingleItem();
        told.Owner.ShouldBe("CRT shift lead");
        told.NextStep.ShouldContain("named person confirms");

        var before = hub.Practice.Received.Count;
        await SendAsync(epr, (Ama with { Visit = "E1001" }).Admission("C4", Ama.Start.AddDays(3)));
        (await hub.SettleAsync()).Held.ShouldBeGreaterThan(0);
        hub.Practice.Received.Count.ShouldBe(before);
        (await AttentionAsync(hub)).ShouldContain(a => a.Kind == "care-after-death-report");
    }

    [Fact]
    public async Task What_waited_because_of_a_reported_death_goes_when_the_report_is_removed()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await SendAsync(epr, Ama.Admission("C1"));
        await hub.SettleAsync();
        await SendAsync(epr, Dead(Ama.Adt("A08", "ADT_A01", "C2", Ama.Start.AddDays(1))));
        await SendAsync(epr, Ama.Order("C3", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddHours(1)));
        (await hub.SettleAsync()).Held.ShouldBeGreaterThan(0);
        Events(hub.Practice).ShouldNotContain("medication-change");

        await SendAsync(epr, Dead(Ama.Adt("A08", "ADT_A01", "C4", Ama.Start.AddDays(2))).Replace("|Y||01", "|\"\"||01", StringComparison.Ordinal));

        (await hub.SettleAsync()).Held.ShouldBe(0);
        Events(hub.Practice).ShouldContain("medication-change");
        Events(hub.Practice).ShouldContain("death-withdrawn");
    }

    [Fact]
    public async Task A_death_told_with_the_discharge_itself_is_told()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, Dead(Ama.Discharge("C2", Ama.Start.AddDays(1))));
        await hub.SettleAsync();

        Events(hub.Practice).ShouldContain("death-reported");
    }

    [Fact]
    public async Task An_event_of_a_person_with_two_open_episodes_reaches_each_recipient_once()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();

        await SendAsync(epr, Ama.Admission("C1"));
        await SendAsync(epr, (Ama with { Visit = "E1001" }).Admission("C2", Ama.Start.AddHours(1)));
        await SendAsync(epr, Dead(Ama.Adt("A31", "ADT_A05", "C3", Ama.Start.AddDays(1))));
        await hub.SettleAsync();

        Events(hub.Practice).Count(e => e == "death-reported").ShouldBe(1);
        Events(hub.Cmht).Count(e => e == "death-reported").ShouldBe(1);
    }

    private static string Dead(string message) => message.Replace("07700900001|||||||||||||||||||01", "07700900001|||||||||||||||||Y||01", StringComparison.Ordinal);

    private static string UnMerge(string controlId, Messages one, Messages other, DateTimeOffset at)
    {
        static string Segment(string message, string name) => message.Split('\r').First(s => s.StartsWith(name, StringComparison.Ordinal));
        var update = one.Adt("A37", "ADT_A37", controlId, at);
        return string.Join('\r', Segment(update, "MSH"), Segment(update, "EVN"), Segment(update, "PID"), Segment(update, "PD1"),
            Segment(other.Adt("A37", "ADT_A37", controlId, at), "PID"), "");
    }
}
