using System.Text.Json;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Shouldly;

namespace Hub.Tests.Support;

/// <summary>What must be true after any number of crashes, judged from the partners' own logs.</summary>
internal static class CrashJudge
{
    /// <summary>Every acknowledged message arrived, under one id, and each person's in the order sent.</summary>
    public static void ShouldHaveAll(SimulatedPartner partner, int persons, string who)
    {
        var arrived = partner.Received.Select(copy => (copy.MessageId, Source: SourceIdOf(copy))).ToList();
        var idsOf = arrived.GroupBy(a => a.Source).ToDictionary(g => g.Key, g => g.Select(a => a.MessageId).Distinct().Count());
        var firstArrivals = arrived.Select(a => a.Source).Distinct().GroupBy(PersonOf).ToDictionary(g => g.Key, g => g.ToList());

        for (var person = 0; person < persons; person++)
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

    /// <summary>Waits until nothing is owed to anybody.</summary>
    public static async Task DrainAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        var timeline = new Timeline(() => StoreStart.Context(options));
        OpenCounts? open = null;
        await Eventually.HoldsAsync(async () => (open = await timeline.CountOpenAsync(cancellationToken)).Total == 0, TimeSpan.FromSeconds(90), () => $"still open: {open}");
    }
}
