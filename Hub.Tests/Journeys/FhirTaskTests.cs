using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A team answers what it was asked from its own system, by FHIR Task: over real listeners and a real store.</summary>
public sealed class FhirTaskTests
{
    private const string JsonPatch = "application/json-patch+json";
    private const string Fhir = "application/fhir+json";

    private static readonly PatientRef Ama = Cases.Ama with { GpPractice = OdsCode.Parse("Y99001") };
    private static readonly Team South = Cases.Cmht with { Organisation = OdsCode.Parse("RXN02"), LocalCode = "SCMHT" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_Task_that_is_read_is_the_one_that_was_sent_and_is_valid()
    {
        await using var hub = await AskedAsync();
        var sent = JsonNode.Parse(hub.Cmht.Received[^1].Bytes.Span)!["entry"]!.AsArray().Select(e => e!["resource"]!).Single(r => (string?)r["id"] == TaskOf(hub));

        var (read, tag) = await ReadAsync(hub, "south-cmht", TaskOf(hub));

        foreach (var same in (string[])["id", "description", "intent", "authoredOn", "identifier", "restriction"])
        {
            JsonNode.DeepEquals(read[same], sent[same]).ShouldBeTrue(same);
        }

        ((string?)read["for"]!["reference"]).ShouldBe((string?)sent["for"]!["reference"]);
        ((string?)read["for"]!["identifier"]!["value"]).ShouldBe("9912003888");
        ((string?)read["status"], (string?)read["businessStatus"]!["coding"]![0]!["code"]).ShouldBe(("received", "told"));
        tag.ShouldBe($"W/\"{read["meta"]!["versionId"]}\"");
        using var http = hub.Http();
        using var judged = await http.PostAsync(new Uri("/fhir/$validate", UriKind.Relative), new StringContent(read.ToJsonString(), Encoding.UTF8, Fhir), Token);
        var issues = JsonNode.Parse(await judged.Content.ReadAsStringAsync(Token))!["issue"]!.AsArray();
        issues.ShouldAllBe(i => (string?)i!["severity"] != "error" && (string?)i!["severity"] != "warning");
    }

    [Theory]
    [InlineData(JsonPatch, """[{ "op": "replace", "path": "/status", "value": "accepted" }, { "op": "replace", "path": "/owner/display", "value": "D. Worker, South CMHT" }]""")]
    [InlineData(Fhir, """
        { "resourceType": "Parameters", "parameter": [
          { "name": "operation", "part": [{ "name": "type", "valueCode": "replace" }, { "name": "path", "valueString": "Task.status" }, { "name": "value", "valueCode": "accepted" }] },
          { "name": "operation", "part": [{ "name": "type", "valueCode": "replace" }, { "name": "path", "valueString": "Task.owner" }, { "name": "value", "valueReference": { "display": "D. Worker, South CMHT" } }] } ] }
        """)]
    public async Task A_team_accepts_from_its_own_system_and_holds_the_person(string media, string patch)
    {
        await using var hub = await AskedAsync();
        var (_, tag) = await ReadAsync(hub, "south-cmht", TaskOf(hub));

        var (status, task) = await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, media, patch, tag);

        status.ShouldBe(HttpStatusCode.OK, task.ToJsonString());
        ((string?)task["status"], (string?)task["owner"]!["display"]).ShouldBe(("accepted", "D. Worker, South CMHT"));
        var view = await HandoverAsync(hub);
        view.Holder[0].ShouldBe("South CMHT has accepted: D. Worker, South CMHT.");
        var step = Asked(view).Steps[^1];
        (step.Act, step.Channel, step.By).ShouldBe(("Accept", ActChannel.System, "South CMHT"));
    }

    [Fact]
    public async Task Who_has_not_read_what_stands_changes_nothing()
    {
        await using var hub = await AskedAsync();
        var (_, tag) = await ReadAsync(hub, "south-cmht", TaskOf(hub));
        const string accept = """[{ "op": "replace", "path": "/status", "value": "accepted" }]""";
        const string ask = """[{ "op": "replace", "path": "/businessStatus", "value": { "coding": [{ "system": "https://fhir.crt-hub.example/CodeSystem/business-status", "code": "more-information-asked" }] } }, { "op": "add", "path": "/note/-", "value": { "text": "Which medicines?" } }]""";

        (await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch, accept, null)).Status.ShouldBe(HttpStatusCode.PreconditionRequired);
        var (status, asked) = await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch, ask, tag);
        status.ShouldBe(HttpStatusCode.OK, asked.ToJsonString());
        ((string?)asked["note"]![0]!["text"]).ShouldBe("Which medicines?");
        (await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch, accept, tag)).Status.ShouldBe(HttpStatusCode.PreconditionFailed);

        Asked(await HandoverAsync(hub)).Entry.Obligation.Owner.ShouldBeNull();
    }

    [Fact]
    public async Task A_decline_needs_its_reason_which_goes_back_to_the_crisis_team()
    {
        await using var hub = await AskedAsync();
        var (_, tag) = await ReadAsync(hub, "south-cmht", TaskOf(hub));

        var (refused, why) = await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch, """[{ "op": "replace", "path": "/status", "value": "rejected" }]""", tag);
        refused.ShouldBe(HttpStatusCode.UnprocessableEntity);
        why.ToJsonString().ShouldContain("status rejected with statusReason.text");

        var (status, task) = await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch,
            """[{ "op": "replace", "path": "/status", "value": "rejected" }, { "op": "add", "path": "/statusReason", "value": { "text": "Lives in another patch" } }]""", tag);
        var asked = Asked(await HandoverAsync(hub)).Entry.Obligation.Id;
        (status, (string?)task["statusReason"]!["text"]).ShouldBe((HttpStatusCode.OK, "Lives in another patch"));
        (await hub.Timeline.AttentionAsync(20, Token)).ShouldContain(a => a.Kind == "declined" && a.ObligationId == asked);
    }

    [Fact]
    public async Task What_cannot_follow_is_said_with_what_can_and_the_words_of_the_ask_are_the_senders()
    {
        await using var hub = await AskedAsync();
        var (read, tag) = await ReadAsync(hub, "south-cmht", TaskOf(hub));
        read["description"] = "Something else";

        (await ChangeAsync(hub, "south-cmht", HttpMethod.Put, Fhir, read.ToJsonString(), tag)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var (early, possible) = await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch, """[{ "op": "replace", "path": "/status", "value": "in-progress" }]""", tag);
        early.ShouldBe(HttpStatusCode.UnprocessableEntity);
        possible.ToJsonString().ShouldContain("Possible now: status accepted");

        var (whole, _) = await ReadAsync(hub, "south-cmht", TaskOf(hub));
        whole["status"] = "completed";
        var (done, task) = await ChangeAsync(hub, "south-cmht", HttpMethod.Put, Fhir, whole.ToJsonString(), tag);
        (done, (string?)task["status"]).ShouldBe((HttpStatusCode.OK, "completed"));
        var (closed, nothing) = await ChangeAsync(hub, "south-cmht", HttpMethod.Patch, JsonPatch, """[{ "op": "replace", "path": "/status", "value": "rejected" }, { "op": "add", "path": "/statusReason", "value": { "text": "late" } }]""", $"W/\"{task["meta"]!["versionId"]}\"");
        (closed, nothing.ToJsonString().Contains("nothing can follow", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.UnprocessableEntity, true));
    }

    [Fact]
    public async Task Anothers_Task_cannot_be_told_from_one_that_does_not_exist()
    {
        await using var hub = await AskedAsync();
        using var http = hub.Http();

        var anothers = await GetAsync(http, "elm", $"/fhir/Task/{TaskOf(hub)}");
        var nobodys = await GetAsync(http, "elm", "/fhir/Task/00000000-0000-0000-0000-000000000001");

        (anothers.Status, anothers.Body).ShouldBe((HttpStatusCode.NotFound, nobodys.Body));
        (await ChangeAsync(hub, "elm", HttpMethod.Patch, JsonPatch, "[]", "W/\"1\"")).Status.ShouldBe(HttpStatusCode.NotFound);
        Ids(await GetAsync(http, "elm", "/fhir/Task?_count=50")).ShouldNotContain(TaskOf(hub));
        (await GetAsync(http, "nobody", "/fhir/Task")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Tasks_are_found_by_person_in_the_body_of_a_search_and_never_in_an_address()
    {
        await using var hub = await AskedAsync();
        using var http = hub.Http();
        const string number = "https://fhir.nhs.uk/Id/nhs-number|9912003888";

        var inAddress = await GetAsync(http, "south-cmht", "/fhir/Task?patient:identifier=" + Uri.EscapeDataString(number));
        inAddress.Status.ShouldBe(HttpStatusCode.BadRequest);
        var found = await SearchAsync(http, ("patient:identifier", number), ("status", "received"), ("_count", "1"));
        Ids(found).Count.ShouldBe(1);
        found.Body.Split("\"url\":")[1].Split('"')[1].ShouldNotContain("9912003888");
        Ids(await SearchAsync(http, ("patient:identifier", "https://fhir.nhs.uk/Id/nhs-number|9912003071"))).ShouldBeEmpty();
        Ids(await SearchAsync(http, ("owner:identifier", "https://fhir.nhs.uk/Id/ods-organization-code|RXN02"))).ShouldContain(TaskOf(hub));
        Ids(await SearchAsync(http, ("owner:identifier", "https://fhir.nhs.uk/Id/ods-organization-code|Y99001"))).ShouldBeEmpty();
        Ids(await SearchAsync(http, ("_lastUpdated", "gt2030-01-01T00:00:00Z"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_follow_each_other_and_every_Task_is_on_one_of_them()
    {
        await using var hub = await AskedAsync();
        using var http = hub.Http();
        var all = Ids(await GetAsync(http, "elm", "/fhir/Task?_count=50"));
        all.Count.ShouldBeGreaterThan(1);

        var (paged, next) = (new List<string>(), "/fhir/Task?_count=1");
        while (next is not null)
        {
            var page = await GetAsync(http, "elm", next);
            paged.AddRange(Ids(page));
            next = JsonNode.Parse(page.Body)!["link"]!.AsArray().Where(l => (string?)l!["relation"] == "next").Select(l => (string?)l!["url"]).SingleOrDefault();
        }

        paged.ShouldBe(all);
        (await GetAsync(http, "elm", "/fhir/Task?_page=bm9uc2Vuc2U")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_has_not_reached_a_partner_cannot_be_read_around_the_line()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("south-cmht", file => file["settings"]!["endpoint"] = "http://127.0.0.1:9/fhir/$process-message");
        await AskAsync(hub);
        using var http = hub.Http();

        Ids(await GetAsync(http, "south-cmht", "/fhir/Task")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_asked_of_another_instead_is_no_longer_the_first_teams_to_answer()
    {
        await using var hub = await AskedAsync();
        var asked = Asked(await HandoverAsync(hub)).Entry.Obligation.Id;
        var evidence = new Evidence { At = TimeProvider.System.GetUtcNow(), Channel = ActChannel.Person, By = "Nora Nurse" };

        await hub.Host.Services.GetRequiredService<ObligationDesk>().ActAsync(asked, new Reassign { Evidence = evidence, To = "North CMHT" }, null, Token);

        using var http = hub.Http();
        (await GetAsync(http, "south-cmht", $"/fhir/Task/{TaskOf(hub)}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_capability_statement_says_what_can_be_done_with_Tasks()
    {
        await using var hub = await TestHub.StartAsync();
        using var http = hub.Http();

        var statement = JsonNode.Parse(await http.GetStringAsync(new Uri("/fhir/metadata", UriKind.Relative), Token))!;

        var task = statement["rest"]![0]!["resource"]!.AsArray().Single(r => (string?)r!["type"] == "Task")!;
        task["interaction"]!.AsArray().Select(i => (string?)i!["code"]).ShouldBe(["read", "search-type", "update", "patch"]);
    }

    private static async Task<TestHub> AskedAsync()
    {
        var hub = await TestHub.StartAsync();
        await AskAsync(hub);
        await hub.SettleAsync();
        return hub;
    }

    private static Task<IntakeReceipt> AskAsync(TestHub hub)
    {
        var discharge = Cases.Discharge() with { Patient = Ama, GpOnly = false, DestinationTeams = [South] };
        return hub.Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(Plans.Received("discharge") with { SourceId = "north-epr" }, [discharge], Token);
    }

    private static string TaskOf(TestHub hub) => JsonNode.Parse(hub.Cmht.Received[^1].Bytes.Span)!["entry"]!.AsArray().Select(e => e!["resource"]!)
        .Where(r => (string?)r["resourceType"] == "Task" && ((string?)r["description"])!.Contains("whether you accept, ", StringComparison.Ordinal))
        .Select(r => (string)r["id"]!).First();

    private static async Task<HandoverView> HandoverAsync(TestHub hub)
    {
        var book = hub.Host.Services.GetRequiredService<HandoverBook>();
        var episode = (await book.FindEpisodeAsync("RX1", Cases.Episode.LocalId, Token)).ShouldNotBeNull();
        return (await book.HandoverAsync(episode, Token)).ShouldNotBeNull();
    }

    private static ObligationView Asked(HandoverView view) => view.Obligations.Single(o => o.Entry.Obligation.Kind == ObligationKind.CmhtAccepts);

    private static async Task<(JsonObject Task, string Tag)> ReadAsync(TestHub hub, string caller, string id)
    {
        using var http = hub.Http();
        http.DefaultRequestHeaders.Add("X-Source", caller);
        using var answer = await http.GetAsync(new Uri($"/fhir/Task/{id}", UriKind.Relative), Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject(), answer.Headers.ETag!.ToString());
    }

    private static async Task<(HttpStatusCode Status, JsonObject Body)> ChangeAsync(TestHub hub, string caller, HttpMethod method, string media, string body, string? tag)
    {
        using var http = hub.Http();
        using var request = new HttpRequestMessage(method, $"/fhir/Task/{TaskOf(hub)}") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(media);
        request.Headers.Add("X-Source", caller);
        if (tag is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(tag));
        }

        using var answer = await http.SendAsync(request, Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject());
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient http, string caller, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("X-Source", caller);
        using var answer = await http.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task<(HttpStatusCode Status, string Body)> SearchAsync(HttpClient http, params (string Name, string Value)[] parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/Task/_search") { Content = new FormUrlEncodedContent(parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))) };
        request.Headers.Add("X-Source", "south-cmht");
        using var answer = await http.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static List<string> Ids((HttpStatusCode Status, string Body) page)
    {
        page.Status.ShouldBe(HttpStatusCode.OK, page.Body);
        return [.. (JsonNode.Parse(page.Body)!["entry"]?.AsArray() ?? []).Select(e => (string)e!["resource"]!["id"]!)];
    }
}
