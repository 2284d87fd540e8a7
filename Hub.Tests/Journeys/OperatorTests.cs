using System.Text;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What waits for a person can be seen and let go, and the word of that person is kept.</summary>
public sealed class OperatorTests
{
    private static readonly Messages Ivo = new() { NhsNumber = "9000000009", LocalId = "T8", Visit = "E8", Family = "QUILL", Given = "IVO" };

    [Fact]
    public async Task Copies_of_a_hidden_person_wait_until_a_named_person_lets_them_go()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;
        await epr.SendAsync(Ivo.Admission("C1") + "ZU8|U|1|Yes|2\r", token);
        (await hub.SettleAsync()).Held.ShouldBe(3);
        hub.Practice.Received.ShouldBeEmpty();

        var store = hub.Host.Services.GetRequiredService<IMessageStore>();
        var held = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, token))[0].Events[0].Deliveries.Single(d => d.Delivery.PartnerId == "elm").Delivery;
        (await store.ReleaseDeliveryAsync(held.Id, "N. Okoro, shift lead", "practice confirmed by phone", token)).ShouldBeTrue();
        await hub.SettleAsync();

        var copy = Encoding.UTF8.GetString(hub.Practice.Received.ShouldHaveSingleItem().Bytes.Span);
        copy.ShouldNotContain("TEST LANE");
        copy.ShouldNotContain("ZZ1 1ZZ");
        hub.Cmht.Received.ShouldBeEmpty();
        (await store.ReleaseDeliveryAsync(held.Id, "x", "y", token)).ShouldBeFalse("it is gone");
    }

    [Fact]
    public async Task A_partner_that_refuses_us_is_held_and_goes_on_when_it_is_released()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;
        hub.Practice.Script.Always = Hub.Proxy.Simulators.SimulatorFault.Parse("http:403");
        await epr.SendAsync(Ivo.Admission("C1"), token);
        await Eventually.HoldsAsync(async () => (await hub.Timeline.AttentionAsync(10, token)).Any(a => a.PartnerId == "elm"));

        hub.Practice.Script.Always = Hub.Proxy.Simulators.SimulatorFault.None;
        await hub.Host.Services.GetRequiredService<IMessageStore>().ReleasePartnerAsync("elm", null, "T. Ester", token);
        await hub.SettleAsync();

        hub.Practice.Received[^1].Answered.ShouldBe("ok");
    }

    [Fact]
    public async Task An_entry_of_the_list_is_closed_with_a_name_and_a_note()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        var token = TestContext.Current.CancellationToken;
        await epr.SendAsync("MSH|^~\\&|WHO|RXN|HUB|RXN|20260501090000||ADT^A04^ADT_A01|B5|P|2.4\rPID|1\r", token);
        var entry = (await hub.Timeline.AttentionAsync(10, token)).ShouldHaveSingleItem();
        var store = hub.Host.Services.GetRequiredService<IMessageStore>();

        (await store.CloseAttentionAsync(entry.Id, "O. Perator", "not one of ours", token)).ShouldBeTrue();
        (await store.CloseAttentionAsync(entry.Id, "O. Perator", "again", token)).ShouldBeFalse();

        (await hub.Timeline.AttentionAsync(10, token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_partner_file_put_into_the_folder_is_taken_over_and_a_faulty_one_leaves_what_runs_alone()
    {
        await using var hub = await TestHub.StartAsync();
        var partners = hub.Host.Services.GetRequiredService<PartnerFiles>();
        await File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, "elm.json"), "{ not json", TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(() => partners.Problems.Count > 0, TimeSpan.FromSeconds(20));

        partners.Find("elm").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_second_hub_on_the_same_data_folder_does_not_start()
    {
        await using var hub = await TestHub.StartAsync();

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => hub.StartAnotherAsync());

        refused.Message.ShouldContain("Another hub runs on this data folder");
    }
}
