using Hub.Adapters.Contract;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>
/// The hub as a process of its own, killed without warning again and again under load. Judged from the partners' own logs. Move the
/// acknowledgement before the commit (in <c>MllpConnection</c>, write the answer before intake is awaited) and this turns red.
/// </summary>
public sealed class CrashTests(TestServers servers)
{
    private static readonly int Persons = TestBudget.Of(50, full: 250);
    private static readonly int PersonsForPoints = TestBudget.Of(45, full: 140);
    private static readonly int Kills = TestBudget.Of(6, full: 20);

    [Fact]
    public async Task What_was_acknowledged_is_delivered_once_under_one_id_and_in_order_although_the_hub_is_killed_again_and_again()
    {
        var random = new Random(20260503);
        await RunAsync(onPostgres: false, Persons, async (site, load, sending) =>
        {
            for (var kills = 0; kills < Kills || !sending.IsCompleted; kills++)
            {
                // Each life of the hub takes a random bite of the load, so that the kills fall all over it.
                using var hub = await site.StartAsync();
                var until = Math.Min(load.Acknowledged + random.Next(40, 140), load.Messages);
                await Eventually.HoldsAsync(() => load.Acknowledged >= until || sending.IsCompleted, Eventually.Patience, () => hub.Errors);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 40)), TimeProvider.System, TestContext.Current.CancellationToken);
                hub.Kill();
            }
        });
    }

    private static readonly string[] Telling = [HubSteps.MakeDurable, HubSteps.Acknowledge, HubSteps.StartAttempt, HubSteps.Deliver, HubSteps.Complete];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_holds_when_it_dies_at_the_begin_or_the_end_of_any_step_of_the_path(bool onPostgres)
    {
        await RunAsync(onPostgres, PersonsForPoints, async (site, load, sending) =>
        {
            // On PostgreSQL only at the ends, for the sake of time: the begin of a step is the end of another. At every change only where bytes are made
            // safe, sent or answered.
            foreach (var point in KillPoint.All(new Random(20260504)).Where(p => (p.AtEnd || !onPostgres) && (TestBudget.Full || Telling.Contains(p.Step))))
            {
                using var hub = await site.StartAsync(point.Settings(), mayDie: true); // work that was left is begun before it is up
                await Eventually.HoldsAsync(() => hub.HasExited, Eventually.Patience, () => $"{point} was not reached. {load.Acknowledged} of {load.Messages} acknowledged. {hub.Errors}");
                await Eventually.HoldsAsync(() => hub.Errors.Contains(point.LastWords, StringComparison.Ordinal), why: () => $"{point}: it died of something else. {hub.Errors}");
            }
        });
    }

    /// <summary>Puts a load on a hub that <paramref name="live"/> starts and kills; then lets one finish the work, and judges from what the partners saw.</summary>
    private async Task RunAsync(bool onPostgres, int persons, Func<Site, CrashLoad, Task, Task> live)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("hub-crash-").FullName;
        await using var practice = await SimulatedFhirPartner.StartAsync();
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        var database = onPostgres ? await servers.NewDatabaseAsync() : null;
        var site = new Site(Path.Combine(folder, "data"), Path.Combine(folder, "partners"), HubProcess.FreePort(), ServerSettings.Of(database, null));
        Directory.CreateDirectory(site.Data);
        TestPartners.Write(site.Partners, practice.Port, cmht.Port, ward.Port, TestPartners.Patience);

        var load = new CrashLoad([site.Port], persons, connections: 8);
        var sending = load.SendAllAsync(token);
        await live(site, load, sending);
        using (var hub = await site.StartAsync())
        {
            await sending;
            await CrashJudge.DrainAsync(
                database is null ? StoreOptions.InDirectory(site.Data, "RXN") : StoreOptions.OnPostgres(database, "RXN", StoreOptions.NoKey), token);
        }

        load.Acknowledged.ShouldBe(load.Messages);
        CrashJudge.ShouldHaveAll(practice, persons, "practice");
        CrashJudge.ShouldHaveAll(cmht, persons, "community team");
        ward.Received.Select(r => r.MessageId).Distinct().Count().ShouldBe(load.Messages);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Where one hub after another lives: the same store, partners and port.</summary>
    private sealed record Site(string Data, string Partners, int Port, IReadOnlyDictionary<string, string?> Settings)
    {
        public Task<HubProcess> StartAsync(IReadOnlyDictionary<string, string?>? more = null, bool mayDie = false) => HubProcess.StartAsync(
            Data, Partners, Port, TestContext.Current.CancellationToken, Settings.Concat(more ?? new Dictionary<string, string?>()).ToDictionary(), mayDie);
    }
}
