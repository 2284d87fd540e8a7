using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The straight path with the truth on PostgreSQL and the bell on RabbitMQ.</summary>
public sealed class StraightPathOnServersTests(TestServers servers)
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task A_crisis_team_journey_reaches_everyone_over_PostgreSQL_and_RabbitMQ_and_goes_on_after_a_restart()
    {
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, ServerSettings.Of(await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync()));
        await using (var epr = hub.Epr())
        {
            (await SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");
            (await SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"))).ShouldBe("AA");
            await hub.SettleAsync();
            await hub.Cmht.StopListeningAsync();
            (await SendAsync(epr, Ama.Discharge("C3", Ama.Start.AddDays(9)))).ShouldBe("AA");
            (await SendAsync(epr, Ama.Discharge("C3", Ama.Start.AddDays(9)))).ShouldBe("AA");
        }

        await hub.RestartAsync();
        hub.Cmht.Resume();

        (await hub.SettleAsync()).Total.ShouldBe(0);
        foreach (var partner in new[] { hub.Practice, hub.Cmht })
        {
            partner.Received.Where(r => r.Arrival == 1).Select(r => r.EventCode).ShouldBe(["admission", "medication-change", "discharge"]);
        }

        hub.Ward.Received.ShouldNotBeEmpty();
        Directory.EnumerateFileSystemEntries(hub.DataFolder).Where(path => Path.GetFileName(path) is not ("partner-files" or "audit-head.json")).ShouldBeEmpty(); // nothing of the truth is beside the server
    }

    [Fact]
    public async Task Without_a_broker_the_hub_starts_is_ready_accepts_and_delivers()
    {
        var nobody = new Uri($"amqp://hub:x@127.0.0.1:{HubProcess.FreePort()}/none");
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, ServerSettings.Of(null, nobody));
        await using var epr = hub.Epr();
        using var http = hub.Http();

        (await SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");

        (await hub.SettleAsync()).Total.ShouldBe(0);
        hub.Practice.Received.ShouldHaveSingleItem();
        (await http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
    }

    private static async Task<string> SendAsync(Hub.Proxy.Simulators.SimulatedEpr epr, string message) =>
        TestHub.CodeOf(await epr.SendAsync(message, TestContext.Current.CancellationToken));
}
