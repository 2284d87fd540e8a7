using System.Net;
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

/// <summary>The system that sent a discharge asks how its handover stands, by its own ids: over real listeners and a real store.</summary>
public sealed class SenderStatusTests
{
    private const string Sender = "north-json";
    private const string Message = "SENT-1";

    private static readonly PatientRef Ama = Cases.Ama with { GpPractice = OdsCode.Parse("Y99001") };
    private static readonly Team South = Cases.Cmht with { Organisation = OdsCode.Parse("RXN02"), LocalCode = "SCMHT" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sender_reads_who_has_its_message_and_who_has_accepted_and_the_first_is_never_the_second()
    {
        await using var hub = await TestHub.StartAsync();
        var sent = await DischargeAsync(hub);
        using var http = hub.Http();

        var (status, told) = await GetAsync(http, Sender, $"/events/{sent}/handover");

        status.ShouldBe(HttpStatusCode.OK, told);
        var before = JsonNode.Parse(told)!;
        var line = LineOf(before, "South CMHT");
        line.ShouldContain("South CMHT's system has it");
        line.ShouldNotContain("accepted");
        ((string?)before["holder"]![0])!.ShouldStartWith("No team has accepted.");
        var asked = Owed(before, "cmht-accepts");
        ((string?)asked["state"], (bool)asked["isOpen"]!, (bool)asked["isOverdue"]!).ShouldBe(("received", true, true));
        ((string?)asked["line"])!.ShouldContain("we are not told when someone reads it");
        ((string?)before["episode"]).ShouldBe(Cases.Episode.LocalId);

        var id = Guid.Parse((string)asked["id"]!);
        await ActAsync(hub, id, e => new Accept { Evidence = e, Owner = "D. Worker" });

        var (_, toldAfter) = await AskAsync(http, Sender, $$"""{ "message": "{{Message}}" }""");
        var after = JsonNode.Parse(toldAfter)!["handovers"]!.AsArray().ShouldHaveSingleItem()!;
        LineOf(after, "South CMHT").ShouldStartWith("South CMHT: accepted by D. Worker at ");
        LineOf(after, "Elm Surgery").ShouldNotContain("accepted");
        var answered = Owed(after, "cmht-accepts");
        ((bool)answered["isOpen"]!, (bool)answered["isOverdue"]!).ShouldBe((false, false));
        ((string?)after["holder"]![0]).ShouldBe("South CMHT has accepted: D. Worker.");
        var late = await hub.Host.Services.GetRequiredService<HandoverBook>().WorklistAsync(new(null, null, TimeProvider.System.GetUtcNow().AddYears(1), null, 200), Token);
        late.ShouldNotBeEmpty();
        late.ShouldNotContain(o => o.Obligation.Id == id);

        foreach (var text in (string[])[told, toldAfter])
        {
            foreach (var person in (string?[])[Ama.NhsNumber!.Value, Ama.Name!.Family, Ama.LocalIds[0].Value])
            {
                text.ShouldNotContain(person!);
            }
        }
    }

    [Fact]
    public async Task What_another_sent_cannot_be_told_from_what_does_not_exist_at_any_address()
    {
        await using var hub = await TestHub.StartAsync();
        var sent = await DischargeAsync(hub);
        using var http = hub.Http();
        var nobodys = await GetAsync(http, Sender, $"/events/{Guid.Empty}/handover");
        nobodys.Status.ShouldBe(HttpStatusCode.NotFound);

        foreach (var other in (string?[])["north-epr", "south-cmht", "elm", null])
        {
            (await GetAsync(http, other, $"/events/{sent}/handover")).ShouldBe(nobodys);
            (await AskAsync(http, other, $$"""{ "episode": "{{Cases.Episode.LocalId}}", "organisation": "RX1" }""")).ShouldBe(nobodys);
            (await AskAsync(http, other, $$"""{ "message": "{{Message}}" }""")).ShouldBe(nobodys);
        }

        (await AskAsync(http, Sender, $$"""{ "episode": "{{Cases.Episode.LocalId}}", "organisation": "RX1" }""")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(http, Sender, """{ "episode": "" }""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await AskAsync(http, Sender, $$"""{ "episode": "{{new string('x', 5000)}}" }""")).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        Found(await SearchAsync(http, "north-epr", ("group-identifier", "https://fhir.crt-hub.example/Id/episode/RX1|" + Cases.Episode.LocalId))).ShouldBeEmpty();
        Found(await SearchAsync(http, "north-epr", ("focus:identifier", Message))).ShouldBeEmpty();
        Found(await SearchAsync(http, "north-epr")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sender_finds_the_same_as_FHIR_Tasks_with_the_reason_of_a_decline_and_changes_none()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);
        using var http = hub.Http();
        var all = Found(await SearchAsync(http, Sender, ("group-identifier", "https://fhir.crt-hub.example/Id/episode/RX1|" + Cases.Episode.LocalId), ("_count", "50")));
        var asked = all.Single(t => (string?)t["code"]!["text"] == "cmht-accepts");
        ((string?)asked["status"]).ShouldBe("received");
        asked["for"].ShouldBeNull();

        await ActAsync(hub, Guid.Parse((string)asked["id"]!), e => new Decline { Evidence = e, Reason = "Lives in another patch" });

        var declined = Found(await SearchAsync(http, Sender, ("focus:identifier", "https://fhir.crt-hub.example/Id/source-message|" + Message), ("status", "rejected"))).ShouldHaveSingleItem();
        ((string?)declined["statusReason"]!["text"], (string?)declined["focus"]!["identifier"]!["value"]).ShouldBe(("Lives in another patch", Message));
        var (read, one) = await GetAsync(http, Sender, $"/fhir/Task/{asked["id"]}");
        (read, (string?)JsonNode.Parse(one)!["status"]).ShouldBe((HttpStatusCode.OK, "rejected"));
        Found(await SearchAsync(http, Sender, ("requester:identifier", "https://fhir.nhs.uk/Id/ods-organization-code|RXN"), ("_count", "50"))).Count.ShouldBe(all.Count, "everything is open");
        Found(await SearchAsync(http, Sender, ("requester:identifier", "https://fhir.nhs.uk/Id/ods-organization-code|RXN02"))).ShouldBeEmpty();
        Found(await SearchAsync(http, Sender, ("identifier", (string)asked["identifier"]![0]!["value"]!))).ShouldHaveSingleItem();
        (await GetAsync(http, Sender, "/fhir/Task?group-identifier=" + Cases.Episode.LocalId)).Status.ShouldBe(HttpStatusCode.BadRequest, "an id that leads to a person stands in no address");
        (await SearchAsync(http, Sender, ("patient:identifier", "https://fhir.nhs.uk/Id/nhs-number|9912003888"))).Status.ShouldBe(HttpStatusCode.BadRequest);

        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/fhir/Task/{asked["id"]}")
        {
            Content = new StringContent("""[{ "op": "replace", "path": "/status", "value": "accepted" }]""", Encoding.UTF8, "application/json-patch+json"), Headers = { { "X-Source", Sender }, { "If-Match", "W/\"3\"" } },
        };
        (await http.SendAsync(request, Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var judged = await http.PostAsync(new Uri("/fhir/$validate", UriKind.Relative), new StringContent(one, Encoding.UTF8, "application/fhir+json"), Token);
        JsonNode.Parse(await judged.Content.ReadAsStringAsync(Token))!["issue"]!.AsArray().ShouldAllBe(i => (string?)i!["severity"] != "error");
    }

    private static async Task<Guid> DischargeAsync(TestHub hub)
    {
        var discharge = Cases.Discharge() with { Patient = Ama, GpOnly = false, DestinationTeams = [South] };
        var receipt = await hub.Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(Plans.Received(Message) with { SourceId = Sender }, [discharge], Token);
        await hub.SettleAsync();
        return receipt.EventIds[0];
    }

    private static async Task ActAsync(TestHub hub, Guid obligation, Func<Evidence, ObligationAct> act) => (await hub.Host.Services.GetRequiredService<ObligationDesk>().ActAsync(
        obligation, act(new Evidence { At = TimeProvider.System.GetUtcNow(), Channel = ActChannel.System, By = "South CMHT" }), null, Token)).ShouldBeOfType<Acted>();

    private static string LineOf(JsonNode handover, string recipient) =>
        (string)handover["recipients"]!.AsArray().Single(r => (string?)r!["recipient"] == recipient)!["line"]!;

    private static JsonNode Owed(JsonNode handover, string kind) => handover["owed"]!.AsArray().Single(o => (string?)o!["kind"] == kind)!;

    private static List<JsonNode> Found((HttpStatusCode Status, string Body) page)
    {
        page.Status.ShouldBe(HttpStatusCode.OK, page.Body);
        return [.. (JsonNode.Parse(page.Body)!["entry"]?.AsArray() ?? []).Select(e => e!["resource"]!)];
    }

    private static Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient http, string? caller, string address) => SendAsync(http, caller, new HttpRequestMessage(HttpMethod.Get, address));

    private static Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient http, string? caller, string question) =>
        SendAsync(http, caller, new HttpRequestMessage(HttpMethod.Post, "/events/_handover") { Content = new StringContent(question, Encoding.UTF8, "application/json") });

    private static Task<(HttpStatusCode Status, string Body)> SearchAsync(HttpClient http, string caller, params (string Name, string Value)[] parameters) =>
        SendAsync(http, caller, new HttpRequestMessage(HttpMethod.Post, "/fhir/Task/_search") { Content = new FormUrlEncodedContent(parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))) });

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient http, string? caller, HttpRequestMessage request)
    {
        using (request)
        {
            if (caller is not null)
            {
                request.Headers.Add("X-Source", caller);
            }

            using var answer = await http.SendAsync(request, Token);
            var body = await answer.Content.ReadAsStringAsync(Token);
            return (answer.StatusCode, answer.StatusCode == HttpStatusCode.NotFound ? System.Text.RegularExpressions.Regex.Replace(body, "\"traceId\":\"[^\"]*\"", "") : body);
        }
    }
}
