using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Hub.Proxy.Handovers;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The console in a real browser: what it looks like, whether it can be used without a mouse and without a script, and what hostile content does in it.</summary>
public sealed class ConsoleInBrowserTests(ConsoleStage stage) : IClassFixture<ConsoleStage>
{
    private const int Phone = 320;
    private const int Desk = 1280;

    private static readonly AxeRunOptions WcagAa = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    private static readonly string Shots = Directory.CreateDirectory(Repository.PathOf("artifacts", "console")).FullName;

    [Fact]
    public async Task Every_page_stands_before_axe_on_a_desk_and_on_a_phone_and_complains_of_nothing()
    {
        await Task.WhenAll(new[] { Desk, Phone }.Select(async width =>
        {
            var faults = new List<string>();
            await using var window = await stage.OpenAsync(width);
            foreach (var (name, path) in await PagesAsync())
            {
                await window.GoAsync(path);
                await JudgeAsync(window, name, width, faults);
            }

            await window.GoAsync($"/console/messages/{(await stage.MessagesAsync())[2]}");
            await ShowContentAsync(window);
            await JudgeAsync(window, "message-content", width, faults);
            faults.AddRange(window.Complaints);
            faults.ShouldBeEmpty();
        }));
    }

    [Fact]
    public async Task With_the_keyboard_alone_the_discharge_that_nobody_accepted_is_found_and_accepted()
    {
        await using var window = await stage.OpenAsync();
        await window.GoAsync("/console");
        await window.PressAsync("a[href='/console/handovers']");
        await window.PressAsync("a[href='/console/handovers/1']");
        (await window.TextAsync()).ShouldContain("No team has accepted.");
        await window.PressAsync($"a[href='/console/obligations/{await stage.ObligationAsync(1, ObligationKind.CmhtAccepts)}']");

        await window.TabToAsync("#act-accept, input[name=act]");
        await window.Page.Keyboard.PressAsync("Space");
        await window.TypeAsync("#what", "D. Worker, South CMHT");
        await window.TypeAsync("#by", "Nora Nurse");
        await window.PressAsync("main form button[type=submit]");

        (await window.TextAsync()).ShouldContain("Accepted: Nora Nurse");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_script_a_refused_copy_is_found_its_field_is_seen_and_it_is_sent_again()
    {
        await using var window = await stage.OpenAsync(script: false);
        await window.GoAsync("/console/messages");
        await window.Page.FillAsync("#text", ConsoleStage.RefusedId);
        await window.Page.ClickAsync("text=Find >> nth=-1");
        await window.Page.ClickAsync("main table a >> nth=0");
        (await window.Page.InnerTextAsync("main td strong >> nth=0")).ShouldBe("Patient.address[0].postalCode");

        await window.Page.ClickAsync("a:has-text('Send it again'):has-text('Elm Surgery')");
        var taken = stage.Hub.Practice.Applied.Count;
        await window.Page.CheckAsync("#form-remap");
        await window.Page.FillAsync("#by", "Olive Operator");
        await window.Page.FillAsync("#note", "The practice has corrected the address");
        await window.Page.ClickAsync("main form button[type=submit]");

        await Eventually.HoldsAsync(() => stage.Hub.Practice.Applied.Count > taken);
    }

    [Fact]
    public async Task A_field_that_an_element_comes_from_is_named_to_whoever_says_why_they_look()
    {
        await using var window = await stage.OpenAsync();
        await window.GoAsync($"/console/messages/{(await stage.MessagesAsync())[0]}/trace");
        (await window.TextAsync()).ShouldNotContain("MARLOW");
        await window.Page.FillAsync("#by", "Olive Operator");
        await window.Page.FillAsync("#note", "The practice refuses the address");
        await window.Page.ClickAsync("main form button[type=submit]");

        var row = await window.Page.InnerTextAsync("tr:has(td:text-is('Patient.birthDate')) >> nth=0");
        row.ShouldContain("PID-7 (Date of birth)");
    }

    [Fact]
    public async Task A_new_message_appears_without_a_reload()
    {
        await using var window = await stage.OpenAsync();
        await window.GoAsync("/console");
        await using (var epr = stage.Hub.Epr())
        {
            await epr.SendAsync((ConsoleStage.Ama with { LocalId = "T4000", Visit = "E4000", NhsNumber = "", Family = "LATER", Given = "LEN" }).Admission("LIVE1"), TestContext.Current.CancellationToken);
        }

        await window.Page.WaitForSelectorAsync("[data-live] >> text=LIVE1", new PageWaitForSelectorOptions { Timeout = 10_000 });
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_came_in_a_message_is_words_on_every_page_and_runs_nowhere()
    {
        await using var window = await stage.OpenAsync();
        foreach (var path in new[] { "/console/handovers", "/console/handovers/2", $"/console/obligations/{await stage.ObligationAsync(2, ObligationKind.CmhtAccepts)}" })
        {
            await window.GoAsync(path);
            (await window.TextAsync()).ShouldContain("<script>", Case.Insensitive, path);
            (await window.Page.TitleAsync()).ShouldNotContain("taken");
        }

        await window.GoAsync($"/console/messages/{(await stage.MessagesAsync())[2]}");
        await ShowContentAsync(window);
        (await window.TextAsync()).ShouldContain("<img src=x onerror=alert(1)>");
        window.Complaints.ShouldBeEmpty();
    }

    private static async Task ShowContentAsync(Window window)
    {
        await window.Page.FillAsync("#content-by", "Nora Nurse");
        await window.Page.FillAsync("#content-note", "a call from the practice");
        await window.Page.ClickAsync("text=Show the content");
    }

    internal static async Task JudgeAsync(Window window, string name, int width, List<string> faults)
    {
        var before = faults.Count;
        var over = await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over > 0)
        {
            faults.Add($"{name} at {width}: {over} px stand out sideways");
        }

        var found = await window.Page.RunAxe(WcagAa);
        faults.AddRange(found.Violations.SelectMany(v => v.Nodes.Select(n => $"{name} at {width}: {v.Id}: {n.Target} {n.Html}")));
        if (found.Passes.Length == 0)
        {
            faults.Add($"{name} at {width}: axe looked at nothing");
        }

        if (faults.Count > before)
        {
            await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}-{width}.png"), FullPage = true });
        }
    }

    private async Task<IReadOnlyList<(string Name, string Path)>> PagesAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var first = (await stage.Hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, token))[0];
        var copy = first.Events[0].Deliveries.First(d => d.Delivery.PartnerId == "elm").Delivery.Id;
        var waits = await stage.Hub.Timeline.AttentionAsync(50, token);
        return
        [
            ("today", "/console"), ("handovers", "/console/handovers"), ("handover", "/console/handovers/1"), ("handover-hostile", "/console/handovers/2"),
            ("obligation", $"/console/obligations/{await stage.ObligationAsync(1, ObligationKind.GpInformed)}"), ("attention", "/console/attention"), ("attention-entry", $"/console/attention/{waits[0].Id}"),
            ("messages", "/console/messages"), ("message", $"/console/messages/{first.Received.Id}"), ("trace", $"/console/messages/{first.Received.Id}/trace"),
            ("replay", $"/console/messages/{first.Received.Id}/replay/{copy}"), ("partners", "/console/partners"),
            ("partner", "/console/partners/elm"), ("source", "/console/partners/north-epr"), ("partner-sheet", "/console/partners/elm/sheet"), ("inbox", "/console/inbox/south-cmht"), ("shift", "/console/shift"),
            ("arrivals", "/console/arrivals"), ("story", "/console/handovers/2/story"), ("person", $"/console/people/{first.Events[0].Event.PersonId}"),
            ("try", "/console/try"), ("clocks", "/console/clocks"), ("alerts", "/console/alerts"), ("reports", "/console/reports"), ("audit", "/console/audit"), ("system", "/console/system"),
        ];
    }
}
