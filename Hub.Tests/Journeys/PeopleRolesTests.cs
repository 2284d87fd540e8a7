using System.Reflection;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy;
using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What people who signed in see and do: each role at each page and act, one team's people and another's, and who saw them all the same.</summary>
public sealed class PeopleRolesTests(PeopleStage stage) : IClassFixture<PeopleStage>
{
    private const string AmaNumber = "9912003888";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_address_for_people_says_what_it_needs_and_so_does_every_act_on_a_page()
    {
        var endpoints = stage.Hub.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<EndpointAccess>() is { Rule: AccessRule.Operator }).ToList();
        endpoints.Count.ShouldBeGreaterThan(35);
        endpoints.Where(e => e.Metadata.GetMetadata<PersonNeed>() is null).Select(e => e.RoutePattern.RawText).ShouldBeEmpty();
        endpoints.Where(e => e.Metadata.GetMetadata<PersonNeed>() is { About: not About.Nobody } need && !e.RoutePattern.Parameters.Any(p => p.Name == need.Key)).ShouldBeEmpty("the part of the address that names somebody");

        var pages = endpoints.Select(e => e.RoutePattern.RawText!.Trim('/')).ToHashSet();
        PageNeeds.Pages.Keys.ShouldBeSubsetOf(pages);
        var models = typeof(HubOptions).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PageModel))).ToList();
        var acts = models.SelectMany(m => m.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)).Where(m => m.Name.StartsWith("OnPost", StringComparison.Ordinal) && m.DeclaringType!.Name != "SignInModel").ToList();
        acts.Count.ShouldBe(PageNeeds.Acts.Count);
        acts.Select(a => a.Name).Order().ShouldBe(PageNeeds.Acts.Keys.Select(k => k.Act).Order());
        PageNeeds.Acts.Keys.Select(k => k.Page).ShouldBeSubsetOf(PageNeeds.Pages.Keys);
        models.Where(m => m.GetProperty("By") is not null).ShouldAllBe(m => m.IsAssignableTo(typeof(IActs)));
        PageNeeds.Of("console/partners", "OnPostSomethingNew", "POST").ShouldBeNull("an act that nobody has thought of is for nobody");
    }

    // V viewer, C clinician of the team, O operator, E engineer, A administrator, U auditor: who is let in; everybody else is refused.
    [Fact]
    public async Task Each_role_opens_what_is_its_own_and_nothing_else()
    {
        var ama = await stage.OfAsync(PeopleStage.Ama);
        var delivery = await stage.ReadAsync(c => c.Deliveries.Where(d => d.PersonId == ama.Person).Select(d => d.Id).FirstAsync(Token));
        var entry = await stage.ReadAsync(c => c.Attention.Select(a => a.Id).FirstAsync(Token));
        (string Path, string Who)[] addresses =
        [
            ("/console", "VCOEAU"), ("/console/handovers", "VCOE"), ("/console/handovers?handler=Csv", "VCOE"), ("/console/shift", "C"), ("/console/shift?handler=Csv", "C"), ("/console/arrivals", "C"),
            ("/console/inbox/south-cmht", "C"), ("/console/attention", "VOE"), ("/console/attention?handler=Csv", "VOE"), ($"/console/attention/{entry}", "VOE"), ("/console/alerts", "VOE"),
            ("/console/messages", "VOE"), ("/console/messages?handler=Csv", "VOE"), ($"/console/messages/{ama.Message}", "VCOE"), ($"/console/messages/{ama.Message}/trace", "VCOE"),
            ($"/console/messages/{ama.Message}/replay/{delivery}", "O"), ("/console/partners", "VOE"), ("/console/partners/elm", "VOE"), ("/console/partners/elm/sheet", "O"),
            ("/console/try", "E"), ("/console/clocks", "VCOEAU"), ("/console/reports", "VCOEAU"), ("/console/system", "VCOEAU"), ("/console/break-glass", "COE"), ("/console/audit", "U"), ("/console/access", "A"),
            ($"/console/handovers/{ama.Episode}", "CO"), ($"/console/obligations/{ama.Obligation}", "CO"), ($"/console/people/{ama.Person}", "CO"),
            ($"/console/handovers/{ama.Episode}/story", "C"), ($"/console/handovers/{ama.Episode}/print/gp", "C"),
            ("/handovers", "VCOE"), ($"/handovers/{ama.Episode}", "CO"), ($"/handovers/{ama.Episode}/readiness", "CO"), ($"/obligations/{ama.Obligation}", "CO"),
            ("/notices", "VOE"), ("/reports/handovers?month=2026-05", "VCOEAU"), ("/reports/handovers/measures", "VCOEAU"), ($"/deliveries/{delivery}/readdress?practice=Y99001", "O"), ("/partners/elm/file", "VCOEAU"),
        ];
        (string Page, string Action, string Who)[] acts =
        [
            ("/console", $"/console/obligations/{ama.Obligation}", "CO"), ("/console", $"/console/attention/{entry}?handler=Close", "O"), ("/console", $"/console/attention/{entry}?handler=Release", "O"),
            ("/console", "/console/attention?handler=Close", "O"), ("/console", $"/console/messages/{ama.Message}?handler=Content", "C"), ("/console", $"/console/messages/{ama.Message}/trace", "C"),
            ("/console", $"/console/messages/{ama.Message}?handler=Release&delivery={delivery}", "O"), ("/console", $"/console/messages/{ama.Message}/replay/{delivery}", "O"), ("/console", "/console/partners?handler=Hold&id=elm", "O"),
            ("/console", "/console/partners?handler=Release&id=elm", "O"), ("/console", "/console/partners/elm?handler=Probe", "OE"), ("/console", "/console/try", "E"), ("/console", "/console/messages", "VOE"), ("/console", "/console/break-glass", "COE"),
            ("/console", "/console/partners?handler=hold&handler=Nothing&id=elm", "O"),
        ];
        var faults = new List<string>();
        foreach (var (letter, role) in ((char, string)[])[('V', "Viewer"), ('C', "Clinician"), ('O', "Operator"), ('E', "Engineer"), ('A', "Administrator"), ('U', "Auditor")])
        {
            using var browser = await stage.SignedInAsync($"Some {role}", role, role == "Clinician" ? ["North crisis"] : []);
            foreach (var (path, who) in addresses)
            {
                var status = (await browser.GetAsync(path)).Status;
                if (who.Contains(letter) ? status is not 200 : status is not (403 or 404))
                {
                    faults.Add($"{role} GET {path}: {status}");
                }
            }

            foreach (var (page, action, who) in acts)
            {
                var status = (await browser.SendAsync(page, action)).Status;
                if (who.Contains(letter) ? status is not (200 or 302) : status is not (403 or 404))
                {
                    faults.Add($"{role} POST {action}: {status}");
                }
            }
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_teams_people_are_not_there_in_no_list_and_under_no_address()
    {
        using var east = await stage.SignedInAsync("Eve East", "Clinician", "East crisis");
        var (ama, ben) = (await stage.OfAsync(PeopleStage.Ama), await stage.OfAsync(PeopleStage.Ben));
        var strange = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

        foreach (var (real, none) in ((string, string)[])
            [
                ($"/console/handovers/{ama.Episode}", "/console/handovers/987654"), ($"/console/handovers/{ama.Episode}/story", "/console/handovers/987654/story"), ($"/console/handovers/{ama.Episode}/print/gp", "/console/handovers/987654/print/gp"),
                ($"/console/obligations/{ama.Obligation}", $"/console/obligations/{strange}"), ($"/console/people/{ama.Person}", $"/console/people/{strange}"), ($"/console/messages/{ama.Message}", $"/console/messages/{strange}"),
                ($"/console/messages/{ama.Message}/trace", $"/console/messages/{strange}/trace"), ($"/handovers/{ama.Episode}", "/handovers/987654"), ($"/handovers/{ama.Episode}/readiness", "/handovers/987654/readiness"), ($"/obligations/{ama.Obligation}", $"/obligations/{strange}"),
            ])
        {
            var (hidden, missing) = (await east.GetAsync(real), await east.GetAsync(none));
            hidden.Status.ShouldBe(404, real);
            (hidden.Status, Plain(hidden.Text)).ShouldBe((missing.Status, Plain(missing.Text)), real);
        }

        await NothingOfAsync(east, "MARLOW", "Marlow", "BARLOW", "Barlow", $"/console/handovers/{ama.Episode}\"", ama.Obligation.ToString(), ben.Obligation.ToString());
        (await east.SendAsync("/console", $"/console/obligations/{ama.Obligation}", ("act", "waive"), ("what", "no"), ("version", "1"))).Status.ShouldBe(404);
        (await east.AskAsync(HttpMethod.Post, $"/obligations/{ama.Obligation}/waive", Json("""{"by":"x","what":"no"}"""))).Status.ShouldBe(404);

        using var south = await stage.SignedInAsync("Sam South", "Clinician", "South community");
        var list = (await south.GetAsync("/console/handovers")).Text;
        list.ShouldContain("MARLOW", Case.Insensitive);
        list.ShouldNotContain("BARLOW", Case.Insensitive, "what its system has not taken is not to be read around here");
        (await south.GetAsync($"/console/handovers/{ama.Episode}/story")).Status.ShouldBe(200);
        (await south.GetAsync($"/console/people/{ben.Person}")).Status.ShouldBe(404);
        (await south.GetAsync("/console/inbox/south-cmht")).Text.ShouldNotContain("BARLOW", Case.Insensitive);
        (await south.GetAsync("/handovers")).Text.ShouldNotContain(ben.Obligation.ToString());
    }

    [Fact]
    public async Task Who_sees_that_somebody_is_there_sees_no_name_and_who_sees_the_name_sees_no_content()
    {
        var ama = await stage.OfAsync(PeopleStage.Ama);
        foreach (var role in (string[])["Viewer", "Engineer"])
        {
            using var browser = await stage.SignedInAsync($"Some {role}", role);
            (await browser.GetAsync("/console/handovers")).Text.ShouldContain("Not shown to you");
            await NothingOfAsync(browser, "MARLOW", "Marlow", "BARLOW", "Barlow", "991 200 3888");
            (await browser.GetAsync($"/console/messages/{ama.Message}")).Text.ShouldNotContain("MARLOW", Case.Insensitive);
            var refused = await stage.ReadAsync(c => c.Deliveries.Where(d => d.State == DeliveryState.Refused).Select(d => d.Id).FirstAsync(Token));
            var page = (await browser.GetAsync($"/console/messages/{refused}")).Text;
            page.ShouldContain("are not shown to you");
            page.ShouldNotContain("not in the form that this system takes");
            page.ShouldContain("POSTCODE", Case.Insensitive, "its code is");
            (await browser.SendAsync("/console", "/console/messages", ("text", AmaNumber))).Text.ShouldContain("needs the role operator");
        }

        using var desk = await stage.SignedInAsync("Olivia Operator", "Operator");
        (await desk.GetAsync($"/console/messages/{await stage.ReadAsync(c => c.Deliveries.Where(d => d.State == DeliveryState.Refused).Select(d => d.Id).FirstAsync(Token))}")).Text.ShouldContain("not in the form that this system takes");
        var handover = (await desk.GetAsync($"/console/handovers/{ama.Episode}")).Text;
        handover.ShouldContain("MARLOW", Case.Insensitive);
        handover.ShouldContain("is for the teams that care for them");
        (await desk.SendAsync("/console", $"/console/messages/{ama.Message}?handler=Content", ("note", "to see"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_glass_is_broken_for_one_person_for_a_reason_and_a_while_and_somebody_is_told()
    {
        var (ama, ben) = (await stage.OfAsync(PeopleStage.Ama), await stage.OfAsync(PeopleStage.Ben));
        using var east = await stage.SignedInAsync("Una East", "Clinician", "East crisis");
        using var other = await stage.SignedInAsync("Ed East", "Clinician", "East crisis");

        (await east.SendAsync("/console/break-glass", "/console/break-glass", ("number", AmaNumber), ("why", "need"))).Text.ShouldContain("Say why, so that somebody else understands it.");
        (await east.GetAsync($"/console/people/{ama.Person}")).Status.ShouldBe(404);
        (await east.SendAsync("/console/break-glass", "/console/break-glass", ("number", "9434765919"), ("why", "Found at the bridge, no notes here"))).Text.ShouldContain("knows nobody of this number");
        using (var bare = new FormUrlEncodedContent([KeyValuePair.Create("number", AmaNumber), KeyValuePair.Create("why", "Found at the bridge, no notes here")]))
        {
            (await east.AskAsync(HttpMethod.Post, "/console/break-glass", bare)).Status.ShouldBe(400, "no form of ours");
        }

        var (status, _, to) = await east.SendAsync("/console/break-glass", "/console/break-glass", ("number", "991 200 3888"), ("why", "Found at the bridge, no notes here"));
        status.ShouldBe(302);
        to!.ToString().ShouldBe($"/console/people/{ama.Person}");

        (await east.GetAsync(to.ToString())).Text.ShouldContain("MARLOW", Case.Insensitive);
        (await east.GetAsync($"/console/handovers/{ama.Episode}/story")).Status.ShouldBe(200);
        (await east.GetAsync($"/console/people/{ben.Person}")).Status.ShouldBe(404, "one person");
        (await other.GetAsync($"/console/people/{ama.Person}")).Status.ShouldBe(404, "by who said why");
        var broken = (await stage.TrailAsync()).Where(e => e.Kind == AuditKind.BreakGlass && e.By.StartsWith("Una East", StringComparison.Ordinal)).ToList();
        broken.Select(e => e.What).ShouldBe(["person", $"person/{ama.Person}"]);
        broken.ShouldAllBe(e => e.Reason == "Found at the bridge, no notes here");
        var told = await stage.ReadAsync(c => c.Attention.SingleAsync(a => a.Kind == "break-glass" && a.PersonId == ama.Person, Token));
        told.Urgency.ShouldBe(Urgency.Urgent);
        told.Reason.ShouldStartWith("Una East (5550unaeast) opened one person that is not theirs to see, until ");
        (await stage.TrailAsync()).ShouldContain(e => e.Kind == AuditKind.Read && e.By == "Una East (5550unaeast)" && e.What == $"page/console/people/{ama.Person}");

        stage.Clock.Set(TimeSpan.FromMinutes(61));
        try
        {
            using var later = await stage.SignedInAsync("Una East", "Clinician", "East crisis");
            (await later.GetAsync($"/console/people/{ama.Person}")).Status.ShouldBe(404, "its time is over");
        }
        finally
        {
            stage.Clock.Set(-TimeSpan.FromMinutes(61));
        }
    }

    [Fact]
    public async Task What_is_done_is_done_in_the_name_of_who_signed_in_whatever_a_form_says()
    {
        var ama = await stage.OfAsync(PeopleStage.Ama);
        using var nora = await stage.SignedInAsync("Nora North", "Clinician", "North crisis");
        var page = $"/console/obligations/{ama.Obligation}";
        (await nora.GetAsync(page)).Text.ShouldContain("This is kept under your name: Nora North.");

        var version = (await stage.ReadAsync(c => c.Obligations.SingleAsync(o => o.Id == ama.Obligation, Token))).Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        (await nora.SendAsync(page, page, ("act", "ask"), ("what", "Which day suits?"), ("by", "Somebody Else"), ("version", version))).Status.ShouldBe(302);
        (await nora.AskAsync(HttpMethod.Post, $"/obligations/{ama.Obligation}/ask", Json("""{"by":"Somebody Else","what":"Which hour suits?"}"""))).Status.ShouldBe(200);
        (await nora.SendAsync($"/console/messages/{ama.Message}", $"/console/messages/{ama.Message}?handler=Content", ("by", "Somebody Else"), ("note", "To ring the practice"))).Text.ShouldContain("As it came");

        var steps = await stage.ReadAsync(c => c.ObligationSteps.Where(s => s.ObligationId == ama.Obligation && s.Channel == ActChannel.Person).Select(s => s.By).ToListAsync(Token));
        steps.ShouldBe(["Nora North (5550noranorth)", "Nora North (5550noranorth)"]);
        var trail = await stage.TrailAsync();
        trail.ShouldContain(e => e.Kind == AuditKind.Read && e.By == "Nora North (5550noranorth)" && e.Reason == "To ring the practice");
        trail.ShouldNotContain(e => e.By.Contains("Somebody Else"));
    }

    [Fact]
    public async Task A_page_elsewhere_cannot_act_through_somebodys_session()
    {
        var ama = await stage.OfAsync(PeopleStage.Ama);
        using var nora = await stage.SignedInAsync("Nina North", "Clinician", "North crisis");
        using var other = await stage.SignedInAsync("Nick North", "Clinician", "North crisis");
        async Task<int> PostAsync(string path, HttpContent content, params (string, string)[] headers) => (await nora.AskAsync(HttpMethod.Post, path, content, headers)).Status;

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("act", "waive"), KeyValuePair.Create("what", "no"), KeyValuePair.Create("version", "1")]);
        (await PostAsync($"/console/obligations/{ama.Obligation}", form)).ShouldBe(400, "no form of ours");
        var act = $"/obligations/{ama.Obligation}/waive";
        (await PostAsync(act, Json("""{"what":"no"}"""), ("Origin", "https://evil.example"))).ShouldBe(403);
        (await PostAsync(act, Json("""{"what":"no"}"""), ("Origin", "null"))).ShouldBe(403);
        (await PostAsync(act, Json("""{"what":"no"}"""), ("Sec-Fetch-Site", "cross-site"))).ShouldBe(403);
        (await PostAsync(act, Json("""{"what":"no"}"""), ("Sec-Fetch-Site", "cross-site"), ("Origin", nora.Hub.GetLeftPart(UriPartial.Authority)))).ShouldBe(403);
        (await PostAsync(act, Json("""{"what":"no"}"""), ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.example"))).ShouldBe(403);
        (await PostAsync($"/obligations/{ama.Obligation}/nothing", Json("""{"what":"no"}"""), ("Sec-Fetch-Site", "same-origin"), ("Origin", "null"))).ShouldBe(400, "the console's own form: it comes to the act");
        (await PostAsync($"/obligations/{ama.Obligation}/nothing", Json("""{"what":"no"}"""), ("Origin", nora.Hub.GetLeftPart(UriPartial.Authority)))).ShouldBe(400);
        (await PostAsync(act, Json("""{"what":"no"}"""), ("Sec-Fetch-Site", "same-site"))).ShouldBe(403);
        (await PostAsync(act, new StringContent("""{"what":"no"}""", Encoding.UTF8, "text/plain"))).ShouldBe(403, "what a form of another site could send");
        (await stage.ReadAsync(c => c.ObligationSteps.AnyAsync(s => s.ObligationId == ama.Obligation && s.Act == "Waive", Token))).ShouldBeFalse();

        // What one person's form holds is no good in another's session.
        var token = FormToken(await nora.GetAsync("/console"));
        FormUrlEncodedContent Theirs() => new([KeyValuePair.Create("why", "x"), KeyValuePair.Create("__RequestVerificationToken", token)]);
        (await PostAsync("/console/break-glass", Theirs())).ShouldBe(200);
        other.Cookies.Add(nora.Cookies.GetCookies(nora.Hub).Single(c => c.Name == "hub-form"));
        (await other.AskAsync(HttpMethod.Post, "/console/break-glass", Theirs())).Status.ShouldBe(400);
    }

    private static string FormToken((int Status, string Text, Uri? To) page) =>
        System.Text.RegularExpressions.Regex.Match(page.Text, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

    private static async Task NothingOfAsync(PersonBrowser browser, params string[] words)
    {
        foreach (var path in (string[])["/console", "/console/handovers", "/console/handovers?handler=Csv", "/console/shift", "/console/shift?handler=Csv", "/console/arrivals", "/console/inbox/south-cmht", "/console/partners/south-cmht", "/console/partners/elm/sheet", "/handovers?max=200"])
        {
            var (status, text, _) = await browser.GetAsync(path);
            status.ShouldBeOneOf(200, 403);
            foreach (var word in words)
            {
                text.Contains(word, StringComparison.Ordinal).ShouldBeFalse($"{word} at {path}");
            }
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    // A problem's trace id is of its request.
    private static string Plain(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\"traceId\":\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
