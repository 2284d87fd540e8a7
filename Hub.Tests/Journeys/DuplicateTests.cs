using Hub.Adapters.Contract;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Clinical rule 3: sent twice, accepted once; the same id with other content is nobody's duplicate.</summary>
public sealed class DuplicateTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task The_same_message_from_eight_connections_at_once_is_accepted_once_and_each_gets_its_acknowledgement()
    {
        await using var hub = await TestHub.StartAsync();
        var message = Ama.Admission("C1");

        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var epr = hub.Epr();
            return TestHub.CodeOf(await epr.SendAsync(message, TestContext.Current.CancellationToken));
        }));
        await hub.SettleAsync();

        codes.ShouldAllBe(c => c == "AA");
        hub.Practice.Received.Count.ShouldBe(1);
        hub.Cmht.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_resend_over_midnight_is_a_duplicate()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var first = Ama.Admission("C1");
        var resent = first.Replace("|RXN|20260501090000||ADT", "|RXN|20260502000010||ADT", StringComparison.Ordinal);
        resent.ShouldNotBe(first);

        await epr.SendAsync(first, TestContext.Current.CancellationToken);
        TestHub.CodeOf(await epr.SendAsync(resent, TestContext.Current.CancellationToken)).ShouldBe("AA");
        await hub.SettleAsync();

        hub.Practice.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_accepted_kept_and_put_before_a_person_within_15_minutes()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;
        var other = (Ama with { LocalId = "T3000", Visit = "E3000", NhsNumber = "9912003071", Family = "OTHER" }).Admission("C1");

        await epr.SendAsync(Ama.Admission("C1"), token);
        TestHub.CodeOf(await epr.SendAsync(other, token)).ShouldBe("AA");
        TestHub.CodeOf(await epr.SendAsync(other, token)).ShouldBe("AA");
        await hub.SettleAsync();

        hub.Practice.Received.Count.ShouldBe(1);
        var entry = (await hub.Timeline.AttentionAsync(10, token)).ShouldHaveSingleItem();
        entry.Kind.ShouldBe("conflict");
        var received = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token)).Single(r => r.Received.Outcome == IntakeOutcome.Conflict).Received;
        entry.DueAt.ShouldNotBeNull().ShouldBe(received.ReceivedAt.AddMinutes(15), TimeSpan.FromSeconds(1));
        System.Text.Encoding.UTF8.GetString((await hub.Timeline.OriginalAsync(received.Id, token)).ShouldNotBeNull()).ShouldBe(other);
    }

    [Fact]
    public async Task A_dose_that_goes_up_and_down_again_is_three_changes()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        await epr.SendAsync(Ama.Admission("C1"), token);
        await epr.SendAsync(Ama.Order("C2", "NW", "O1", "^Olanzapine 5mg tablets", "5", Ama.Start.AddHours(1)), token);
        await epr.SendAsync(Ama.Order("C3", "XO", "O1", "^Olanzapine 5mg tablets", "10", Ama.Start.AddHours(2)), token);
        await epr.SendAsync(Ama.Order("C4", "XO", "O1", "^Olanzapine 5mg tablets", "5", Ama.Start.AddHours(3)), token);
        await hub.SettleAsync();

        hub.Practice.Received.Count(r => r.EventCode == "medication-change").ShouldBe(3);
    }

    [Fact]
    public async Task A_nightly_resend_of_an_unchanged_order_under_a_new_id_tells_nobody()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;

        await epr.SendAsync(Ama.Admission("C1"), token);
        await epr.SendAsync(Ama.Order("C2", "NW", "O1", "^Olanzapine 5mg tablets", "5", Ama.Start.AddHours(1)), token);
        TestHub.CodeOf(await epr.SendAsync(Ama.Order("C3", "NW", "O1", "^Olanzapine 5mg tablets", "5", Ama.Start.AddHours(1)), token)).ShouldBe("AA");
        await hub.SettleAsync();

        hub.Practice.Received.Count(r => r.EventCode == "medication-change").ShouldBe(1);
    }
}
