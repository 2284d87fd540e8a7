using System.Text.Json;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>PDS is asked before a practice is sent anything, where a trust has it asked; what it says is not overruled by the hub and not by PDS's being away.</summary>
public sealed class TracedFirstTests : IAsyncLifetime
{
    private const string Elm = "Y99001";
    private static readonly Messages Ama = new();
    private readonly string file = Path.GetTempFileName();
    private SimulatedPds pds = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        pds = await SimulatedPds.StartAsync();
        Says(Elm);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { endpoint = pds.Endpoint, timeout = "00:00:01" }), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await pds.DisposeAsync();
        File.Delete(file);
    }

    [Fact]
    public async Task Where_PDS_has_the_person_there_or_cannot_answer_the_practice_gets_its_message()
    {
        await using var hub = await StartAsync();

        await SendAsync(hub, Ama.Admission("C1"));
        hub.Practice.Received.ShouldHaveSingleItem();
        pds.Received.Count.ShouldBe(1, "once, before the first message, and not for the team or the ward");

        await pds.StopListeningAsync();
        await SendAsync(hub, Ama.Discharge("C2", Ama.Start.AddDays(9)));
        hub.Practice.Received.Count.ShouldBe(2, "PDS that is away stops nobody");
    }

    [Theory]
    [InlineData("Y99009", "registered with Y99009")]
    [InlineData(null, "registered with no practice")]
    public async Task Where_PDS_has_the_person_elsewhere_nothing_leaves_and_a_named_persons_word_lets_it_go(string? practice, string words)
    {
        Says(practice);
        await using var hub = await StartAsync();

        await SendAsync(hub, Ama.Admission("C1"), settles: false);
        await SendAsync(hub, Ama.Discharge("C2", Ama.Start.AddDays(9)), settles: false);
        var entry = await EntryAsync(hub);

        await Eventually.HoldsAsync(() => hub.Cmht.Received.Count == 2); // the team's copies are not the practice's
        hub.Practice.Received.ShouldBeEmpty();
        (entry.Owner, entry.Urgency).ShouldBe(("CRT administration", Urgency.Urgent));
        entry.Reason.ShouldContain(words);
        entry.Reason.ShouldNotContain("MARLOW", Case.Insensitive);

        (await hub.Store.ReleaseDeliveryAsync(entry.DeliveryId!.Value, "C. Lerk", "the surgery says that they are theirs", Token)).ShouldBeTrue();
        await hub.SettleAsync();
        hub.Practice.Received.ShouldNotBeEmpty();
        await SendAsync(hub, Ama.Discharge("C3", Ama.Start.AddDays(10)));
        hub.Practice.Received[^1].EventCode.ShouldBe("discharge", "a named person has decided about this practice");
        (await hub.Timeline.AttentionAsync(20, Token)).ShouldNotContain(a => a.Kind == "pds-says-otherwise");
    }

    [Fact]
    public async Task A_record_that_PDS_hides_waits_for_a_named_person()
    {
        pds.People["9912003888"] = new SimulatedPdsPerson("9912003888", "MARLOW", "1992-02-14", null, "R");
        await using var hub = await StartAsync();

        await SendAsync(hub, Ama.Admission("C1"), settles: false);

        var entry = await EntryAsync(hub);
        hub.Practice.Received.ShouldBeEmpty();
        entry.Reason.ShouldContain("restricted");
        (await hub.Store.ReleaseDeliveryAsync(entry.DeliveryId!.Value, "N. Okoro", "route confirmed by telephone", Token)).ShouldBeTrue();
        await hub.SettleAsync();
        hub.Practice.Received.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_message_that_names_no_practice_goes_to_the_one_that_PDS_has()
    {
        await using var hub = await StartAsync();
        var nameless = Ama.Admission("C1").Replace(Elm, "V81999", StringComparison.Ordinal);
        nameless.ShouldContain("V81999");

        await SendAsync(hub, nameless);
        hub.Practice.Received.ShouldHaveSingleItem();

        await pds.StopListeningAsync();
        await SendAsync(hub, (Ama with { LocalId = "T2", Visit = "E2", NhsNumber = "9912003071", Family = "OTHER" }).Admission("C2").Replace(Elm, "V81999", StringComparison.Ordinal));
        hub.Practice.Received.ShouldHaveSingleItem();
        (await hub.Timeline.AttentionAsync(20, Token)).ShouldContain(a => a.Kind == "no-gp-practice");
    }

    private void Says(string? practice) => pds.People["9912003888"] = new SimulatedPdsPerson("9912003888", "MARLOW", "1992-02-14", practice);

    private Task<TestHub> StartAsync() => TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { ["Hub:PdsFile"] = file });

    private static async Task<Hub.Proxy.Store.Rows.AttentionRow> EntryAsync(TestHub hub)
    {
        Hub.Proxy.Store.Rows.AttentionRow? entry = null;
        await Eventually.HoldsAsync(async () => (entry = (await hub.Timeline.AttentionAsync(20, Token)).SingleOrDefault(a => a.Kind == "pds-says-otherwise")) is not null);
        return entry!;
    }

    private static async Task SendAsync(TestHub hub, string message, bool settles = true)
    {
        await using var epr = hub.Epr();
        TestHub.CodeOf(await epr.SendAsync(message, Token)).ShouldBe("AA");
        if (settles)
        {
            await hub.SettleAsync();
        }
    }
}
