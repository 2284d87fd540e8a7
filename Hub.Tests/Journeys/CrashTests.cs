using System.Text.Json;
using Hub.Proxy;
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
[Collection(Alone.Name)]
public sealed class CrashTests
{
    private const int Persons = 250;
    private const int Kills = 20;

    [Fact]
    public async Task What_was_acknowledged_is_delivered_once_under_one_id_and_in_order_although_the_hub_is_killed_twenty_times()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("hub-crash-").FullName;
        await using var practice = await SimulatedFhirPartner.StartAsync();
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        var (data, partners, port) = (Path.Combine(folder, "data"), Path.Combine(folder, "partners"), HubProcess.FreePort());
        Directory.CreateDirectory(data);
        TestPartners.Write(partners, practice.Port, cmht.Port, ward.Port);

        var load = new CrashLoad(port, Persons, connections: 8);
        var hub = await HubProcess.StartAsync(data, partners, port, token);
        var sending = load.SendAllAsync(token);
        var kills = 0;
        for (var random = new Random(20260503); kills < Kills || !sending.IsCompleted; kills++)
        {
            // Each life of the hub takes a random bite of the load, so that the kills fall all over it.
            var until = Math.Min(load.Acknowledged + random.Next(40, 140), load.Messages);
            await Eventually.HoldsAsync(() => load.Acknowledged >= until || sending.IsCompleted, TimeSpan.FromSeconds(60), () => hub.Errors);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 40)), TimeProvider.System, token);
            hub.Kill();
            hub.Dispose();
            hub = await HubProcess.StartAsync(data, partners, port, token);
        }

        await sending;
        await DrainAsync(data, token);
        hub.Dispose();

        kills.ShouldBeGreaterThanOrEqualTo(Kills);
        load.Acknowledged.ShouldBe(load.Messages);
        ShouldHaveAll(practice, "practice");
        ShouldHaveAll(cmht, "community team");
        ward.Received.Select(r => r.MessageId).Distinct().Count().ShouldBe(load.Messages);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Every acknowledged message arrived, under one id, and each person's in the order sent.</summary>
    private static void ShouldHaveAll(SimulatedPartner partner, string who)
    {
        var arrived = partner.Received.Select(copy => (copy.MessageId, Source: SourceIdOf(copy))).ToList();
        var idsOf = arrived.GroupBy(a => a.Source).ToDictionary(g => g.Key, g => g.Select(a => a.MessageId).Distinct().Count());
        var firstArrivals = arrived.Select(a => a.Source).Distinct().GroupBy(PersonOf).ToDictionary(g => g.Key, g => g.ToList());

        for (var person = 0; person < Persons; person++)
        {
            var expected = CrashLoad.ControlIdsOf(person);
            expected.Where(id => !idsOf.ContainsKey(id)).ShouldBeEmpty($"lost on the way to the {who}");
            expected.Where(id => idsOf[id] != 1).ShouldBeEmpty($"two ids for one message at the {who}");
            firstArrivals[PersonOf(expected[0])].ShouldBe(expected, $"order at the {who}");
        }
    }

    private static string PersonOf(string controlId) => controlId[..5];

    /// <summary>The sender's control id, from the Provenance of the bundle as the partner got it.</summary>
    private static string SourceIdOf(ReceivedCopy copy)
    {
        using var bundle = JsonDocument.Parse(copy.Bytes);
        var provenance = bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
            .First(r => r.GetProperty("resourceType").GetString() == "Provenance");
        return provenance.GetProperty("entity")[0].GetProperty("what").GetProperty("identifier").GetProperty("value").GetString()!.Split('|')[^1];
    }

    private static async Task DrainAsync(string data, CancellationToken cancellationToken)
    {
        var timeline = new Timeline(() => StoreStart.Context(StoreOptions.InDirectory(data, "RXN")));
        OpenCounts? open = null;
        await Eventually.HoldsAsync(async () => (open = await timeline.CountOpenAsync(cancellationToken)).Total == 0, TimeSpan.FromSeconds(90), () => $"still open: {open}");
    }
}
