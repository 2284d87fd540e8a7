using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Signing in as a real browser does it, which keeps cookies from other sites, refuses forms that lead elsewhere, and says so.</summary>
public sealed class PeopleInBrowserTests(PeopleStage stage) : IClassFixture<PeopleStage>
{
    private const int Phone = 320;

    [Fact]
    public async Task Somebody_signs_in_acts_and_signs_out_with_the_keyboard_and_every_page_for_it_stands_before_axe()
    {
        await using var browser = await Chromium.StartAsync();
        var faults = new List<string>();
        await using (var window = await browser.OpenAsync(stage.Hub.Host.Http, Phone))
        {
            stage.Provider.Who = ScriptedProvider.Person("Una East", "Clinician", "East crisis");
            await window.GoAsync("/console/sign-in");
            await ConsoleInBrowserTests.JudgeAsync(window, "sign-in", Phone, faults);
            await window.PressAsync("main a.nhsuk-button");
            (await window.TextAsync()).ShouldContain("Signed in as Una East");

            await window.GoAsync("/console/break-glass");
            await ConsoleInBrowserTests.JudgeAsync(window, "break-glass", Phone, faults);
            await window.TypeAsync("#number", "991 200 3888");
            await window.TypeAsync("#why", "Found at the bridge, no notes here");
            await window.PressAsync("main form button[type=submit]");
            new Uri(window.Page.Url).AbsolutePath.ShouldBe($"/console/people/{(await stage.OfAsync(PeopleStage.Ama)).Person}");
            (await window.TextAsync()).ShouldContain("marlow", Case.Insensitive);
            await window.PressAsync("footer form button");
            (await window.TextAsync()).ShouldContain("You are signed out of the hub.");
            window.Complaints.ShouldBeEmpty();
        }

        foreach (var (role, page) in ((string, string)[])[("Auditor", "audit"), ("Administrator", "access"), ("Viewer", "handovers")])
        {
            await using var window = await browser.OpenAsync(stage.Hub.Host.Http, Phone);
            stage.Provider.Who = ScriptedProvider.Person($"Some {role}", role);
            await window.GoAsync("/console/" + page);
            new Uri(window.Page.Url).AbsolutePath.ShouldBe("/console/" + page, "from the provider, which is another site");
            await ConsoleInBrowserTests.JudgeAsync(window, $"people-{page}", Phone, faults);
            faults.AddRange(window.Complaints);
        }

        faults.ShouldBeEmpty();
    }
}
