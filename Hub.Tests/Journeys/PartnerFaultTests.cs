using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>
/// Every fault of a partner against every protocol, through the whole hub: what the attempt came to, what the row says it waits for, that nothing is
/// lost, that a partner that honours ids takes each message once and in order, and that other partners and other people are not held up.
/// </summary>
public sealed class PartnerFaultTests
{
    private const string Gp = "elm";
    private const string Ward = "willow";
    private static readonly Messages Ama = new();
    private static readonly Messages Ben = new() { NhsNumber = "9000000009", LocalId = "T2", Visit = "E2", Family = "QUILL", Given = "BEN" };
    private static readonly string[] Both = [Gp, Ward];

    /// <summary>Fault of one attempt, and the outcomes that the attempt may come to. What follows is good.</summary>
    private static readonly (string Fault, string Outcome)[] Passing =
    [
        ("transient", "Unavailable"),
        ("silent", "Unknown"),
        ("late:1600", "Unknown"),
        ("late-ack", "Unknown"),
        ("wrong-id", "Unknown"),
        ("twice", "Delivered"),
        ("half", "Unknown"),
        ("garbage", "Unknown"),
        ("noise", "Unknown"),
        ("cut", "Unknown"),
        ("drop", "Unknown"),
        ("reset", "Unknown"),
    ];

    private static readonly (string Fault, string Outcome)[] PassingOverHttp =
    [
        ("busy:1", "Unavailable"), ("retry-after:1", "Unavailable"), ("retry-at:1", "Unavailable"), ("http:503", "Unavailable"), ("http:500", "Unknown"), ("html502", "Unknown"),
        ("http:202", "Unknown"),
    ];

    private static readonly (string Name, LineFault Fault, string Outcome)[] Lines =
    [
        ("cut on the way there", new LineFault { CutToPartnerAfter = 600 }, "Unknown"),
        ("cut on the way back", new LineFault { CutToHubAfter = 20 }, "Unknown"),
        ("reset on the way back", new LineFault { CutToHubAfter = 20, Reset = true }, "Unknown"),
        ("closed half after the answer", new LineFault { HalfClose = true }, "Delivered"),
        ("a late answer", new LineFault { AnswersLate = TimeSpan.FromMilliseconds(1600) }, "Unknown"),
        ("an answer twice", new LineFault { AnswersTwice = true }, "Delivered"),
        ("a line that carries nothing", new LineFault { Stall = true }, "Unknown"),
    ];

    public static TheoryData<string, string, string> PassingFaults
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (fault, outcome) in Passing)
            {
                data.Add(Gp, fault, outcome);
                data.Add(Ward, fault, outcome);
            }

            foreach (var (fault, outcome) in PassingOverHttp)
            {
                data.Add(Gp, fault, outcome);
            }

            return data;
        }
    }

    public static TheoryData<string, string> LineFaults
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, _, _) in Lines)
            {
                data.Add(Gp, name);
                data.Add(Ward, name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task A_fault_of_one_attempt_costs_no_message_and_no_order(string partner, string fault, string outcome)
    {
        await using var hub = await StartAsync();
        SimulatorOf(hub, partner).Script.Then(fault);

        await AllIsToldOnceAndInOrderAsync(hub, partner, outcome);
    }

    [Theory]
    [MemberData(nameof(LineFaults))]
    public async Task A_fault_of_the_line_costs_no_message_and_no_order(string partner, string line)
    {
        var (_, fault, outcome) = Lines.Single(l => l.Name == line);
        await using var hub = await StartAsync();
        LineOf(hub, partner).Then(fault);

        await AllIsToldOnceAndInOrderAsync(hub, partner, outcome);
    }

    [Theory]
    [InlineData(Gp)]
    [InlineData(Ward)]
    public async Task While_connections_are_refused_the_rows_say_why_and_others_are_told_meanwhile(string partner)
    {
        await using var hub = await StartAsync();
        await using var epr = hub.Epr();
        await LineOf(hub, partner).RefuseAsync();
        await SendThreeAsync(epr);

        var waiting = await EventuallyAsync(hub, partner, d => d.Attempts.Count > 0 && d.Delivery.WaitingBecause?.Contains("cannot be reached", StringComparison.Ordinal) == true);
        waiting.Delivery.State.ShouldBe(DeliveryState.Waiting);
        waiting.Delivery.Attempts.ShouldBe(0, "nothing left the hub: no attempt");
        await OthersAreToldAsync(hub, partner);

        LineOf(hub, partner).Resume();
        await hub.SettleAsync();
        AssertTold(SimulatorOf(hub, partner));
    }

    [Theory]
    [InlineData(Gp, "fatal")]
    [InlineData(Ward, "AE")]
    [InlineData(Ward, "AR")]
    public async Task A_partner_that_refuses_for_ever_is_refused_with_an_owner_and_its_other_lanes_go_on(string partner, string fault)
    {
        await using var hub = await StartAsync();
        await using var epr = hub.Epr();
        var simulator = SimulatorOf(hub, partner);
        simulator.Script.Then(fault);
        await SendAsync(epr, Ama.Admission("A1"));
        await EventuallyAsync(hub, partner, d => d.Delivery.State == DeliveryState.Refused);
        await SendAsync(epr, Ben.Admission("B1"));
        await SendAsync(epr, Ama.Order("A2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1)));
        await hub.SettleAsync();

        var entry = (await AttentionAsync(hub)).Single(a => a.Kind == "refused");
        (entry.PartnerId, entry.Owner.Length > 0, entry.DueAt is not null).ShouldBe((partner, true, true));
        Events(simulator).Count.ShouldBe(3);
        var refused = (await DeliveriesAsync(hub, partner)).Single(d => d.Attempts.Any(a => a.Outcome == "Rejected"));
        refused.Attempts[^1].Outcome.ShouldBe("Rejected", "a refused message is never sent again");
        refused.Delivery.State.ShouldBe(DeliveryState.Superseded, "the next message told its content again, and was accepted");
    }

    [Theory]
    [InlineData(Gp, "refuse:30002", "30002")]
    [InlineData(Ward, "refuse:204", "AR+204")]
    public async Task A_person_that_is_not_theirs_stops_the_lane_with_a_person_and_a_clock(string partner, string fault, string code)
    {
        await using var hub = await StartAsync();
        await using var epr = hub.Epr();
        SimulatorOf(hub, partner).Script.Then(fault);
        await SendAsync(epr, Ama.Admission("A1"));
        await EventuallyAsync(hub, partner, d => d.Delivery.State == DeliveryState.Refused);
        await SendAsync(epr, Ama.Order("A2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1)));
        await SendAsync(epr, Ben.Admission("B1"));
        await EventuallyAsync(hub, partner, d => d.Delivery.State == DeliveryState.Delivered);
        await OthersAreToldAsync(hub, partner);

        SimulatorOf(hub, partner).Received.Count.ShouldBe(2, "nothing more about this person; another person's went");
        var entry = (await AttentionAsync(hub)).Single(a => a.Kind == "not-our-patient");
        (entry.Owner, entry.DueAt is not null).ShouldBe(("CRT administration", true));
        entry.Reason.ShouldContain(code);
    }

    [Fact]
    public async Task A_partner_that_refuses_the_hub_is_held_and_no_message_is_lost()
    {
        await using var hub = await StartAsync();
        await using var epr = hub.Epr();
        hub.Practice.Script.Always = SimulatorFault.Parse("http:401");
        await SendThreeAsync(epr);
        await Eventually.HoldsAsync(async () => (await AttentionAsync(hub)).Any(a => a.Kind == "partner-refuses-us"));
        await OthersAreToldAsync(hub, Gp);

        hub.Practice.Script.Always = SimulatorFault.None;
        await hub.Store.ReleasePartnerAsync(Gp, null, "T. Ester", TestContext.Current.CancellationToken);
        await hub.SettleAsync();

        AssertTold(hub.Practice);
    }

    [Fact]
    public async Task A_partner_that_asks_for_time_gets_it_from_every_lane()
    {
        await using var hub = await StartAsync();
        await using var epr = hub.Epr();
        hub.Practice.Script.Then("busy:2");
        await SendAsync(epr, Ama.Admission("A1"));
        await Eventually.HoldsAsync(() => hub.Practice.Received.Count == 1);
        await SendAsync(epr, Ben.Admission("B1"));
        await hub.SettleAsync();

        hub.Practice.Received.Count.ShouldBe(3);
        hub.Practice.Received.Skip(1).ShouldAllBe(r => r.At - hub.Practice.Received[0].At >= TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(Gp)]
    [InlineData(Ward)]
    public async Task A_dead_partner_is_left_alone_is_seen_to_be_and_gets_everything_when_it_is_back(string partner)
    {
        await using var hub = await StartAsync();
        await using var epr = hub.Epr();
        await LineOf(hub, partner).RefuseAsync();
        await SendThreeAsync(epr);
        using var http = hub.Http();
        await Eventually.HoldsAsync(async () => (await http.GetStringAsync("/partners", TestContext.Current.CancellationToken)).Contains("\"Open\"", StringComparison.Ordinal));

        var seen = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync("/partners", TestContext.Current.CancellationToken)).RootElement.EnumerateArray().ToList();
        var dead = seen.Single(p => p.GetProperty("id").GetString() == partner);
        dead.GetProperty("lanesWaiting").GetInt64().ShouldBe(2);
        dead.GetProperty("deliveriesWaiting").GetInt64().ShouldBe(3);
        dead.GetProperty("words").GetString().ShouldNotBeNull().ShouldContain("left alone after failures");
        (await http.GetStringAsync("/health/working", TestContext.Current.CancellationToken)).ShouldContain("Degraded");
        seen.Where(p => p.GetProperty("id").GetString() != partner && p.GetProperty("words").GetString() != "taking").ShouldAllBe(p => p.GetProperty("breaker").GetString() == "Closed");

        LineOf(hub, partner).Resume();
        await hub.SettleAsync();
        AssertTold(SimulatorOf(hub, partner));
        await Eventually.HoldsAsync(async () => (await http.GetStringAsync("/health/working", TestContext.Current.CancellationToken)).Contains("\"Healthy\"", StringComparison.Ordinal));
    }

    private static async Task AllIsToldOnceAndInOrderAsync(TestHub hub, string partner, string outcome)
    {
        await using var epr = hub.Epr();
        var simulator = SimulatorOf(hub, partner);
        await SendThreeAsync(epr);
        await OthersAreToldAsync(hub, partner);
        await hub.SettleAsync();

        AssertTold(simulator);
        var deliveries = await DeliveriesAsync(hub, partner);
        deliveries.ShouldAllBe(d => d.Delivery.State == DeliveryState.Delivered);

        // The state of the delivery and what each attempt came to are two facts.
        var faulty = deliveries.Where(d => d.Attempts[0].Outcome != "Delivered").ToList();
        faulty.Select(d => d.Attempts[0].Outcome).Distinct().ShouldBe(outcome == "Delivered" ? [] : [outcome]);
        foreach (var delivery in faulty)
        {
            delivery.Attempts[0].Reason.ShouldNotBeNullOrEmpty();
            delivery.Attempts[^1].Outcome.ShouldBe("Delivered");
            simulator.Received.Where(r => r.MessageId == delivery.Delivery.ProtocolMessageId).Select(r => Convert.ToHexString(r.Bytes.Span)).Distinct()
                .Count().ShouldBe(1, "every attempt sends the same bytes");
        }
    }

    private static async Task SendThreeAsync(SimulatedEpr epr)
    {
        (await SendAsync(epr, Ama.Admission("A1"))).ShouldBe("AA");
        (await SendAsync(epr, Ben.Admission("B1"))).ShouldBe("AA");
        (await SendAsync(epr, Ama.Order("A2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1)))).ShouldBe("AA");
    }

    /// <summary>Each message was taken once, and Ama's second after her first.</summary>
    private static void AssertTold(SimulatedPartner simulator)
    {
        simulator.Applied.Count.ShouldBe(3);
        simulator.Applied.Select(a => a.MessageId).Distinct().Count().ShouldBe(3);
        var amas = simulator.Applied.Where(a => Text(a).Contains(Ama.Family, StringComparison.OrdinalIgnoreCase)).ToList();
        amas.Count.ShouldBe(2);
        Text(amas[0]).ShouldNotContain("Sertraline");
        Text(amas[1]).ShouldContain("Sertraline");
    }

    private static Task OthersAreToldAsync(TestHub hub, string partner) =>
        Eventually.HoldsAsync(() => hub.Cmht.Applied.Count == 3 && Both.Where(p => p != partner).All(p => SimulatorOf(hub, p).Applied.Count == 3), why: () => "Other partners were held up.");

    private static async Task<DeliveryView> EventuallyAsync(TestHub hub, string partner, Func<DeliveryView, bool> holds)
    {
        DeliveryView? found = null;
        await Eventually.HoldsAsync(async () => (found = (await DeliveriesAsync(hub, partner)).FirstOrDefault(holds)) is not null);
        return found!;
    }

    private static async Task<List<DeliveryView>> DeliveriesAsync(TestHub hub, string partner) =>
    [
        .. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, TestContext.Current.CancellationToken))
            .SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Where(d => d.Delivery.PartnerId == partner),
    ];

    private static SimulatedPartner SimulatorOf(TestHub hub, string partner) => partner == Gp ? hub.Practice : hub.Ward;

    private static FaultProxy LineOf(TestHub hub, string partner) => partner == Gp ? hub.PracticeLine : hub.WardLine;

    private static Task<TestHub> StartAsync() => TestHub.StartAsync(TimeSpan.FromSeconds(1), new Dictionary<string, string?>
    {
        ["Hub:Dispatch:SweepInterval"] = "00:00:00.200",
        ["Hub:Dispatch:BackOffBase"] = "00:00:00.100",
    });
}
