using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Tests.Proxy.Dispatch;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirMessaging;

/// <summary>Whose answer a posted response is, and what it says.</summary>
public sealed class PostedResponsesTests
{
    private const string Id = "6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20";
    private const string Address = "https://elm.example/fhir/$process-message";

    [Theory]
    [InlineData("\"6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20\"")] // R4: MessageHeader.id
    [InlineData("\"urn:uuid:6F1C2F7E-52A3-5D11-9A43-0C5B8D7E1A20\"")]
    [InlineData("{ \"system\": \"urn:ietf:rfc:4122\", \"value\": \"urn:uuid:6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20\" }")] // R5: Bundle.identifier
    public void Either_name_of_our_message_is_understood(string identifier)
    {
        var answer = Read(Response(identifier), Address, File("elm")).ShouldNotBeNull();

        (answer.PartnerId, answer.ProtocolMessageId, answer.Stage).ShouldBe(("elm", Id, AnswerStage.Business));
        answer.Outcome.ShouldBeOfType<Delivered>();
    }

    [Theory]
    [InlineData("fatal-error", "30002", typeof(Rejected), true)]
    [InlineData("fatal-error", "REC_CONFLICT", typeof(Rejected), false)]
    [InlineData("ok", "30002", typeof(Rejected), true)]
    [InlineData("transient-error", "lock", typeof(Unavailable), false)]
    [InlineData("fatal-error", "REC_TIMEOUT", typeof(Unknown), false)]
    public void Codes_mean_what_they_would_have_meant_at_once(string code, string own, Type expected, bool notTheirs)
    {
        var answer = Read(Response($"\"{Id}\"", code, own), Address, File("elm")).ShouldNotBeNull();

        answer.Outcome.ShouldBeOfType(expected);
        ((answer.Outcome as Rejected)?.NotOurPatient ?? false).ShouldBe(notTheirs);
    }

    [Fact]
    public void Two_partners_behind_one_address_are_told_apart_by_who_calls_and_nobody_is_guessed()
    {
        var (elm, oak) = (File("elm"), File("oak"));

        Read(Response($"\"{Id}\""), Address, elm, oak).ShouldBeNull();
        Read(Response($"\"{Id}\""), Address, oak, [elm, oak]).ShouldNotBeNull().PartnerId.ShouldBe("oak");
        Read(Response($"\"{Id}\""), Address, File("epr") with { Role = PartnerRole.Source }, [elm]).ShouldBeNull();
    }

    [Theory]
    [InlineData("{ \"resourceType\": \"Bundle\" }")]
    [InlineData("no JSON")]
    public void What_is_no_answer_is_none(string body) => Read(Encoding.UTF8.GetBytes(body), Address, File("elm")).ShouldBeNull();

    [Fact]
    public void A_code_that_FHIR_does_not_know_is_no_answer() => Read(Response($"\"{Id}\"", "perhaps"), Address, File("elm")).ShouldBeNull();

    private static LateAnswer? Read(byte[] body, string source, params PartnerFile[] partners) => Read(body, source, null, partners);

    private static LateAnswer? Read(byte[] body, string source, PartnerFile? caller, PartnerFile[] partners) => new PostedResponses(new FixedPartners(partners))
        .Read(new PostedAnswer { Caller = caller, SourceEndpoint = source, Json = body, Bytes = body, MediaType = "application/fhir+json" });

    private static PartnerFile File(string id) => new()
    {
        Id = id, Name = id, Role = PartnerRole.Recipient, Protocol = "fhir-messaging",
        Settings = JsonSerializer.SerializeToElement(new { endpoint = Address, answers = "later", answersWithin = "01:00:00" }),
    };

    private static byte[] Response(string identifier, string code = "ok", string own = "none") => Encoding.UTF8.GetBytes($$"""
        { "resourceType": "Bundle", "type": "message", "entry": [
          { "resource": { "resourceType": "MessageHeader", "id": "a", "source": { "endpoint": "{{Address}}" }, "response": { "identifier": {{identifier}}, "code": "{{code}}" } } },
          { "resource": { "resourceType": "OperationOutcome", "issue": [ { "severity": "error", "code": "business-rule", "details": { "coding": [ { "code": "{{own}}" } ] } } ] } } ] }
        """);
}
