using System.Text;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hub.Fhir.Responses;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Responses;

public sealed class MessageResponseTests
{
    private const string Id = "6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20";

    [Theory]
    [InlineData("ok", AnswerCode.Ok)]
    [InlineData("transient-error", AnswerCode.TransientError)]
    [InlineData("fatal-error", AnswerCode.FatalError)]
    public void An_answer_to_our_message_is_read_with_its_code(string code, AnswerCode expected)
    {
        var answer = Read(Answer(code, $"\"{Id}\"")).ShouldNotBeNull();

        answer.Code.ShouldBe(expected);
        answer.SentCode.ShouldBe(code);
        answer.AnswersMessageId.ShouldBe(Id);
    }

    [Theory]
    [InlineData("\"urn:uuid:" + Id + "\"")]
    [InlineData("\"6F1C2F7E-52A3-5D11-9A43-0C5B8D7E1A20\"")]
    [InlineData("{\"system\":\"https://tools.ietf.org/html/rfc4122\",\"value\":\"urn:uuid:" + Id + "\"}")] // R5
    public void Our_id_is_known_in_every_form_it_comes_back_in(string identifier) => Read(Answer("ok", identifier)).ShouldNotBeNull();

    [Theory]
    [InlineData("\"6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a21\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{\"value\":7}")]
    public void An_answer_to_another_message_is_none_of_ours(string identifier) => Read(Answer("ok", identifier)).ShouldBeNull();

    [Theory]
    [InlineData("OK")]
    [InlineData("accepted")]
    [InlineData("")]
    public void A_code_outside_the_value_set_is_no_answer(string code) => Read(Answer(code, $"\"{Id}\"")).ShouldBeNull();

    [Fact]
    public void Two_codes_in_one_answer_are_no_answer() =>
        Read(Answer("fatal-error\",\"code\":\"ok", $"\"{Id}\"")).ShouldBeNull();

    [Fact]
    public void A_header_that_is_not_the_first_entry_is_no_answer() =>
        Read(Answer("ok", $"\"{Id}\"").Replace("\"entry\": [", "\"entry\": [{\"resource\":{\"resourceType\":\"Basic\"}},", StringComparison.Ordinal)).ShouldBeNull();

    [Fact]
    public void The_partners_reason_is_found_by_its_reference_with_its_code_first() =>
        Read(Answer("fatal-error", $"\"{Id}\"", "urn:uuid:o2"))!.Text.ShouldBe("30002: Patient not known here");

    [Fact]
    public void A_bundle_that_is_no_message_is_no_answer() =>
        Read(Answer("ok", $"\"{Id}\"").Replace("\"message\"", "\"collection\"", StringComparison.Ordinal)).ShouldBeNull();

    [Fact]
    public void Depth_and_size_without_end_are_no_answer_and_no_crash()
    {
        Read(new string('[', 100_000)).ShouldBeNull();
        Read("{\"a\":" + string.Concat(Enumerable.Repeat("{\"a\":", 5000))).ShouldBeNull();
        Read(Answer("ok", $"\"{Id}\"") + new string(' ', 1024 * 1024)).ShouldBeNull();
        MessageResponse.Read(new byte[] { 0x7B, 0x22, 0xFF, 0x22, 0x7D }, Id).ShouldBeNull();
        Read(Answer("ok", "\"\\ud800\"")).ShouldBeNull();
    }

    [Property(MaxTest = 2000)]
    public void No_mutation_of_an_answer_crashes_or_accepts_another_id_or_code(int position, byte value, byte kind)
    {
        var bytes = Encoding.UTF8.GetBytes(Answer("fatal-error", $"\"{Id}\""));
        var at = (position & int.MaxValue) % bytes.Length;
        var mutated = (kind % 3) switch
        {
            0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            1 => bytes[..at],
            _ => (byte[])[.. bytes[..at], value, .. bytes[at..]],
        };

        // Nothing one byte away from a refusal is an acceptance.
        (MessageResponse.Read(mutated, Id)?.Code).ShouldNotBe(AnswerCode.Ok);
    }

    [Fact]
    public void An_outcome_gives_its_words_and_its_codes()
    {
        var body = """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"throttled","diagnostics":"words\n of theirs"},{"code":"processing","details":{"coding":[{"code":"REC_CONFLICT"}]}}]}""";

        var outcome = OperationOutcomeText.TryRead(Encoding.UTF8.GetBytes(body)).ShouldNotBeNull();

        outcome.Text.ShouldBe("throttled: words of theirs; REC_CONFLICT");
        outcome.IssueTypes.ShouldBe(["throttled", "processing"]);
        outcome.Codes.ShouldBe(["REC_CONFLICT"]);
    }

    private static Answer? Read(string json) => MessageResponse.Read(Encoding.UTF8.GetBytes(json), Id);

    private static string Answer(string code, string identifier, string details = "urn:uuid:nowhere") => $$"""
        { "resourceType": "Bundle", "type": "message", "entry": [
          { "fullUrl": "urn:uuid:h", "resource": { "resourceType": "MessageHeader", "id": "h", "eventCoding": { "code": "x" }, "source": { "endpoint": "urn:x" },
            "response": { "identifier": {{identifier}}, "code": "{{code}}", "details": { "reference": "{{details}}" } } } },
          { "fullUrl": "urn:uuid:o1", "resource": { "resourceType": "OperationOutcome", "issue": [ { "severity": "information", "code": "informational" } ] } },
          { "fullUrl": "urn:uuid:o2", "resource": { "resourceType": "OperationOutcome", "issue": [ { "severity": "error", "code": "not-found",
            "details": { "coding": [ { "system": "https://fhir.nhs.uk/STU3/CodeSystem/ITK-ResponseCodes-1", "code": "30002", "display": "Patient not known here" } ] } } ] } }
        ] }
        """;
}
