using Hub.Proxy.Access.People;
using Hub.Proxy.Audit;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The one account of the hub's own: made by a token that counts once, administrator and nothing else, and not to be guessed.</summary>
public sealed class FirstAdministratorTests
{
    private const string Password = "correct horse battery";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_administrator_is_made_by_a_token_once_sees_nobody_and_is_not_guessed()
    {
        var clock = new ShiftedTime();
        await using var hub = await TestHub.StartAsync(
            TestPartners.Patience, new Dictionary<string, string?> { ["Hub:People:FirstAdministrator"] = "true" }, services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        using var browser = new PersonBrowser(hub.Host.Http);
        async Task<(int Status, string Text, Uri? To)> MakeAsync(string token, string password = Password) =>
            await browser.SendAsync("/console/sign-in", "/console/sign-in?handler=First", ("token", token), ("name", "Ada Admin"), ("password", password));
        async Task<(int Status, string Text, Uri? To)> SignInAsync(string name, string password) =>
            await browser.SendAsync("/console/sign-in", "/console/sign-in?handler=Local", ("name", name), ("password", password));

        (await browser.FollowAsync("/console/partners")).At.AbsolutePath.ShouldBe("/console/sign-in");
        (await browser.GetAsync("/handovers")).Status.ShouldBe(401);
        (await MakeAsync("")).Text.ShouldContain("This is not the token");
        (await SignInAsync("Ada Admin", Password)).Status.ShouldBe(404, "nobody has made an account");

        var old = await TokenAsync(hub);
        var token = await TokenAsync(hub);
        (await MakeAsync(old)).Text.ShouldContain("This is not the token", customMessage: "a new one ends the one before");
        (await MakeAsync(token, "too short")).Text.ShouldContain("14 characters or more");
        var (status, _, to) = await MakeAsync(token);
        (status, to!.ToString()).ShouldBe((302, "/console"));

        (await browser.GetAsync("/console/access")).Text.ShouldContain("Signed in as Ada Admin (first administrator): administrator");
        foreach (var path in (string[])["/console/messages", "/console/handovers", "/console/shift", "/console/partners", "/console/try", "/console/audit", "/console/break-glass", "/handovers"])
        {
            (await browser.GetAsync(path)).Status.ShouldBe(403, path);
        }

        await browser.SendAsync("/console", "/console/sign-in?handler=Out");
        (await MakeAsync(token)).Status.ShouldBe(404, "the token counts once");
        (await HubProcess.RunAsync(["people", "first-administrator", "--data", hub.DataFolder], Token)).Exit.ShouldNotBe(0);
        (await SignInAsync("Ada Admin", Password)).Status.ShouldBe(302);
        await browser.SendAsync("/console", "/console/sign-in?handler=Out");

        for (var i = 0; i < 5; i++)
        {
            (await SignInAsync("Ada Admin", "wrong horse battery")).Text.ShouldContain("Name or password is wrong");
        }

        (await SignInAsync("Ada Admin", Password)).Status.ShouldBe(200, "the right one too, for a quarter of an hour");
        clock.Set(TimeSpan.FromMinutes(16));
        (await SignInAsync("Somebody Else", Password)).Status.ShouldBe(200);
        (await SignInAsync("Ada Admin", Password)).Status.ShouldBe(302);

        var kept = await File.ReadAllTextAsync(Path.Combine(hub.DataFolder, FirstAdministrator.FileName), Token);
        kept.ShouldNotContain(Password);
        kept.ShouldNotContain(token);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(hub.DataFolder, FirstAdministrator.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var trail = new List<AuditEntry>();
        await foreach (var row in new AuditTrail(StoreOptions.ForReading(hub.DataFolder)).ReadAsync(null, Token))
        {
            trail.AddRange(AuditRecord.Read(row.Content));
        }

        trail.Count(e => e is { Kind: AuditKind.SignIn, By: "Ada Admin (first administrator)", Result: "Administrator" }).ShouldBe(3);
        trail.Count(e => e is { Kind: AuditKind.Refuse, What: "sign-in", Result: "password" }).ShouldBe(7);
        trail.Count(e => e is { Kind: AuditKind.Refuse, What: "first-administrator", Result: "token" }).ShouldBe(2);
    }

    [Fact]
    public void A_token_is_good_for_a_day_and_only_its_hash_is_kept()
    {
        var folder = Directory.CreateTempSubdirectory("hub-first-");
        try
        {
            var token = FirstAdministrator.MakeToken(folder.FullName, TimeProvider.System.GetUtcNow()).ShouldNotBeNull();
            token.Length.ShouldBe(40);
            var kept = File.ReadAllText(Path.Combine(folder.FullName, FirstAdministrator.FileName));
            kept.ShouldNotContain(token);
            kept.ShouldContain("TokenUntil");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> TokenAsync(TestHub hub)
    {
        var (exit, output) = await HubProcess.RunAsync(["people", "first-administrator", "--data", hub.DataFolder], Token);
        exit.ShouldBe(0, output);
        return output.Split("Token: ")[1].Split('\n')[0].Trim();
    }
}
