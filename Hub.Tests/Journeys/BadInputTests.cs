using System.Net.Sockets;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Each bad message gets its defined answer, is kept with its bytes on the operator's list, and changes nothing else.</summary>
public sealed class BadInputTests
{
    private static readonly Messages Ama = new();

    public static TheoryData<string, string, string> Refused => new()
    {
        { "an unknown trigger", Ama.Adt("A99", "ADT_A01", "B1", Ama.Start), "AR" },
        { "no patient", string.Join('\r', Ama.Admission("B2").Split('\r').Where(s => !s.StartsWith("PID", StringComparison.Ordinal))), "AE" },
        { "an impossible time of the event", Ama.Admission("B3").Replace("NORA|20260501090000", "NORA|20260532090000", StringComparison.Ordinal), "AE" },
        { "a test message", Ama.Admission("B4").Replace("|P|2.4", "|T|2.4", StringComparison.Ordinal), "AR" },
        { "a sender nobody knows", Ama.Admission("B5").Replace("|NEPR|RXN|", "|WHO|RXN|", StringComparison.Ordinal), "AE" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task A_message_that_cannot_be_taken_is_answered_kept_and_put_on_the_list(string what, string message, string code)
    {
        what.ShouldNotBeEmpty();
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        var acknowledgement = await epr.SendAsync(message, token);

        TestHub.CodeOf(acknowledgement).ShouldBe(code);
        acknowledgement.ShouldNotBeNull().ShouldContain("\rERR|");
        acknowledgement.ShouldNotContain("MARLOW");
        acknowledgement.ShouldNotContain("9912003888");
        await ShouldBeKeptAsync(hub, Encoding.UTF8.GetBytes(message));
        hub.Practice.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_character_of_their_set_are_refused_and_kept()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        byte[] message = [.. Encoding.UTF8.GetBytes(Ama.Admission("B6").Replace("AMA", "A\u0001MA", StringComparison.Ordinal))];
        message[Array.IndexOf(message, (byte)1)] = 0xFF;

        TestHub.CodeOf(await epr.SendAsync(message, TestContext.Current.CancellationToken)).ShouldBe("AE");
        await ShouldBeKeptAsync(hub, message);
    }

    [Fact]
    public async Task A_peer_that_does_not_speak_MLLP_is_closed_kept_and_harms_nobody_else()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;
        using (var stranger = new TcpClient("127.0.0.1", hub.Host.MllpPort))
        {
            await stranger.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: hub\r\nX: " + new string('x', 200) + "\r\n\r\n"), token);
            var answer = new byte[64];
            (await stranger.GetStream().ReadAsync(answer, token)).ShouldBe(0);
        }

        TestHub.CodeOf(await epr.SendAsync(Ama.Admission("C1"), token)).ShouldBe("AA");
        (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token)).ShouldContain(r => r.Received.Outcome == IntakeOutcome.Rejected || r.Received.Outcome == IntakeOutcome.Parked);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_before_it_is_buffered()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var message = Ama.Admission("B7") + "NTE|1||" + new string('n', 5_000_000) + "\r";

        string? answer = null;
        try
        {
            answer = await epr.SendAsync(message, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The hub need not read to the end what it has refused.
        }

        if (answer is not null)
        {
            TestHub.CodeOf(answer).ShouldBe("AE");
        }

        (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Received.Outcome
            .ShouldBe(IntakeOutcome.Parked);
    }

    [Fact]
    public async Task A_discharge_with_an_impossible_birth_date_is_told_without_one()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        TestHub.CodeOf(await epr.SendAsync((Ama with { BirthDate = "19920231" }).Discharge("B8", Ama.Start.AddDays(9)), token)).ShouldBe("AA");
        await hub.SettleAsync();

        var told = Encoding.UTF8.GetString(hub.Practice.Received.ShouldHaveSingleItem().Bytes.Span);
        told.ShouldNotContain("birthDate");
        told.ShouldNotContain("1992");
    }

    [Fact]
    public async Task A_wrong_NHS_number_is_accepted_and_what_leaves_is_held_until_a_right_one_comes()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        TestHub.CodeOf(await epr.SendAsync((Ama with { NhsNumber = "9912003889" }).Admission("C1"), token)).ShouldBe("AA");
        var open = await hub.SettleAsync();
        open.Held.ShouldBeGreaterThan(0);
        hub.Practice.Received.ShouldBeEmpty();
        (await hub.Timeline.AttentionAsync(10, token)).ShouldContain(a => a.Owner == "CRT administration" && a.DueAt != null);

        TestHub.CodeOf(await epr.SendAsync(Ama.Adt("A08", "ADT_A01", "C2", Ama.Start.AddHours(1)), token)).ShouldBe("AA");
        await hub.SettleAsync();

        var admission = hub.Practice.Received.Where(r => r.EventCode == "admission").ShouldHaveSingleItem();
        Encoding.UTF8.GetString(admission.Bytes.Span).ShouldContain("9912003888", customMessage: "composed anew with the number that released it");
        hub.Practice.Received.Where(r => Encoding.UTF8.GetString(r.Bytes.Span).Contains("9912003889", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_date_of_birth_that_disagrees_with_what_is_held_stops_everything_about_that_message()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        await epr.SendAsync(Ama.Admission("C1"), token);
        TestHub.CodeOf(await epr.SendAsync((Ama with { BirthDate = "19510101" }).Discharge("C2", Ama.Start.AddDays(1)), token)).ShouldBe("AA");
        await hub.SettleAsync();

        hub.Practice.Received.Count.ShouldBe(1);
        (await hub.Timeline.AttentionAsync(10, token)).ShouldContain(a => a.Kind == "identity-doubt");
    }

    [Fact]
    public async Task A_message_of_another_service_is_answered_AA_and_only_its_hash_is_kept()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        TestHub.CodeOf(await epr.SendAsync((Ama with { Team = "ORTHO" }).Admission("C1"), token)).ShouldBe("AA");

        var received = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token)).ShouldHaveSingleItem();
        received.Received.Outcome.ShouldBe(IntakeOutcome.SetAside);
        (await hub.Timeline.OriginalAsync(received.Received.Id, token)).ShouldBeNull();
    }

    private static async Task ShouldBeKeptAsync(TestHub hub, byte[] bytes)
    {
        var token = TestContext.Current.CancellationToken;
        var received = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token)).ShouldHaveSingleItem().Received;
        received.Outcome.ShouldBeOneOf(IntakeOutcome.Parked, IntakeOutcome.Rejected);
        (await hub.Timeline.OriginalAsync(received.Id, token)).ShouldNotBeNull().ShouldBe(bytes);
        (await hub.Timeline.AttentionAsync(10, token)).ShouldHaveSingleItem().Kind.ShouldBe("refused-message");
    }
}
