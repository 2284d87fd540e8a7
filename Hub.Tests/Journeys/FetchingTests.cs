using System.Net;
using System.Text;
using System.Text.Json;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A practice that cannot receive: it asks for what waits for it, gets the heads of its lanes, and says what became of each.</summary>
public sealed class FetchingTests
{
    private static readonly Messages Ama = new() { FromWard = "" };
    private static readonly Messages Ben = new() { NhsNumber = "", LocalId = "T2000", Family = "OKAFOR", Given = "BEN", BirthDate = "19800101", Visit = "E2000", FromWard = "" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_offered_in_order_head_by_head_until_it_is_acknowledged()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"), Ama.Discharge("C2", Ama.Start.AddDays(9)));

        var first = (await SearchAsync(hub)).ShouldHaveSingleItem();
        (await SearchAsync(hub)).ShouldHaveSingleItem().ShouldBe(first); // not acknowledged: offered again, byte for byte
        EventOf(first).ShouldBe("admission");
        (await ReadAsync(hub, IdOf(first))).ShouldBe(first);
        (await StatesAsync(hub)).ShouldBe([DeliveryState.Sending, DeliveryState.Waiting]);
        (await BecauseAsync(hub))[0].ShouldStartWith("Elm Surgery fetches it itself; last asked 20");

        (await AcknowledgeAsync(hub, IdOf(first), "ok")).ShouldBe(HttpStatusCode.OK);
        (await AcknowledgeAsync(hub, IdOf(first), "ok")).ShouldBe(HttpStatusCode.OK); // twice does no harm
        var second = (await SearchAsync(hub)).ShouldHaveSingleItem();
        EventOf(second).ShouldBe("discharge");
        (await AcknowledgeAsync(hub, IdOf(second), ResponseTo(second))).ShouldBe(HttpStatusCode.OK);

        (await SearchAsync(hub)).ShouldBeEmpty();
        (await hub.SettleAsync()).Total.ShouldBe(0);
        (await StatesAsync(hub)).ShouldBe([DeliveryState.Delivered, DeliveryState.Delivered]);
        (await AttemptsAsync(hub)).ShouldBe([1, 1]);
        Emitted.Keep(Encoding.UTF8.GetBytes(first));
    }

    [Fact]
    public async Task What_was_offered_before_a_restart_is_offered_and_can_be_acknowledged_after_it()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        var before = (await SearchAsync(hub)).ShouldHaveSingleItem();

        await hub.RestartAsync();

        (await SearchAsync(hub)).ShouldHaveSingleItem().ShouldBe(before);
        (await AcknowledgeAsync(hub, IdOf(before), "ok")).ShouldBe(HttpStatusCode.OK);
        (await hub.SettleAsync()).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_with_its_reason_ends_the_message_and_a_person_is_told()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        var message = (await SearchAsync(hub)).ShouldHaveSingleItem();

        (await AcknowledgeAsync(hub, IdOf(message), "fatal-error", "no such doctor here")).ShouldBe(HttpStatusCode.OK);

        (await SearchAsync(hub)).ShouldBeEmpty();
        (await StatesAsync(hub)).ShouldBe([DeliveryState.Refused]);
        (await hub.Timeline.AttentionAsync(10, Token)).Select(a => a.Kind).ShouldContain("refused");
        (await AcknowledgeAsync(hub, IdOf(message), "fatal-error")).ShouldBe(HttpStatusCode.OK);
        (await AcknowledgeAsync(hub, IdOf(message), "ok")).ShouldBe(HttpStatusCode.Conflict); // the first answer stands
        (await StatesAsync(hub)).ShouldBe([DeliveryState.Refused]);
        (await hub.Timeline.AttentionAsync(10, Token)).Select(a => a.Kind).ShouldContain("contradicting-acknowledgement");
    }

    [Fact]
    public async Task Nobody_else_sees_reads_or_acknowledges_a_partners_messages()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        var id = IdOf((await SearchAsync(hub)).ShouldHaveSingleItem());

        foreach (var other in (string[])["south-cmht", "north-json", "nobody", ""])
        {
            (await GetAsync(hub, "/fhir/Bundle", other)).Status.ShouldBe(HttpStatusCode.Forbidden);
            (await GetAsync(hub, $"/fhir/Bundle/{id}", other)).Status.ShouldBe(HttpStatusCode.NotFound);
            (await AcknowledgeAsync(hub, id, "ok", caller: other)).ShouldBe(HttpStatusCode.NotFound);
        }

        // Another partner that fetches, asking for what is not its own.
        await File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, "oak.json"), """{ "id": "oak", "name": "Oak Surgery", "role": "recipient", "organisation": "Y99002", "audience": "gp", "protocol": "pull" }""", Token);
        await hub.RestartAsync();
        (await SearchAsync(hub, "oak")).ShouldBeEmpty();
        (await GetAsync(hub, $"/fhir/Bundle/{id}", "oak")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AcknowledgeAsync(hub, id, "ok", caller: "oak")).ShouldBe(HttpStatusCode.NotFound);
        (await SearchAsync(hub)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Several_people_are_offered_side_by_side_in_pages_oldest_first()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"), Ben.Admission("C2"));

        using var page = JsonDocument.Parse((await GetAsync(hub, "/fhir/Bundle?_count=1&type=message")).Text);
        var next = page.RootElement.GetProperty("link").EnumerateArray().Single(l => l.GetProperty("relation").GetString() == "next").GetProperty("url").GetString()!;
        using var rest = JsonDocument.Parse((await GetAsync(hub, new Uri(next).PathAndQuery)).Text);

        page.RootElement.GetProperty("type").GetString().ShouldBe("searchset");
        page.RootElement.GetProperty("entry").GetArrayLength().ShouldBe(1);
        page.RootElement.GetProperty("entry")[0].GetRawText().ShouldContain("MARLOW", Case.Insensitive);
        rest.RootElement.GetProperty("entry").GetArrayLength().ShouldBe(1);
        rest.RootElement.GetProperty("entry")[0].GetRawText().ShouldContain("OKAFOR", Case.Insensitive);
        rest.RootElement.GetProperty("link").EnumerateArray().Select(l => l.GetProperty("relation").GetString()).ShouldBe(["self"]);
    }

    [Theory]
    [InlineData("/fhir/Bundle?_count=0", 400)]
    [InlineData("/fhir/Bundle?_count=x", 400)]
    [InlineData("/fhir/Bundle?_after=1", 400)]
    [InlineData("/fhir/Bundle?type=document", 400)]
    [InlineData("/fhir/Bundle?identifier=9912003888", 400)]
    [InlineData("/fhir/Bundle?_count=1&_count=2", 400)]
    [InlineData("/fhir/Bundle/none", 404)]
    public async Task A_question_that_the_hub_does_not_understand_is_refused_and_offers_nothing(string path, int status)
    {
        await using var hub = await StartAsync();

        var answer = await GetAsync(hub, path);

        ((int)answer.Status).ShouldBe(status);
        answer.Text.ShouldContain("OperationOutcome");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"resourceType":"Parameters"}""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"code","valueCode":"yes"}]}""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"code","valueCode":"ok"},{"name":"code","valueCode":"fatal-error"}]}""")]
    [InlineData("""{"resourceType":"Parameters","resourceType":"Parameters","parameter":[{"name":"code","valueCode":"ok"}]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"another","code":"ok"}}}]}""")]
    public async Task What_is_no_plain_acknowledgement_of_this_message_changes_nothing(string body)
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        var id = IdOf((await SearchAsync(hub)).ShouldHaveSingleItem());

        (await AcknowledgeAsync(hub, id, body)).ShouldBe(HttpStatusCode.BadRequest);

        (await StatesAsync(hub)).ShouldBe([DeliveryState.Sending]);
        (await SearchAsync(hub)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_partner_that_is_held_is_offered_nothing_until_it_is_released()
    {
        await using var hub = await StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        await hub.Store.HoldPartnerAsync("elm", "a test", "T. Ester", Token);
        (await SearchAsync(hub)).ShouldBeEmpty();

        await hub.Store.ReleasePartnerAsync("elm", null, "T. Ester", Token);

        (await SearchAsync(hub)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_partner_that_leaves_its_messages_lying_is_put_on_the_operators_list()
    {
        await using var hub = await StartAsync("00:00:01");
        await SendAsync(hub, Ama.Admission("C1"));

        await Eventually.HoldsAsync(async () => (await hub.Timeline.AttentionAsync(10, Token)).Any(a => a is { Kind: "not-fetched", PartnerId: "elm" }));
    }

    private static async Task<TestHub> StartAsync(string alarmAfter = "04:00:00")
    {
        var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("elm", file =>
        {
            file["protocol"] = "pull";
            file["settings"] = new System.Text.Json.Nodes.JsonObject { ["alarmAfter"] = alarmAfter };
        });
        hub.PartnerProblems.ShouldBeEmpty();
        return hub;
    }

    private static async Task SendAsync(TestHub hub, params string[] messages)
    {
        await using var epr = hub.Epr();
        foreach (var message in messages)
        {
            TestHub.CodeOf(await epr.SendAsync(message, Token)).ShouldBe("AA");
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(TestHub hub, string path, string caller = "elm")
    {
        using var http = hub.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (caller.Length > 0)
        {
            request.Headers.Add("X-Source", caller);
        }

        using var answer = await http.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>The resources of the page, each as its own bytes.</summary>
    private static async Task<List<string>> SearchAsync(TestHub hub, string caller = "elm")
    {
        var (status, text) = await GetAsync(hub, "/fhir/Bundle", caller);
        status.ShouldBe(HttpStatusCode.OK, text);
        using var page = JsonDocument.Parse(text);
        return page.RootElement.TryGetProperty("entry", out var entries) ? [.. entries.EnumerateArray().Select(e => e.GetProperty("resource").GetRawText())] : [];
    }

    private static async Task<string> ReadAsync(TestHub hub, string id) => (await GetAsync(hub, $"/fhir/Bundle/{id}")).Text;

    private static async Task<HttpStatusCode> AcknowledgeAsync(TestHub hub, string id, string codeOrBody, string? reason = null, string caller = "elm")
    {
        var body = codeOrBody is "ok" or "fatal-error"
            ? $$"""{"resourceType":"Parameters","parameter":[{"name":"code","valueCode":"{{codeOrBody}}"},{"name":"reason","valueString":"{{reason}}"}]}"""
            : codeOrBody;
        using var http = hub.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/fhir/Bundle/{id}/$acknowledge", UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/fhir+json") };
        if (caller.Length > 0)
        {
            request.Headers.Add("X-Source", caller);
        }

        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static string IdOf(string message) => JsonDocument.Parse(message).RootElement.GetProperty("id").GetString()!;

    private static string EventOf(string message) =>
        JsonDocument.Parse(message).RootElement.GetProperty("entry")[0].GetProperty("resource").GetProperty("eventCoding").GetProperty("code").GetString()!;

    private static string ResponseTo(string message) =>
        """{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"ID","code":"ok"}}}]}""".Replace("ID", IdOf(message), StringComparison.Ordinal);

    private static async Task<List<Hub.Proxy.Store.DeliveryView>> DeliveriesAsync(TestHub hub) =>
        [.. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Where(d => d.Delivery.PartnerId == "elm")];

    private static async Task<List<DeliveryState>> StatesAsync(TestHub hub) => [.. (await DeliveriesAsync(hub)).Select(d => d.Delivery.State)];

    private static async Task<List<string?>> BecauseAsync(TestHub hub) => [.. (await DeliveriesAsync(hub)).Select(d => d.Delivery.WaitingBecause)];

    private static async Task<List<int>> AttemptsAsync(TestHub hub) => [.. (await DeliveriesAsync(hub)).Select(d => d.Attempts.Count)];
}
