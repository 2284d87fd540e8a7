using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>
/// Two hubs, each a process of its own, on one PostgreSQL and one RabbitMQ; nodes are killed and servers stopped under load. Judged from the
/// partners' own logs, as on SQLite: nothing acknowledged is lost, nothing has two ids, and each person's messages arrive in order.
/// </summary>
public sealed class SeveralNodesTests(TestServers servers)
{
    private static readonly int Persons = TestBudget.Of(40, full: 120);
    private static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_either_node_acknowledged_is_delivered_once_and_in_order_although_nodes_are_killed_again_and_again()
    {
        await using var pair = await Pair.StartAsync(servers);
        var sending = pair.Load.SendAllAsync(Token);

        var random = new Random(20260504);
        var kills = 0;
        for (; kills < TestBudget.Of(3, full: 10) || !sending.IsCompleted; kills++)
        {
            var until = Math.Min(pair.Load.Acknowledged + random.Next(40, 100), pair.Load.Messages);
            await Eventually.HoldsAsync(() => pair.Load.Acknowledged >= until || sending.IsCompleted, TimeSpan.FromSeconds(60), () => pair.Errors);
            await pair.KillAndRestartAsync(node: kills % 2);
        }

        await sending;
        await pair.ShouldHaveDeliveredAllAsync();
    }

    [Fact]
    public async Task A_broker_and_a_database_that_stop_under_load_lose_nothing_and_everything_goes_on_by_itself_when_they_are_back()
    {
        await using var own = new TestServers(); // servers that stop are nobody else's
        await using var pair = await Pair.StartAsync(own);
        var sending = pair.Load.SendAllAsync(Token);

        await pair.AcknowledgesAsync(100);
        await own.StopRabbitAsync();
        await Task.Delay(5 * Sweep, TimeProvider.System, Token);
        await pair.AcknowledgesAsync(100); // a broker that is away holds up nobody
        var delivered = pair.Practice.Received.Count;
        await Eventually.HoldsAsync(() => pair.Practice.Received.Count > delivered, why: () => pair.Errors);
        await own.StartRabbitAsync();

        await pair.AcknowledgesAsync(50);
        await own.StopPostgresAsync();
        var acknowledged = pair.Load.Acknowledged;
        await Task.Delay(5 * Sweep, TimeProvider.System, Token);
        (pair.Load.Acknowledged - acknowledged).ShouldBeLessThanOrEqualTo(8, "more was acknowledged than was on its way, with no store to keep it");
        await own.StartPostgresAsync();

        await sending;
        await pair.ShouldHaveDeliveredAllAsync();
    }

    /// <summary>Two nodes over the same servers and partners, and a load that goes to both.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("hub-nodes-").FullName;
        private readonly HubProcess?[] nodes = new HubProcess?[2];
        private readonly int[] ports = [HubProcess.FreePort(), HubProcess.FreePort()];
        private readonly Dictionary<string, string?> settings;
        private readonly StoreOptions store;

        private Pair(string database, Uri bus)
        {
            settings = ServerSettings.Of(database, bus);
            settings["Hub:Dispatch:SweepInterval"] = Sweep.ToString();
            settings["Hub:Dispatch:Lease"] = "00:00:10";
            store = StoreOptions.OnPostgres(database, "RXN", StoreOptions.NoKey);
            Load = new CrashLoad(ports, Persons, connections: 8);
        }

        public CrashLoad Load { get; }

        public SimulatedFhirPartner Practice { get; private set; } = null!;

        public string Errors => string.Join("\n---\n", nodes.Select(node => node?.Errors));

        private SimulatedFhirPartner Cmht { get; set; } = null!;

        private SimulatedMllpPartner Ward { get; set; } = null!;

        private string Partners => Path.Combine(folder, "partners");

        public static async Task<Pair> StartAsync(TestServers servers)
        {
            var pair = new Pair(await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync())
            {
                Practice = await SimulatedFhirPartner.StartAsync(), Cmht = await SimulatedFhirPartner.StartAsync(), Ward = await SimulatedMllpPartner.StartAsync(),
            };
            TestPartners.Write(pair.Partners, pair.Practice.Port, pair.Cmht.Port, pair.Ward.Port);
            await Task.WhenAll(pair.StartAsync(0), pair.StartAsync(1));
            return pair;
        }

        public async Task AcknowledgesAsync(int more)
        {
            var until = Math.Min(Load.Acknowledged + more, Load.Messages);
            await Eventually.HoldsAsync(() => Load.Acknowledged >= until, TimeSpan.FromSeconds(60), () => Errors);
        }

        public async Task KillAndRestartAsync(int node)
        {
            nodes[node]!.Kill();
            nodes[node]!.Dispose();
            await StartAsync(node);
        }

        public async Task ShouldHaveDeliveredAllAsync()
        {
            await CrashJudge.DrainAsync(store, Token);
            Load.Acknowledged.ShouldBe(Load.Messages);
            CrashJudge.ShouldHaveAll(Practice, Persons, "practice");
            CrashJudge.ShouldHaveAll(Cmht, Persons, "community team");
            Ward.Received.Select(r => r.MessageId).Distinct().Count().ShouldBe(Load.Messages);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in nodes)
            {
                node?.Dispose();
            }

            await Practice.DisposeAsync();
            await Cmht.DisposeAsync();
            await Ward.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task StartAsync(int node)
        {
            var data = Path.Combine(folder, "node" + node);
            Directory.CreateDirectory(data);
            nodes[node] = await HubProcess.StartAsync(data, Partners, ports[node], Token, settings);
        }
    }
}
