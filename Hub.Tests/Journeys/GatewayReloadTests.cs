using System.Net;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The gateway goes by the same partner files as everything else, as they are now; and shows its own credentials to the target, never the caller's.</summary>
public sealed class GatewayReloadTests(GatewayHub gateway) : IClassFixture<GatewayHub>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_partner_can_be_called_a_faulty_file_changes_nothing_and_a_removed_one_is_gone()
    {
        await GatewayTests.ShouldSayAsync(await gateway.GetAsync("/gateway/new/Appointment/1"), 404, "PROXY_NOT_FOUND");

        // What a reload says of itself is tested with the files; here the hub's own may come first.
        gateway.WriteTarget("new", "RXN09", "");
        gateway.Reload();
        await EventuallyAsync("/gateway/new/Appointment/1", HttpStatusCode.OK);

        var file = Path.Combine(gateway.Hub.PartnersFolder, "new.json");
        var right = await File.ReadAllTextAsync(file, Token);
        await File.WriteAllTextAsync(file, right.Replace("\"address\"", "\"adress\"", StringComparison.Ordinal), Token);
        var problems = gateway.Reload().Problems;
        problems.Select(p => p.Field).ShouldContain("/gateway/address");
        problems.Select(p => p.Field).ShouldContain("/gateway/adress");
        await EventuallyAsync("/gateway/new/Appointment/1", HttpStatusCode.OK);

        await File.WriteAllTextAsync(file, right.Replace("\"Appointment\", \"Slot\"", "\"Slot\"", StringComparison.Ordinal), Token);
        gateway.Reload();
        await EventuallyAsync("/gateway/new/Appointment/1", HttpStatusCode.Forbidden);
        await EventuallyAsync("/gateway/new/Slot/1", HttpStatusCode.OK);

        File.Delete(file);
        gateway.Reload();
        await EventuallyAsync("/gateway/new/Slot/1", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_hubs_own_token_goes_to_the_target_once_fetched_and_is_fetched_anew_after_401()
    {
        var secret = Path.Combine(gateway.Hub.DataFolder, "secret");
        await File.WriteAllTextAsync(secret, "s3cret", Token);
        gateway.WriteTarget("guarded", "RXG01", $$""" "auth": { "method": "client-secret-post", "tokenEndpoint": "{{new Uri(gateway.Backend.Address, "/token").AbsoluteUri}}", "clientId": "hub", "clientSecret": { "fromFile": "{{secret}}" } } """);
        gateway.Reload().Problems.ShouldBeEmpty();
        await EventuallyAsync("/gateway/guarded/Appointment/1", HttpStatusCode.OK);

        var first = await AuthorizationOfAsync("first");
        var second = await AuthorizationOfAsync("second");
        await GatewayTests.ShouldSayAsync(await gateway.GetAsync("/gateway/guarded/Appointment/refused"), 502, "PROXY_UNAUTHORIZED");
        var third = await AuthorizationOfAsync("third");

        first.ShouldBe("Bearer token-1");
        second.ShouldBe("Bearer token-1");
        third.ShouldBe("Bearer token-2");
    }

    [Fact]
    public async Task A_target_without_its_secret_is_not_called_and_a_secret_in_the_file_is_refused()
    {
        gateway.WriteTarget("lost", "RXG02", """ "auth": { "method": "basic", "username": "hub", "password": { "fromFile": "/nowhere/secret" } } """);
        gateway.WriteTarget("open", "RXG03", """ "auth": { "method": "basic", "username": "hub", "password": "in the file" } """);

        var problems = gateway.Reload().Problems;
        gateway.WriteTarget("open", "RXG03", """ "auth": { "method": "basic", "username": "hub", "password": { "fromFile": "/nowhere/secret" } } """); // the folder is others' too

        problems.ShouldContain(p => p.File == "open.json" && p.Field == "/gateway/auth/password");
        problems.Select(p => p.Text).ShouldAllBe(t => !t.Contains("in the file!", StringComparison.Ordinal));
        await EventuallyAsync("/gateway/lost/Appointment/1", HttpStatusCode.BadGateway);
        gateway.Backend.Seen.ShouldNotContain(s => s.Headers.ContainsKey("Authorization") && s.Headers["Authorization"].StartsWith("Basic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_target_that_says_it_is_not_well_is_not_called_until_it_is_well_again()
    {
        gateway.WriteTarget("ill", "RXI01", """ "healthPath": "health", "healthEvery": "00:00:01" """);
        gateway.Reload();
        await EventuallyAsync("/gateway/ill/Appointment/1", HttpStatusCode.OK);

        gateway.Backend.IsHealthy = false;
        await EventuallyAsync("/gateway/ill/Appointment/1", HttpStatusCode.ServiceUnavailable);
        var asked = gateway.Backend.Seen.Count;
        using var answer = await gateway.GetAsync("/gateway/ill/Appointment/1");
        await GatewayTests.ShouldSayAsync(answer, 503, "PROXY_UNAVAILABLE");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        gateway.Backend.Seen.Count.ShouldBe(asked);

        gateway.Backend.IsHealthy = true;
        await EventuallyAsync("/gateway/ill/Appointment/1", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_can_be_listed_and_are_forgotten_in_their_time()
    {
        using var answer = await gateway.GetAsync("/gateway/records/Slot/1");
        var id = Guid.Parse(answer.Headers.GetValues("X-Request-Id").Single());
        await gateway.AuditOfAsync(id);

        var (exit, output) = await HubProcess.RunAsync(["gateway", "calls", "--data", gateway.Hub.DataFolder, "--json", "--partner", "records"], Token);

        exit.ShouldBe(0);
        output.Split('\n').Single(l => l.Contains(id.ToString(), StringComparison.Ordinal)).ShouldContain("\"caller\":\"elm\",\"target\":\"records\",\"method\":\"GET\",\"resource\":\"Slot\",\"status\":200");
        (await gateway.Hub.Store.DeleteRecordsAsync(TimeSpan.FromDays(1), 100, Token)).Calls.ShouldBe(0);
        while ((await gateway.Hub.Store.DeleteRecordsAsync(TimeSpan.FromMilliseconds(-1), 1000, Token)).Calls > 0)
        {
            // Until none is left.
        }

        await using var context = gateway.Open();
        (await context.GatewayCalls.CountAsync(Token)).ShouldBe(0);
    }

    private async Task<string> AuthorizationOfAsync(string id)
    {
        using var answer = await gateway.GetAsync($"/gateway/guarded/Appointment/{id}");
        return gateway.Backend.Seen.Single(s => s.Target.EndsWith("/" + id, StringComparison.Ordinal)).Headers["Authorization"];
    }

    private Task EventuallyAsync(string path, HttpStatusCode status) => Eventually.HoldsAsync(async () =>
    {
        using var answer = await gateway.GetAsync(path);
        return answer.StatusCode == status;
    });
}
