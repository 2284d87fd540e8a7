using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The console as somebody uses it who has no script: pages are fetched, forms are filled in and sent, over the hub's own listener.</summary>
public sealed class ConsoleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_discharge_that_nobody_took_on_is_found_and_accepted_and_then_says_who_holds_the_person()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);

        var worklist = await console.OpenAsync("/console/handovers");
        var handover = await console.OpenAsync(Link(worklist, "a[href^='/console/handovers/']"));
        handover.QuerySelector(".hub-holder")!.TextContent.ShouldContain("No team has accepted.");
        var asked = await console.OpenAsync(handover.QuerySelectorAll("a").First(a => a.TextContent == "Community team takes the person on").GetAttribute("href")!);

        var saved = await console.SendAsync(asked, "form", ("act", "accept"), ("what", "D. Worker, South CMHT"), ("by", "Nora Nurse"), ("rang", "01632 960001"), ("spokeTo", "duty worker"), ("readBack", "true"));

        saved.QuerySelector(".nhsuk-error-summary").ShouldBeNull();
        saved.Body!.TextContent.ShouldContain("Accepted: Nora Nurse, known by phone. rang 01632 960001, spoke to duty worker, read back");
        (await console.OpenAsync("/console/handovers/1")).QuerySelector(".hub-holder")!.TextContent.ShouldContain("has accepted: D. Worker, South CMHT, told to us.");
    }

    [Fact]
    public async Task What_somebody_saw_is_acted_on_and_not_what_another_made_of_it_meanwhile()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var page = $"/console/obligations/{await AskedAsync(hub)}";
        var (mine, another) = (await console.OpenAsync(page), await console.OpenAsync(page));

        await console.SendAsync(another, "form", ("act", "decline"), ("what", "Lives in another team's patch"), ("by", "E. Other"));
        var refused = await console.SendAsync(mine, "form", ("act", "accept"), ("what", "D. Worker"), ("by", "Nora Nurse"));

        refused.QuerySelector(".nhsuk-error-summary")!.TextContent.ShouldContain("It has changed");
        var owed = (await hub.Host.Services.GetRequiredService<HandoverBook>().ObligationAsync(await AskedAsync(hub), Token))!.Entry.Obligation;
        owed.State.ShouldBe(ObligationState.Rejected);
        owed.Owner.ShouldBeNull();
    }

    [Fact]
    public async Task A_form_that_is_not_complete_says_what_is_missing_and_changes_nothing()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var page = await console.OpenAsync($"/console/obligations/{await AskedAsync(hub)}");

        var answer = await console.SendAsync(page, "form", ("act", "accept"), ("rang", "01632 960001"));

        answer.QuerySelectorAll(".nhsuk-error-summary a").Select(a => (a.GetAttribute("href"), a.TextContent)).ShouldBe(
        [
            ("#what", "Say who takes it on, or what, or why."), ("#by", "Give your name."), ("#rang", "Of a phone call, give both the number and whom you spoke to."),
        ]);
        answer.QuerySelectorAll(".nhsuk-error-summary a").ShouldAllBe(a => answer.QuerySelector(a.GetAttribute("href")!) != null);
        (await StepsAsync(hub)).ShouldNotContain(s => s.Act == "Accept");
    }

    [Fact]
    public async Task A_form_that_was_not_shown_by_this_hub_is_refused()
    {
        await using var hub = await DischargedAsync();
        using var http = new HttpClient { BaseAddress = hub.Host.Http };
        using var form = new FormUrlEncodedContent([new("act", "accept"), new("what", "D. Worker"), new("by", "Nora Nurse"), new("version", "1")]);

        (await http.PostAsync(new Uri($"/console/obligations/{await AskedAsync(hub)}", UriKind.Relative), form, Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        (await StepsAsync(hub)).ShouldNotContain(s => s.Act == "Accept");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_name_that_another_site_lets_point_here_opens_nothing(string host)
    {
        await using var hub = await TestHub.StartAsync();
        using var http = new HttpClient { BaseAddress = hub.Host.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/handovers") { Headers = { Host = host } };

        using var answer = await http.SendAsync(request, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldNotContain("<html", Case.Insensitive);
    }

    [Fact]
    public async Task Every_page_stands_by_itself_loads_nothing_from_elsewhere_and_runs_nothing_that_came_in_a_message()
    {
        await using var hub = await DischargedAsync(new Messages { Start = DateTimeOffset.UtcNowForMessages(), Family = "<script>alert(1)</script>", Given = "<img src=x onerror=alert(1)>" });
        using var console = new ConsoleBrowser(hub.Host.Http);
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token))[^1];
        string[] pages =
        [
            "/console", "/console/handovers", "/console/handovers?overdue=true", "/console/handovers/1", $"/console/obligations/{await AskedAsync(hub)}", "/console/attention",
            "/console/messages", "/console/messages?state=Delivered", $"/console/messages/{message.Received.Id}", $"/console/messages/{message.Received.Id}/replay/{message.Events[0].Deliveries[0].Delivery.Id}",
            "/console/partners", "/console/partners/elm", "/console/partners/north-epr", "/console/partners/elm/sheet", "/console/inbox/south-cmht", "/console/shift", "/console/arrivals",
            "/console/handovers/1/story", $"/console/people/{message.Events[0].Event.PersonId}", $"/console/messages/{message.Received.Id}/trace", "/console/try", "/console/clocks", "/console/alerts", "/console/system",
            "/console/reports", "/console/audit",
        ];
        foreach (var path in pages)
        {
            Judge(path, await console.OpenAsync(path), console.LastHeaders!);
        }

        var content = await console.SendAsync(await console.OpenAsync($"/console/messages/{message.Received.Id}"), "form[action*='Content']", ("by", "Nora Nurse"), ("note", "a call from the practice"));
        content.Body!.TextContent.ShouldContain("<script>alert(1)</script>", Case.Sensitive, "the message's own words, shown as words");
        content.QuerySelectorAll(".hub-letter").ShouldNotBeEmpty();
        Judge("content", content, console.LastHeaders!);
    }

    [Fact]
    public async Task What_was_sent_is_shown_as_its_reader_sees_it_and_element_by_element()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token))[^1];

        var page = await console.SendAsync(await console.OpenAsync($"/console/messages/{message.Received.Id}"), "form[action*='Content']", ("by", "Nora Nurse"), ("note", "a call from the practice"));

        var letter = page.QuerySelector(".hub-letter")!;
        letter.QuerySelector("h4")!.TextContent.ShouldContain("CRT discharge");
        letter.QuerySelectorAll("h5").Select(h => h.TextContent).ShouldContain("Allergies and adverse reactions");
        letter.TextContent.ShouldContain(new Messages().Family, Case.Insensitive);
        var tree = page.QuerySelectorAll(".hub-tree summary").Select(s => s.TextContent).ToList();
        tree.ShouldContain("1: MessageHeader");
        tree.ShouldContain(t => t.EndsWith(": Composition", StringComparison.Ordinal));
        page.QuerySelectorAll(".hub-tree li").Select(l => l.TextContent.Trim()).ShouldContain("resourceType: Patient");
    }

    [Fact]
    public async Task The_trail_says_who_looked_and_why_and_is_looked_through_by_who_and_what()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token))[^1].Received.Id;
        await console.SendAsync(await console.OpenAsync($"/console/messages/{message}"), "form[action*='Content']", ("by", "Nora Nurse"), ("note", "a call from the practice"));

        var all = await console.OpenAsync("/console/audit");
        var looked = (await console.OpenAsync("/console/audit?kind=read&who=nora")).QuerySelectorAll("main tbody tr");
        var nobody = await console.OpenAsync("/console/audit?who=Nobody+Of+That+Name");

        all.QuerySelectorAll("main tbody tr td:nth-child(4)").Select(c => c.TextContent).Distinct().ShouldBe(["answer", "read", "receive", "run", "send"], ignoreOrder: true);
        looked.ShouldHaveSingleItem().TextContent.ShouldContain("a call from the practice");
        looked[0].TextContent.ShouldContain($"message/{message}");
        nobody.QuerySelectorAll("main tbody tr").ShouldBeEmpty();
        nobody.Body!.TextContent.ShouldContain("Nothing fits in the records back to 1 ");
        all.Body!.TextContent.ShouldNotContain(new Messages().Family, Case.Insensitive);
    }

    [Fact]
    public async Task The_figures_of_the_month_are_those_of_the_report()
    {
        await using var hub = await DischargedAsync(new Messages { Start = DateTimeOffset.UtcNowForMessages().AddDays(-10) });
        using var console = new ConsoleBrowser(hub.Host.Http);
        using var http = hub.Http();
        var discharged = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).SelectMany(r => r.Events).Single(e => e.Event.Type == "discharge").Event.OccurredAt;
        var month = TimeZoneInfo.ConvertTime(discharged, TimeZoneInfo.FindSystemTimeZoneById("Europe/London")).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

        var page = await console.OpenAsync($"/console/reports?month={month}");
        var csv = await http.GetStringAsync(new Uri(page.QuerySelectorAll("a").Single(a => a.TextContent == "As CSV").GetAttribute("href")!, UriKind.Relative), Token);

        var rows = page.QuerySelectorAll("main tbody tr");
        var lines = csv.Split("\r\n").Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')).ToList();
        rows.Length.ShouldBe(lines.Count);
        lines.ShouldContain(l => l[5] == "1");
        rows.Zip(lines).ShouldAllBe(r => r.First.QuerySelectorAll("td")[3].TextContent == r.Second[7]);
        rows.Zip(lines).ShouldAllBe(r => r.First.TextContent.Contains(r.Second[5] == "0" ? "no case whose time is over" : $"{r.Second[4]} of {r.Second[5]} (", StringComparison.Ordinal));
        (await console.OpenAsync("/console/reports?month=2001-01")).Body!.TextContent.ShouldContain("No discharge of this month stands on record.");
        (await console.OpenAsync("/console/reports?month=May")).Body!.TextContent.ShouldContain("That is no month");
    }

    [Fact]
    public async Task A_refused_message_is_found_by_the_senders_id_and_says_which_field_was_wrong()
    {
        await using var hub = await TestHub.StartAsync();
        await using (var epr = hub.Epr())
        {
            TestHub.CodeOf(await epr.SendAsync(new Messages().Admission("WRONG1").Replace("PID|", "XID|", StringComparison.Ordinal), Token)).ShouldNotBe("AA");
        }

        using var console = new ConsoleBrowser(hub.Host.Http);
        var found = await console.SendAsync(await console.OpenAsync("/console/messages"), "form[method=post]", ("text", "WRONG1"));
        var page = await console.OpenAsync(Link(found, "main table a"));

        page.QuerySelectorAll("h2").Select(h => h.TextContent).ShouldContain("What was wrong");
        page.QuerySelector("main table strong")!.TextContent.ShouldStartWith("PID");
    }

    [Fact]
    public async Task A_person_is_found_by_number_and_the_number_stands_in_no_address()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var number = new Messages().NhsNumber;

        var found = await console.SendAsync(await console.OpenAsync("/console/messages"), "form[method=post]", ("text", number));

        found.QuerySelectorAll("main table tbody tr").Length.ShouldBe(2);
        console.Addresses.ShouldAllBe(a => !a.Contains(number, StringComparison.Ordinal));
        found.QuerySelectorAll("a[href]").ShouldAllBe(a => !a.GetAttribute("href")!.Contains(number, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_is_shown_to_whoever_says_why_and_to_nobody_else()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token))[^1].Received.Id;
        var page = await console.OpenAsync($"/console/messages/{message}");

        page.Body!.TextContent.ShouldNotContain(new Messages().NhsNumber);
        var refused = await console.SendAsync(page, "form[action*='Content']", ("by", "Nora Nurse"), ("note", ""));
        refused.QuerySelector(".nhsuk-error-summary")!.TextContent.ShouldContain("Say why.");
        refused.Body!.TextContent.ShouldNotContain(new Messages().NhsNumber);

        var shown = await console.SendAsync(page, "form[action*='Content']", ("by", "Nora Nurse"), ("note", "a call from the practice"));
        shown.Body!.TextContent.ShouldContain(new Messages().NhsNumber);
    }

    [Fact]
    public async Task A_partner_is_held_by_name_and_reason_and_sent_to_again()
    {
        await using var hub = await TestHub.StartAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);

        var page = await console.SendAsync(await console.OpenAsync("/console/partners"), "#elm form", ("by", "Olive Operator"), ("note", "their server moves tonight"));
        page.QuerySelector("#elm")!.TextContent.ShouldContain("held: their server moves tonight (Olive Operator)");
        (await hub.Store.FindPartnerAsync("elm", Token)).Paused.ShouldBeTrue();

        await console.SendAsync(page, "#elm form", ("perMinute", "60"), ("by", "T. Ester"), ("note", "they are back"));
        (await hub.Store.FindPartnerAsync("elm", Token)).HeldReason.ShouldBeNull();
    }

    [Fact]
    public async Task What_waits_for_a_person_is_let_go_with_name_and_reason_and_nothing_besides()
    {
        await using var hub = await TestHub.StartAsync();
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages().Admission("H1") + "ZU8|U|1|Yes|2\r", Token); // whereabouts hidden: every copy waits
        }

        (await hub.SettleAsync()).Held.ShouldBe(3);
        using var console = new ConsoleBrowser(hub.Host.Http);
        (await console.OpenAsync("/console/attention")).QuerySelectorAll("main table tbody tr").ShouldNotBeEmpty();
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 1, Token))[0];
        var copy = message.Events[0].Deliveries.Single(d => d.Delivery.PartnerId == "elm").Delivery.Id;

        var page = await console.OpenAsync($"/console/messages/{message.Received.Id}");
        (await console.SendAsync(page, $"form:has(input[value='{copy}'])", ("by", "Nora Nurse"), ("note", ""))).QuerySelector(".nhsuk-error-summary a")!.GetAttribute("href").ShouldBe($"#release-{copy}-note");
        (await hub.SettleAsync()).Held.ShouldBe(3);
        await console.SendAsync(page, $"form:has(input[value='{copy}'])", ("by", "Nora Nurse"), ("note", "practice confirmed by phone"));

        (await hub.SettleAsync()).Held.ShouldBe(2);
        hub.Practice.Received.ShouldHaveSingleItem();
        hub.Cmht.Received.ShouldBeEmpty();
        (await console.OpenAsync($"/console/messages/{message.Received.Id}")).Body!.TextContent.ShouldContain("closed by Nora Nurse: practice confirmed by phone");
    }

    [Fact]
    public async Task Several_entries_are_closed_at_once_with_name_and_reason_and_no_copy_leaves_by_it()
    {
        await using var hub = await TestHub.StartAsync();
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages().Admission("H1") + "ZU8|U|1|Yes|2\r", Token);
        }

        await hub.SettleAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var page = await console.OpenAsync("/console/attention");
        var waits = await hub.Timeline.AttentionAsync(50, Token);

        (await console.SendAsync(page, "main form", ("by", "Nora Nurse"), ("note", "all rung"))).QuerySelector(".nhsuk-error-summary")!.TextContent.ShouldContain("Choose at least one entry.");
        await console.SendAsync(page, "main form", ("ids", waits[0].Id.ToString()), ("ids", waits[1].Id.ToString()), ("by", "Nora Nurse"), ("note", "all rung"));

        var left = await hub.Timeline.AttentionAsync(50, Token);
        left.Count.ShouldBe(waits.Count - 2);
        (await hub.Timeline.AttentionEntryAsync(waits[1].Id, Token))!.ClosedBy.ShouldBe("Nora Nurse");
        hub.Practice.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/console/handovers?handler=Csv", 2)]
    [InlineData("/console/messages?handler=Csv", 3)]
    [InlineData("/console/attention?handler=Csv", 1)]
    [InlineData("/console/shift?handler=Csv", 1)]
    public async Task A_list_as_CSV_holds_ids_and_no_person_and_nothing_that_a_spreadsheet_would_run(string address, int atLeast)
    {
        await using var hub = await DischargedAsync();
        using var http = new HttpClient { BaseAddress = hub.Host.Http };

        var text = await http.GetStringAsync(new Uri(address, UriKind.Relative), Token);

        text.Split("\r\n").Length.ShouldBeGreaterThan(atLeast);
        text.ShouldNotContain(new Messages().Family, Case.Insensitive);
        text.ShouldNotContain(new Messages().NhsNumber);
        text.Split("\r\n").Skip(1).SelectMany(l => l.Split(",")).Where(c => c.Length > 1).ShouldAllBe(c => "=+-@".IndexOf(c[1], StringComparison.Ordinal) < 0);
    }

    [Fact]
    public async Task A_message_that_is_tried_shows_what_it_would_become_and_leaves_nothing_behind()
    {
        await using var hub = await TestHub.StartAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var form = await console.OpenAsync("/console/try");

        var answer = await console.SendAsync(form, "form", ("message", new Messages().Admission("T1").Replace("\r", "\r\n", StringComparison.Ordinal)));

        answer.QuerySelectorAll("h2").Select(h => h.TextContent).ShouldContain(t => t.StartsWith("To Elm Surgery: ", StringComparison.Ordinal));
        answer.QuerySelectorAll("tr").Select(r => r.TextContent).ShouldContain(t => t.Contains("Patient.birthDate", StringComparison.Ordinal) && t.Contains("PID-7 (Date of birth)", StringComparison.Ordinal));
        Judge("try", answer, console.LastHeaders!);
        (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).ShouldBeEmpty();
        hub.Practice.Received.ShouldBeEmpty();

        var wrong = await console.SendAsync(form, "form", ("message", new Messages().Admission("T2").Replace("PID|", "XID|", StringComparison.Ordinal)));
        wrong.QuerySelectorAll("h2").Select(h => h.TextContent).ShouldContain("What is wrong");
        (await console.SendAsync(form, "form", ("message", " "))).QuerySelector(".nhsuk-error-summary")!.TextContent.ShouldContain("Paste a message");
    }

    [Fact]
    public async Task The_duty_worker_sees_who_holds_the_person_tonight_and_whom_to_ring()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);

        var inbox = (await console.OpenAsync("/console/inbox/south-cmht")).Body!.TextContent;

        inbox.ShouldContain("No team has accepted.");
        inbox.ShouldContain("01632 960200");
        inbox.ShouldContain("Community team takes the person on");
        (await console.OpenAsync("/console/inbox/elm")).Body!.TextContent.ShouldNotContain("Community team takes the person on");
    }

    [Fact]
    public async Task What_was_not_reported_is_said_to_be_so_and_nothing_is_blank()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);

        var story = await console.OpenAsync("/console/handovers/1/story");

        story.Body!.TextContent.ShouldContain("No check was reported, which does not say that none is needed.");
        story.Body.TextContent.ShouldContain("Carer not asked.");
        story.Body.TextContent.ShouldContain("Medicines last reported to us, not confirmed");
        story.QuerySelectorAll("main td").ShouldAllBe(cell => cell.TextContent.Trim().Length > 0);
    }

    [Fact]
    public async Task What_a_partner_does_not_have_while_it_is_down_is_on_a_sheet_with_names()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Practice.StopListeningAsync();
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages { Start = DateTimeOffset.UtcNowForMessages() }.Admission("D1"), Token);
        }

        await Eventually.HoldsAsync(() => hub.Cmht.Received.Count > 0);
        using var console = new ConsoleBrowser(hub.Host.Http);

        var sheet = await console.OpenAsync("/console/partners/elm/sheet");

        sheet.QuerySelectorAll("main tbody tr").ShouldHaveSingleItem().TextContent.ShouldContain("MARLOW");
        (await console.OpenAsync("/console/partners/south-cmht/sheet")).Body!.TextContent.ShouldContain("It has everything.");
        var probed = await console.SendAsync(await console.OpenAsync("/console/partners/elm"), "form");
        probed.QuerySelectorAll("h2").Select(h => h.TextContent).ShouldContain("What was found");
    }

    [Fact]
    public async Task A_sheet_to_hand_over_prints_by_itself_and_runs_nothing()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);

        var sheet = await console.OpenAsync("/console/handovers/1/print/who-we-are");

        sheet.Body!.TextContent.ShouldContain("North Crisis Team");
        sheet.QuerySelectorAll("script, link, iframe, img[src^=http]").ShouldBeEmpty();
        console.LastHeaders!.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'");
        console.LastHeaders.GetValues("Content-Security-Policy").Single().ShouldNotContain("script-src");
    }

    [Fact]
    public async Task A_persons_timeline_holds_events_answers_and_acts_newest_first()
    {
        await using var hub = await DischargedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var person = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 1, Token))[0].Events[0].Event.PersonId;

        var lines = (await console.OpenAsync($"/console/people/{person}")).QuerySelectorAll("main table:last-of-type tbody tr td:nth-child(2)").Select(c => c.TextContent).ToList();

        lines.ShouldContain(l => l.StartsWith("Discharge reported", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("Elm Surgery: delivered", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("Community team takes the person on: owed since", StringComparison.Ordinal));
    }

    private static void Judge(string path, IHtmlDocument page, System.Net.Http.Headers.HttpResponseHeaders headers)
    {
        page.QuerySelectorAll("h1").Length.ShouldBe(1, path);
        page.QuerySelectorAll("main table").ShouldAllBe(t => t.QuerySelector("caption") != null, path);
        page.QuerySelectorAll("script:not([src]), style, [style], iframe, object, embed").ShouldBeEmpty(path);
        page.All.SelectMany(e => e.Attributes).ShouldAllBe(a => !a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase), path);
        page.QuerySelectorAll("[src], link[href]").Select(e => e.GetAttribute("src") ?? e.GetAttribute("href")!).ShouldAllBe(a => a.StartsWith("/console/assets/", StringComparison.Ordinal), path);
        page.QuerySelectorAll("input:not([type=hidden]), select, textarea").ShouldAllBe(f => page.QuerySelector($"label[for='{f.Id}']") != null, path);
        page.QuerySelectorAll("[id]").GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty(path);
        headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'", Case.Sensitive, path);
        headers.CacheControl!.NoStore.ShouldBeTrue(path);
        foreach (var link in page.QuerySelectorAll("link"))
        {
            link.Remove(); // the judge of pages has no server to fetch it from
        }

        Emitted.KeepPage("<!DOCTYPE html>\n" + page.DocumentElement.OuterHtml);
    }

    private static string Link(IHtmlDocument page, string selector) => page.QuerySelector(selector)!.GetAttribute("href")!;

    private static async Task<TestHub> DischargedAsync(Messages? who = null)
    {
        var messages = who ?? new Messages { Start = DateTimeOffset.UtcNowForMessages() };
        var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        TestHub.CodeOf(await epr.SendAsync(messages.Admission("A1"), Token)).ShouldBe("AA");
        TestHub.CodeOf(await epr.SendAsync(messages.Discharge("A2", messages.Start.AddDays(5)), Token)).ShouldBe("AA");
        await hub.SettleAsync();
        return hub;
    }

    private static async Task<Guid> AskedAsync(TestHub hub) =>
        (await hub.Host.Services.GetRequiredService<HandoverBook>().HandoverAsync(1, Token))!.Obligations.Single(o => o.Entry.Obligation.Kind == ObligationKind.CmhtAccepts).Entry.Obligation.Id;

    private static async Task<IReadOnlyList<StepView>> StepsAsync(TestHub hub) => (await hub.Host.Services.GetRequiredService<HandoverBook>().ObligationAsync(await AskedAsync(hub), Token))!.Steps;
}
