using System.Text.Json;
using Hub.Proxy.Commands;
using Hub.Proxy.Routing;
using Hub.Tests.Proxy.Commands;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>An engineer changes a partner's file under a running hub: what is faulty never counts, what is right does, and the hub says which runs.</summary>
public sealed class PartnerFileJourneyTests
{
    [Fact]
    public async Task A_faulty_file_stops_nobody_and_is_told_and_a_right_one_is_taken_over()
    {
        await using var hub = await TestHub.StartAsync();
        var url = hub.Host.Http.ToString();
        var file = Path.Combine(hub.PartnersFolder, "elm.json");
        var good = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        (await DiffAsync(hub, url)).ShouldBe(HubCommand.Done);
        (await PartnerTestTests.RunAsync(["partner", "status", "--hub", url])).ShouldBe(HubCommand.Done);

        await File.WriteAllTextAsync(file, good.Replace("\"timeout\": \"00:00:05\"", "\"timeout\": \"01:00:00\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Reload(hub);

        var elm = await ElmAsync(hub);
        (elm.GetProperty("state").GetString(), elm.GetProperty("problems")[0].GetProperty("field").GetString()).ShouldBe(("RunningOldVersion", "/settings/timeout"));
        elm.GetProperty("words").GetString().ShouldNotBeNull().ShouldContain("the file in the folder is faulty: elm.json, line ");
        (await PartnerTestTests.RunAsync(["partner", "status", "--hub", url])).ShouldBe(HubCommand.Found);
        (await DiffAsync(hub, url, "--json")).ShouldBe(HubCommand.Found);

        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages().Admission("J1"), TestContext.Current.CancellationToken);
        }

        await hub.SettleAsync();
        hub.Practice.Applied.Count.ShouldBe(1); // by the version that runs on
        hub.Ward.Applied.Count.ShouldBe(1);     // and nobody else is touched

        await File.WriteAllTextAsync(file, good.Replace("\"Elm Surgery\"", "\"Elm House\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Reload(hub);
        (await ElmAsync(hub)).GetProperty("state").GetString().ShouldBe("Current");
        (await DiffAsync(hub, url)).ShouldBe(HubCommand.Done);
        File.Exists(Path.Combine(hub.DataFolder, "partner-files", $"elm.{elm.GetProperty("runningHash").GetString()}.json")).ShouldBeTrue();
        using var http = hub.Http();
        (await http.GetStringAsync("/partners/elm/file", TestContext.Current.CancellationToken)).ShouldContain("Elm House");
        (await http.GetAsync("/partners/nobody/file", TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task A_code_that_stands_in_no_table_is_taken_and_counted()
    {
        await using var hub = await TestHub.StartAsync();
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages().Admission("J1").Replace("PV1|1|O|NCRT^^^RXN|", "PV1|1|O|NCRT^^^RXN|ODD", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        }

        await hub.SettleAsync();
        hub.Practice.Applied.Count.ShouldBe(1);
        using var http = hub.Http();
        using var all = JsonDocument.Parse(await http.GetStringAsync("/partners", TestContext.Current.CancellationToken));
        all.RootElement.EnumerateArray().Single(p => p.GetProperty("id").GetString() == "north-epr").GetProperty("unmappedCodes").GetInt64().ShouldBe(1);
    }

    private static void Reload(TestHub hub) => hub.Host.Services.GetRequiredService<PartnerFiles>().Reload();

    private static Task<int> DiffAsync(TestHub hub, string url, params string[] more) =>
        PartnerTestTests.RunAsync(["partner", "diff", "--partners", hub.PartnersFolder, "--hub", url, .. more]);

    private static async Task<JsonElement> ElmAsync(TestHub hub)
    {
        using var http = hub.Http();
        using var all = JsonDocument.Parse(await http.GetStringAsync("/partners", TestContext.Current.CancellationToken));
        return all.RootElement.EnumerateArray().Single(p => p.GetProperty("id").GetString() == "elm").GetProperty("file").Clone();
    }
}
