using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.EventApi;

public sealed class EventApiEndpointTests
{
    public static TheoryData<string> Names => [.. CareEventJson.TypeNames.Values];

    [Theory, MemberData(nameof(Names))]
    public async Task Each_published_example_is_taken_and_answered_with_its_address(string name)
    {
        await using var api = await EventApiHost.StartAsync();
        var body = Example(name);

        using var answer = await api.PostAsync(name, body);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        answer.Headers.Location!.ToString().ShouldBe($"/events/{RecordingIntake.EventId}");
        var (received, events) = api.Intake.Accepted.Single();
        CareEventJson.TypeName(events.Single()).ShouldBe(name);
        events[0].SourceMessageId.Value.ShouldBe("key-1");
        received.Bytes.ToArray().ShouldBe(body);
        (received.SourceId, received.MessageKey, received.Kind).ShouldBe(("northside-epr-json", "key-1", name));
        received.ContentHash.Length.ShouldBe(32);
    }

    [Fact]
    public async Task The_answer_says_whether_it_repeats_an_earlier_one()
    {
        await using var api = await EventApiHost.StartAsync();
        api.Intake.Answer = api.Intake.Answer.AsRepeated();

        using var answer = await api.PostAsync("admission", Example("admission"));

        var json = await JsonOf(answer);
        json.GetProperty("repeated").GetBoolean().ShouldBeTrue();
        json.GetProperty("outcome").GetString().ShouldBe("accepted");
        json.GetProperty("eventIds")[0].GetGuid().ShouldBe(RecordingIntake.EventId);
        json.GetProperty("receivedId").GetGuid().ShouldBe(RecordingIntake.ReceivedId);
        json.GetProperty("status").GetString().ShouldBe($"/events/{RecordingIntake.EventId}");
    }

    [Fact]
    public async Task Every_wrong_field_is_named_and_the_body_is_kept()
    {
        await using var api = await EventApiHost.StartAsync();
        var body = """
            { "patient": { "nhsNumber": "9912003888", "birthDate": "1992-02-30", "gpPractise": "Y06601", "sex": "woman" },
              "episode": { }, "occured": "2026-05-01", "gpOnly": "yes" }
            """u8.ToArray();

        using var answer = await api.PostAsync("discharge", body);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var errors = (await JsonOf(answer)).GetProperty("errors").EnumerateArray()
            .Select(e => $"{e.GetProperty("code").GetString()} {e.GetProperty("field").GetString()}").ToList();
        errors.ShouldBe(
            [
                "impossible-date /patient/birthDate", "unknown-field /patient/gpPractise", "unknown-value /patient/sex", "missing-field /episode/localId",
                "unknown-field /occured", "wrong-type /gpOnly", "missing-field /occurredAt",
            ],
            ignoreOrder: true);
        var (received, refusal) = api.Intake.Refused.Single();
        received.Bytes.ToArray().ShouldBe(body);
        refusal.Rejected.ShouldBeFalse();
        api.Intake.Accepted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_misspelt_field_and_a_wrong_word_come_with_what_was_probably_meant()
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("discharge", """{ "patient": { "gpPractise": "Y06601", "sex": "woman" } }"""u8.ToArray());

        var steps = (await JsonOf(answer)).GetProperty("errors").EnumerateArray().ToDictionary(e => e.GetProperty("field").GetString()!, e => e.GetProperty("nextStep").GetString()!);
        steps["/patient/gpPractise"].ShouldContain("gpPractice");
        steps["/patient/sex"].ShouldContain("unknown, male, female, other");
    }

    [Fact]
    public async Task No_answer_and_no_problem_ever_quotes_what_was_written_of_the_person()
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync(
            "admission", """{ "patient": { "name": { "family": 7, "given": "ZEBEDEE" }, "birthDate": "ZEBEDEE", "gpPractice": "ZE-BEDEE" }, "kind": "ZEBEDEE" }"""u8.ToArray());

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("BEDEE");
        JsonSerializer.Serialize(api.Intake.Refused.Single().Refusal).ShouldNotContain("BEDEE");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"patient\":\"\\ud800\"}")]
    [InlineData("{\"a\":1,}")]
    public async Task What_is_no_event_at_all_is_refused_and_kept(string body)
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("admission", Encoding.UTF8.GetBytes(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        api.Intake.Refused.Single().Received.Bytes.Length.ShouldBe(body.Length);
    }

    [Fact]
    public async Task A_body_nested_too_deep_or_not_in_UTF8_is_refused()
    {
        await using var api = await EventApiHost.StartAsync();

        using var deep = await api.PostAsync("admission", Encoding.UTF8.GetBytes(new string('[', 5000)));
        using var latin1 = await api.PostAsync("admission", [(byte)'"', 0xE9, (byte)'"']);

        deep.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        latin1.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        api.Intake.Refused.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("   ")]
    [InlineData("\"\"")]
    public async Task Without_a_key_a_repeat_could_not_be_told_so_the_request_is_refused(string? key)
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("admission", Example("admission"), key);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await JsonOf(answer)).GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("missing-idempotency-key");
        api.Intake.Refused.Single().Received.MessageKey.ShouldBeNull();
    }

    [Theory]
    [InlineData(255, HttpStatusCode.Accepted)]
    [InlineData(256, HttpStatusCode.BadRequest)]
    public async Task A_key_has_at_most_255_characters(int length, HttpStatusCode expected)
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("admission", Example("admission"), new string('k', length));

        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_key_in_the_quotes_of_the_draft_standard_is_the_key_inside_them()
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("admission", Example("admission"), "\"key-9\"");

        api.Intake.Accepted.Single().Received.MessageKey.ShouldBe("key-9");
    }

    [Fact]
    public async Task An_unknown_event_is_answered_with_the_name_that_was_probably_meant()
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("medication-changed", Example("medication-change"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await JsonOf(answer)).GetProperty("errors")[0].GetProperty("nextStep").GetString()!.ShouldStartWith("Did you mean medication-change?");
        api.Intake.Refused.Single().Refusal.Rejected.ShouldBeTrue();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task A_body_that_is_not_declared_as_JSON_in_UTF8_is_refused(string mediaType)
    {
        await using var api = await EventApiHost.StartAsync();

        using var answer = await api.PostAsync("admission", Example("admission"), mediaType: mediaType);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        api.Intake.Refused.Single().Received.Bytes.Length.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_its_length_was_declared(bool declared)
    {
        await using var api = await EventApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/admission")
        {
            Content = new ByteArrayContent(new byte[(1024 * 1024) + 1]) { Headers = { ContentType = new("application/json") } },
        };
        request.Headers.Add("Idempotency-Key", "key-1");
        request.Headers.TransferEncodingChunked = !declared;

        using var answer = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        api.Intake.Refused.Single().Refusal.Problems.Select(p => p.Code).ShouldBe(["too-large"]);
    }

    [Fact]
    public async Task When_nothing_can_be_stored_the_sender_is_told_when_to_come_again()
    {
        await using var api = await EventApiHost.StartAsync();
        api.Intake.StoreIsDown = true;

        using var good = await api.PostAsync("admission", Example("admission"));
        using var bad = await api.PostAsync("admission", "{}"u8.ToArray());

        good.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        good.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
        bad.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.Accepted)]
    [InlineData("""{ "refuseConflicts": true }""", HttpStatusCode.Conflict)]
    public async Task A_conflict_is_refused_only_to_a_sender_whose_file_says_that_it_keeps_refusals(string settings, HttpStatusCode expected)
    {
        await using var api = await EventApiHost.StartAsync(EventApiHost.Epr(settings: settings));
        api.Intake.Answer = new IntakeReceipt { ReceivedId = RecordingIntake.ReceivedId, Outcome = IntakeOutcome.Conflict };

        using var answer = await api.PostAsync("admission", Example("admission"));

        answer.StatusCode.ShouldBe(expected);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("conflict");
    }

    [Fact]
    public async Task Of_several_senders_each_says_which_it_is()
    {
        await using var api = await EventApiHost.StartAsync(EventApiHost.Epr("one-epr"), EventApiHost.Epr("two-epr"));

        using var two = await api.PostAsync("admission", Example("admission"), source: "two-epr");
        using var nobody = await api.PostAsync("admission", Example("admission"));
        using var stranger = await api.PostAsync("admission", Example("admission"), source: "three-epr");

        two.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        api.Intake.Accepted.Single().Received.SourceId.ShouldBe("two-epr");
        nobody.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        stranger.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        api.Intake.Refused.ShouldAllBe(r => r.Received.SourceId == ReceivedMessage.UnknownSource);
    }

    [Fact]
    public async Task A_sender_that_hangs_up_in_the_middle_leaves_nothing_behind()
    {
        await using var api = await EventApiHost.StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(api.Http.BaseAddress!.Host, api.Http.BaseAddress.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(
                "POST /events/admission HTTP/1.1\r\nHost: hub\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{ \"patient\""u8.ToArray(),
                TestContext.Current.CancellationToken);
        }

        using var next = await api.PostAsync("admission", Example("admission"));

        next.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        api.Intake.Accepted.Count.ShouldBe(1);
        api.Intake.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_schema_can_be_fetched_from_the_hub_itself()
    {
        await using var api = await EventApiHost.StartAsync();

        var served = await api.Http.GetStringAsync("/schemas/event-discharge.schema.json", TestContext.Current.CancellationToken);

        served.ShouldBe(await File.ReadAllTextAsync(Repository.PathOf("profiles", "schemas", "event-discharge.schema.json"), TestContext.Current.CancellationToken));
    }

    private static byte[] Example(string name) => File.ReadAllBytes(Repository.PathOf("profiles", "examples", "events", name + ".json"));

    private static Task<JsonElement> JsonOf(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
}
