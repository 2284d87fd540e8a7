using Hub.Proxy.Commands;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Before a partner goes live, and on the day it does.</summary>
public sealed class GoingLiveTests
{
    private static readonly Messages Ama = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_composed_in_shadow_mode_never_leaves_not_even_when_the_partner_goes_live()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("elm", file => file["mode"] = "shadow");
        await SendAsync(hub, Ama.Admission("C1"));
        hub.Practice.Received.ShouldBeEmpty();
        hub.Cmht.Received.Count.ShouldBe(1);
        var status = (await hub.Host.Services.GetRequiredService<Hub.Proxy.Dispatch.PartnerStatus>().ReadAsync(Token)).Single(p => p.Id == "elm");
        (status.ShadowKept, status.DeliveriesWaiting, status.Words).ShouldBe((1, 0, "shadow: nothing is sent; 1 composed, 0 of them would have waited for a person"));

        await hub.ChangePartnerAsync("elm", file => file["mode"] = "live");
        var shadow = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Single(d => d.Delivery.PartnerId == "elm").Delivery;
        (shadow.State, shadow.LaneId).ShouldBe((DeliveryState.Shadow, null));
        (await hub.Store.ReleaseDeliveryAsync(shadow.Id, "x", "y", Token)).ShouldBeFalse();
        await hub.Store.HoldPartnerAsync("elm", "and released again", "T. Ester", Token);
        await hub.Store.ReleasePartnerAsync("elm", null, "T. Ester", Token);
        await SendAsync(hub, Ama.Order("C2", "NW", "M1", "322236009^Paracetamol^SCT", "500", Ama.Start.AddHours(1)));

        hub.Practice.Received.ShouldHaveSingleItem("the second message alone").EventCode.ShouldBe("medication-change");
    }

    [Fact]
    public async Task A_shadow_beside_the_live_partner_gets_the_same_and_keeps_it()
    {
        await using var hub = await TestHub.StartAsync();
        var file = (await File.ReadAllTextAsync(Path.Combine(hub.PartnersFolder, "elm.json"), Token)).Replace("\"elm\", \"name\": \"Elm Surgery\"", "\"elm-new\", \"name\": \"Elm, new line\", \"mode\": \"shadow\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, "elm-new.json"), file, Token);
        await hub.RestartAsync();
        hub.PartnerProblems.ShouldBeEmpty();

        await SendAsync(hub, Ama.Admission("C1"));

        hub.Practice.Received.Count.ShouldBe(1);
        var copies = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Select(d => d.Delivery).ToList();
        copies.Single(d => d.PartnerId == "elm-new").State.ShouldBe(DeliveryState.Shadow);
        copies.Single(d => d.PartnerId == "elm").BodyPayloadId.ShouldBe(copies.Single(d => d.PartnerId == "elm-new").BodyPayloadId);
    }

    [Fact]
    public async Task A_caseload_is_opened_without_telling_anybody_and_what_follows_is_told_as_ever()
    {
        await using var hub = await TestHub.StartAsync();
        var caseload = Path.Combine(hub.DataFolder, "caseload.csv");
        await File.WriteAllTextAsync(caseload, """
            episode_id,team,admitted,patient_id,patient_id_system,nhs_number,nhs_number_status,family_name,given_name,birth_date,practice
            E1000,NCRT,2026-05-01T09:00+01:00,T1000,NEPR,9912003888,01,MARLOW,AMA,1992-02-14,Y99001
            E2000,NCRT,2026-05-02,T2000,NEPR,9912003071,01,"O'NEIL, THE YOUNGER",BO,1980-01-01,Y99001
            """, Token);

        (await CensusAsync(hub, "compare", caseload)).ShouldBe(1, "the hub knows nobody yet");
        (await CensusAsync(hub, "load", caseload, "--by", "A. Engineer")).ShouldBe(0);
        (await CensusAsync(hub, "load", caseload, "--by", "A. Engineer")).ShouldBe(0, "again changes nothing");
        (await CensusAsync(hub, "compare", caseload)).ShouldBe(0);
        (await hub.SettleAsync()).Total.ShouldBe(0);
        var loaded = await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token);
        (loaded.Count, loaded.Sum(l => l.Events.Sum(e => e.Deliveries.Count)), (await hub.Timeline.AttentionAsync(9, Token)).Count).ShouldBe((2, 0, 0));

        await SendAsync(hub, Ama.Discharge("C2", Ama.Start.AddDays(9)));

        hub.Practice.Received.ShouldHaveSingleItem().EventCode.ShouldBe("discharge");
        (await CensusAsync(hub, "compare", caseload)).ShouldBe(1, "the record system still lists it, the hub has closed it");
    }

    [Fact]
    public async Task Changed_files_are_tried_on_stored_messages_and_nothing_is_sent()
    {
        await using var hub = await TestHub.StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        var changed = Path.Combine(hub.DataFolder, "north-epr.json");
        await File.WriteAllTextAsync(changed, (await File.ReadAllTextAsync(Path.Combine(hub.PartnersFolder, "north-epr.json"), Token)).Replace("North Crisis Team", "Northern Crisis Team", StringComparison.Ordinal), Token);
        string[] trial = ["partner", "trial", "--against", hub.PartnersFolder, "--data", hub.DataFolder, "--partners"];

        (await HubCommand.RunAsync([.. trial, hub.PartnersFolder], TimeProvider.System)).ShouldBe(0, "the same files");
        var (exit, text) = await HubProcess.RunAsync([.. trial, changed, "--json"], Token);
        (await HubCommand.RunAsync(["source", "profile", "north-epr", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(0);

        exit.ShouldBe(1);
        text.ShouldContain("\"kind\":\"element\"");
        text.ShouldNotContain("Northern");
        text.ShouldNotContain("MARLOW");
        hub.Practice.Received.Count.ShouldBe(1);
    }

    private static Task<int> CensusAsync(TestHub hub, string verb, string caseload, params string[] further) =>
        HubCommand.RunAsync(["census", verb, caseload, "--source", "north-epr", "--data", hub.DataFolder, "--partners", hub.PartnersFolder, .. further], TimeProvider.System);

    private static async Task SendAsync(TestHub hub, string message)
    {
        await using var epr = hub.Epr();
        TestHub.CodeOf(await epr.SendAsync(message, Token)).ShouldBe("AA");
        await hub.SettleAsync();
    }
}
