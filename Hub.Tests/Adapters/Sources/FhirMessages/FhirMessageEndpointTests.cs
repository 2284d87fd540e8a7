using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Responses;
using Hub.Tests.Adapters.Sources.EventApi;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

public sealed class FhirMessageEndpointTests
{
    private const string Id = "m-1";
    private static readonly byte[] Message = FhirSender.Bytes(FhirSender.Stranger());

    [Fact]
    public async Task A_message_that_was_stored_is_answered_ok_by_its_header_id()
    {
        await using var host = await FhirHost.StartAsync();

        var (status, body, response) = await host.PostAsync(Message, headers: [("X-Request-Id", "7f0c"), ("X-Correlation-Id", "a<b")]);

        status.ShouldBe(200);
        Header(body)["response"]!["identifier"]!.ToString().ShouldBe(Id);
        Header(body)["response"]!["code"]!.ToString().ShouldBe("ok");
        Header(body)["eventCoding"]!["code"]!.ToString().ShouldBe("encounter");
        MessageResponse.Read(JsonSerializer.SerializeToUtf8Bytes(body), Id)!.Code.ShouldBe(AnswerCode.Ok); // as our own sending side reads answers
        response.Headers.GetValues("X-Request-Id").ShouldBe(["7f0c"]);
        response.Headers.Contains("X-Correlation-Id").ShouldBeFalse();
        var (received, events) = host.Intake.Accepted.ShouldHaveSingleItem();
        (received.MessageKey, received.SourceId, received.Kind, received.Protocol).ShouldBe((Id, "epr-fhir", "discharge", "fhir-messages"));
        received.Bytes.ToArray().ShouldBe(Message);
        events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_receipt_gives_the_same_answer_to_the_byte()
    {
        await using var host = await FhirHost.StartAsync();

        var first = (await host.PostAsync(Message)).Body!.ToJsonString();

        (await host.PostAsync(Message)).Body!.ToJsonString().ShouldBe(first);
    }

    [Fact]
    public async Task Where_nothing_can_be_stored_the_answer_is_a_transient_error()
    {
        await using var host = await FhirHost.StartAsync();
        host.Intake.StoreIsDown = true;

        var (status, body, response) = await host.PostAsync(Message);

        (status, Header(body)["response"]!["code"]!.ToString(), response.Headers.RetryAfter!.ToString()).ShouldBe((503, "transient-error", "30"));
        Codes(body).ShouldBe(["REC_UNAVAILABLE"]);
    }

    [Theory]
    [InlineData(false, 200, "ok")]
    [InlineData(true, 200, "fatal-error")]
    public async Task Other_content_under_the_same_id_is_answered_as_the_senders_file_says(bool refuse, int expected, string code)
    {
        await using var host = await FhirHost.StartAsync(FhirSender.Partner($$"""{ "match": { "endpoints": ["{{FhirSender.Endpoint}}"] }, "refuseConflicts": {{(refuse ? "true" : "false")}} }"""));
        host.Intake.Answer = new() { ReceivedId = RecordingIntake.ReceivedId, Outcome = IntakeOutcome.Conflict };

        var (status, body, _) = await host.PostAsync(Message);

        (status, Header(body)["response"]!["code"]!.ToString()).ShouldBe((expected, code));
        Codes(body).ShouldBe(refuse ? ["REC_CONFLICT"] : []);
    }

    [Fact]
    public async Task A_refused_message_is_kept_and_answered_with_every_problem_and_no_word_of_the_person()
    {
        await using var host = await FhirHost.StartAsync();
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "Encounter").Remove("identifier");

        var (status, body, _) = await host.PostAsync(FhirSender.Bytes(message));

        (status, Header(body)["response"]!["code"]!.ToString()).ShouldBe((200, "fatal-error"));
        Codes(body).ShouldBe(["REC_UNPROCESSABLE_ENTITY"]);
        Issues(body)[0]!["expression"]![0]!.ToString().ShouldBe("EpisodeOfCare.identifier");
        host.Intake.Refused.ShouldHaveSingleItem().Received.Kind.ShouldBe("discharge");
        body!.ToJsonString().ShouldNotContain("Mensah");
    }

    [Fact]
    public async Task An_unknown_sender_is_forbidden_and_its_message_kept()
    {
        await using var host = await FhirHost.StartAsync(FhirSender.Partner("""{ "match": { "endpoints": ["https://somebody.else"] } }"""));

        var (status, body, _) = await host.PostAsync(Message);

        (status, Header(body)["response"]!["code"]!.ToString(), Codes(body)[0]).ShouldBe((403, "fatal-error", "SEND_FORBIDDEN"));
        host.Intake.Refused.ShouldHaveSingleItem().Received.SourceId.ShouldBe("unknown");
    }

    [Theory]
    [InlineData("""{ "resourceType": "Patient" }""", 400)]
    [InlineData("""{ "resourceType": "Bundle", "type": "collection", "entry": [] }""", 400)]
    [InlineData("not json", 400)]
    public async Task What_is_no_message_is_answered_with_an_OperationOutcome(string body, int expected)
    {
        await using var host = await FhirHost.StartAsync();

        var (status, answer, _) = await host.PostAsync(System.Text.Encoding.UTF8.GetBytes(body));

        (status, answer!["resourceType"]!.ToString()).ShouldBe((expected, "OperationOutcome"));
        host.Intake.Refused.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_to_somebody_elses_message_is_never_taken_for_a_message()
    {
        await using var host = await FhirHost.StartAsync();
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "MessageHeader")["response"] = JsonNode.Parse("""{ "identifier": "x-1", "code": "ok" }""");

        var (_, answer, _) = await host.PostAsync(FhirSender.Bytes(message));
        Header(answer)["response"]!["code"]!.ToString().ShouldBe("fatal-error");

        host.Intake.Accepted.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "Prefer", "respond-async")]
    [InlineData("?async=true", "X-Request-Id", "1")]
    public async Task A_sender_that_does_not_wait_is_told_where_its_answer_is_after_the_message_is_stored(string query, string header, string value)
    {
        await using var host = await FhirHost.StartAsync();

        var (status, body, response) = await host.PostAsync(Message, "/fhir/$process-message" + query, headers: (header, value));

        status.ShouldBe(202);
        response.Content.Headers.ContentLocation!.ToString().ShouldBe("/fhir/message-response/" + RecordingIntake.ReceivedId);
        body!["resourceType"]!.ToString().ShouldBe("OperationOutcome");
        host.Intake.Accepted.Count.ShouldBe(1);

        host.Intake.StoreIsDown = true;
        (await host.PostAsync(Message, "/fhir/$process-message" + query, headers: (header, value))).Status.ShouldBe(503);
    }

    [Fact]
    public async Task An_address_for_the_answer_that_the_senders_file_does_not_name_is_refused_before_anything_is_taken()
    {
        const string Allowed = "https://epr.example/fhir/$process-message";
        await using var host = await FhirHost.StartAsync(FhirSender.Partner($$"""{ "match": { "endpoints": ["{{FhirSender.Endpoint}}"] }, "responseUrls": ["{{Allowed}}"] }"""));

        (await host.PostAsync(Message, "/fhir/$process-message?response-url=" + Uri.EscapeDataString("https://epr.example.attacker.example/"))).Status.ShouldBe(403);
        host.Intake.Accepted.ShouldBeEmpty();

        (await host.PostAsync(Message, "/fhir/$process-message?response-url=" + Uri.EscapeDataString(Allowed))).Status.ShouldBe(202);
        host.Intake.Accepted.Count.ShouldBe(1);
    }

    [Fact]
    public async Task XML_is_taken_and_answered_in_XML_and_what_nobody_can_read_is_refused()
    {
        await using var host = await FhirHost.StartAsync();

        var (status, _, response) = await host.PostAsync(FhirMessageReaderTests.Xml(FhirSender.Stranger()), mediaType: "application/fhir+xml");

        (status, response.Content.Headers.ContentType!.MediaType).ShouldBe((200, "application/fhir+xml"));
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<identifier value=\"{Id}\"");
        (await host.PostAsync(Message, headers: ("Accept", "text/html"))).Status.ShouldBe(406);
        (await host.PostAsync(Message, mediaType: "text/plain")).Status.ShouldBe(415);
        host.Intake.Accepted.Count.ShouldBe(1);
    }

    internal static JsonNode Header(JsonNode? answer) => answer!["entry"]![0]!["resource"]!;

    private static JsonArray Issues(JsonNode? answer) => answer!["entry"]![1]!["resource"]!["issue"]!.AsArray();

    private static List<string> Codes(JsonNode? answer) => [.. Issues(answer).Select(i => i!["details"]?["coding"]?[0]?["code"]?.ToString()).OfType<string>()];
}
